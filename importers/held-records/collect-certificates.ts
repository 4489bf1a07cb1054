// Gathers certificates and CRLs from many places into records: each once, with the place where it was found first, and revoked where a CRL says so.
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import {
  type Certificate,
  type CertificateList,
  decodeCertificate,
  decodeCertificateList,
  decodeCrlNumber,
  extensionOids,
  findExtension,
  formatName,
  identifySignatureAlgorithm,
  verifySignature,
} from '#codecs/x509';
import type { SourceFinding, SourceRecord, SourceRevocation, SourceRevocationReason } from '../records.ts';

/** The name that Dogtag gives the host authority's issuing point. */
const masterIssuingPoint = 'MasterCRL';
const reasons: readonly SourceRevocationReason[] = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10];
const removeFromCrl = 8;

interface FoundCertificate {
  readonly certificate: Certificate;
  readonly certificateDer: Uint8Array;
  readonly entry: string;
}

interface FoundCrl {
  readonly list: CertificateList;
  readonly crlDer: Uint8Array;
  readonly entry: string;
  /** Null for a CRL without one. */
  readonly crlNumber: bigint | null;
  readonly isDelta: boolean;
  /** CRLs that replace each other: of one issuer, kind and scope (RFC 5280 section 5.2.5). */
  readonly scope: string;
}

export class CertificateCollection {
  readonly findings: SourceFinding[] = [];
  readonly #certificates = new Map<string, FoundCertificate>();
  readonly #crls = new Map<string, FoundCrl>();
  #copies = 0;

  /** `entry` names the place. Throws DerError for bytes that are no certificate. */
  addCertificate(certificateDer: Uint8Array, entry: string): void {
    const digest = hash('sha256', certificateDer);
    if (this.#certificates.has(digest)) this.#copies++;
    else {
      const certificate = decodeCertificate(certificateDer, { rules: 'ber' });
      // A copy: the octets around it belong to a file that need not be kept.
      const kept = Buffer.from(certificateDer);
      this.#certificates.set(digest, { certificate, certificateDer: kept, entry });
    }
  }

  /** Throws DerError for bytes that are no CRL. */
  addCrl(crlDer: Uint8Array, entry: string): void {
    const digest = hash('sha256', crlDer);
    if (this.#crls.has(digest)) this.#copies++;
    else this.#crls.set(digest, readCrl(Buffer.from(crlDer), entry));
  }

  get counts() {
    return { certificates: this.#certificates.size, crls: this.#crls.size, copies: this.#copies };
  }

  get certificates(): readonly FoundCertificate[] {
    return [...this.#certificates.values()];
  }

  /**
   * Records of everything. `knownIssuersDer` are certificates of issuers that are known from elsewhere, by which CRLs may be verified too;
   * `hostSubjectDer` says whose CRLs are those of the host authority, where that is known.
   */
  async toRecords(
    knownIssuersDer: readonly Uint8Array[],
    hostSubjectDer: Uint8Array | null,
  ): Promise<readonly SourceRecord[]> {
    const issuers = new Issuers([
      ...this.certificates.map(({ certificate }) => certificate),
      ...knownIssuersDer.map((der) => decodeCertificate(der, { rules: 'ber' })),
    ]);
    const revocations = await this.#collectRevocations(issuers);
    const certificates = this.certificates.map(({ certificate, certificateDer, entry }): SourceRecord => {
      const { serialNumber, issuerDer } = certificate;
      const revocation = revocations.get(keyOf(issuerDer))?.get(serialNumber) ?? null;
      const unknown = { issuedAt: null, issuedBy: null, requestId: null, profileId: null, isBare: true };
      return { kind: 'certificate', entry, value: { serialNumber, certificateDer, revocation, ...unknown } };
    });
    return [...certificates, ...this.#crlRecords(hostSubjectDer)];
  }

  #crlRecords(hostSubjectDer: Uint8Array | null): SourceRecord[] {
    const crls = [...this.#crls.values()].sort((a, b) => compare(a.crlNumber ?? 0n, b.crlNumber ?? 0n));
    const issuers = new Set(crls.map(({ list }) => keyOf(list.issuerDer)));
    const host = hostSubjectDer === null ? null : keyOf(hostSubjectDer);
    return crls.map(({ list, crlDer, crlNumber, isDelta, entry }): SourceRecord => {
      const issuer = keyOf(list.issuerDer);
      const isHost = host === null ? issuers.size === 1 : issuer === host;
      const issuingPoint = isHost ? masterIssuingPoint : formatName(list.issuerDer);
      const crlKind = isDelta ? 'delta' : 'full';
      return { kind: 'crl', entry, value: { issuingPoint, crlKind, crlDer, crlNumber: crlNumber ?? 0n } };
    });
  }

  /** By issuer and serial number: the newest full CRL of each scope, and what delta CRLs have changed since. */
  async #collectRevocations(issuers: Issuers): Promise<ReadonlyMap<string, ReadonlyMap<bigint, SourceRevocation>>> {
    const revocations = new Map<string, Map<bigint, SourceRevocation>>();
    const genuine: FoundCrl[] = [];
    for (const crl of this.#crls.values())
      if (await issuers.haveSigned(crl.list)) genuine.push(crl);
      else this.#note(crl.entry, 'crl-not-applied', unsignedMessage(crl));
    for (const crl of newestOfEachScope(genuine)) {
      const issuer = keyOf(crl.list.issuerDer);
      const known = revocations.get(issuer) ?? new Map<bigint, SourceRevocation>();
      revocations.set(issuer, known);
      try {
        applyEntries(crl.list, known);
      } catch (error) {
        this.#note(crl.entry, 'crl-not-applied', `it breaks off: ${(error as Error).message}`);
      }
    }
    return revocations;
  }

  #note(entry: string, kind: string, message: string): void {
    this.findings.push({ kind, verdict: 'accepted', message, entry });
  }
}

/** Public keys by the names of their holders. */
class Issuers {
  readonly #keys = new Map<string, KeyObject[]>();

  constructor(certificates: readonly Certificate[]) {
    for (const { subjectDer, subjectPublicKeyInfoDer } of certificates) {
      try {
        const key = createPublicKey({ key: subjectPublicKeyInfoDer, format: 'der', type: 'spki' });
        this.#keys.set(keyOf(subjectDer), [...(this.#keys.get(keyOf(subjectDer)) ?? []), key]);
      } catch {
        // A kind of key that is not known here verifies nothing.
      }
    }
  }

  async haveSigned(list: CertificateList): Promise<boolean> {
    const algorithm = identifySignatureAlgorithm(list.outerSignatureAlgorithmDer);
    if (algorithm === null) return false;
    for (const key of this.#keys.get(keyOf(list.issuerDer)) ?? [])
      if (await verifySignature(key, algorithm, list.tbsDer, list.signature)) return true;
    return false;
  }
}

function readCrl(crlDer: Buffer, entry: string): FoundCrl {
  const list = decodeCertificateList(crlDer, { rules: 'ber' });
  const number = findExtension(list.extensions, extensionOids.cRLNumber);
  const isDelta = findExtension(list.extensions, extensionOids.deltaCRLIndicator) !== null;
  const point = findExtension(list.extensions, extensionOids.issuingDistributionPoint)?.valueDer ?? Buffer.alloc(0);
  return {
    list,
    crlDer,
    entry,
    crlNumber: number === null ? null : decodeCrlNumber(number.valueDer),
    isDelta,
    scope: [keyOf(list.issuerDer), keyOf(point)].join('|'),
  };
}

/** Full CRLs before the delta CRLs that go on from them. */
function newestOfEachScope(crls: readonly FoundCrl[]): readonly FoundCrl[] {
  const isNewer = (a: FoundCrl, b: FoundCrl) =>
    a.crlNumber !== null && b.crlNumber !== null
      ? a.crlNumber > b.crlNumber
      : a.list.thisUpdate.getTime() > b.list.thisUpdate.getTime();
  const newestOf = (found: readonly FoundCrl[]) => {
    const newest = new Map<string, FoundCrl>();
    for (const crl of found) {
      const known = newest.get(crl.scope);
      if (known === undefined || isNewer(crl, known)) newest.set(crl.scope, crl);
    }
    return newest;
  };
  const full = newestOf(crls.filter(({ isDelta }) => !isDelta));
  const deltas = [...newestOf(crls.filter(({ isDelta }) => isDelta))].filter(([scope, delta]) => {
    const base = full.get(scope);
    return base !== undefined && isNewer(delta, base);
  });
  return [...full.values(), ...deltas.map(([, delta]) => delta)];
}

/** An entry with a certificate issuer of its own (an indirect CRL's) is about somebody else's certificates, as are all behind it. */
function applyEntries(list: CertificateList, known: Map<bigint, SourceRevocation>): void {
  for (const {
    serialNumber,
    revocationDate,
    reasonCode,
    invalidityDate,
    otherExtensions,
  } of list.revokedCertificates()) {
    if (otherExtensions?.some(({ oid }) => oid === extensionOids.certificateIssuer)) return;
    const reason = reasons.find((one) => one === (reasonCode ?? 0)) ?? 0;
    if (reason === removeFromCrl) known.delete(serialNumber);
    else known.set(serialNumber, { reason, revokedAt: revocationDate, revokedBy: null, invalidityDate });
  }
}

function unsignedMessage({ list }: FoundCrl): string {
  return `no certificate of ${formatName(list.issuerDer)} among the files verifies this CRL, so nothing is revoked because of it`;
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
