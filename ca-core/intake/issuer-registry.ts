// Who may have issued a certificate: the authorities with every key that they ever had, and former ones that only certificates tell of.
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import {
  type AuthorityId,
  authorityId,
  type CertificateRecord,
  type ImportLedger,
  type StoredAuthority,
} from '#ca-core/engine';
import {
  type Certificate,
  decodeBasicConstraints,
  decodeCertificate,
  extensionOids,
  findExtension,
  formatName,
} from '#codecs/x509';

export interface KnownIssuer {
  readonly authorityId: AuthorityId;
  readonly subjectDer: Buffer;
  readonly subjectPublicKeyInfoDer: Buffer;
  readonly key: KeyObject;
  /** False for a key that the authority has had before. */
  readonly isCurrent: boolean;
  /** True where it is no authority (any more), and known by its certificate only. */
  readonly isFormer: boolean;
}

/** Certificates of the record that are asked for issuers; more of one name are not looked at. */
type Ledger = Pick<ImportLedger, 'readAuthorities' | 'findBySubject'>;

export class IssuerRegistry {
  readonly #ledger: Ledger;
  #bySubject = new Map<string, KnownIssuer[]>();
  #authorities = new Map<AuthorityId, StoredAuthority>();
  /** CA certificates that were judged and are no authority's own; an issuer that is unknown may be among them. */
  #candidates = new Map<string, Certificate[]>();
  /** What the record said about a name in this batch. */
  readonly #lookups = new Map<string, Promise<readonly CertificateRecord[]>>();
  #isLoaded = false;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** What was learned from facts that did not make it into the record is forgotten. */
  forget(): void {
    this.#isLoaded = false;
  }

  /** Called before each batch: another process may have added an authority. */
  async load(): Promise<void> {
    this.#lookups.clear();
    if (!this.#isLoaded) {
      this.#bySubject = new Map();
      this.#authorities = new Map();
      this.#candidates = new Map();
    }
    for (const authority of await this.#ledger.readAuthorities()) {
      const known = this.#authorities.get(authority.id)?.certificateDer;
      const isKnown = known != null && (authority.certificateDer === null || known.equals(authority.certificateDer));
      if (!isKnown) await this.learn(authority);
    }
    this.#isLoaded = true;
  }

  get authorities(): readonly StoredAuthority[] {
    return [...this.#authorities.values()];
  }

  /** Takes an authority as it is or is about to be stored, with the keys that older certificates of its name show. */
  async learn(authority: StoredAuthority): Promise<void> {
    this.#authorities.set(authority.id, authority);
    if (authority.certificateDer === null) return;
    const certificate = decodeCertificate(authority.certificateDer, { rules: 'ber' });
    this.#add(authority.id, certificate, true);
    for (const record of await this.#ledger.findBySubject(authority.subject)) {
      const older = decodeAuthorityCertificate(record.certificateDer);
      if (older?.subjectDer.equals(certificate.subjectDer)) this.#add(authority.id, older, false);
    }
    for (const older of this.#candidates.get(keyOf(certificate.subjectDer)) ?? [])
      this.#add(authority.id, older, false);
  }

  /** A CA certificate that was found good and may have issued others. */
  offer(certificate: Certificate): void {
    const key = keyOf(certificate.subjectDer);
    const known = this.#bySubject.get(key);
    const [owner] = known ?? [];
    if (owner !== undefined) this.#add(owner.authorityId, certificate, false);
    else this.#candidates.set(key, [...(this.#candidates.get(key) ?? []), certificate]);
  }

  /** Issuers of this name, the current key of an authority first. */
  find(issuerDer: Buffer): readonly KnownIssuer[] {
    return this.#bySubject.get(keyOf(issuerDer)) ?? [];
  }

  /** Issuers whose name is the same text in another encoding. */
  findByText(issuer: string): readonly KnownIssuer[] {
    const wanted = issuer.toLowerCase();
    return [...this.#bySubject.values()]
      .filter(([issuer]) => issuer !== undefined && formatName(issuer.subjectDer).toLowerCase() === wanted)
      .flat();
  }

  /** CA certificates of this name that belong to no authority: of this or earlier batches, and of the record. */
  async findCandidates(issuerDer: Buffer): Promise<readonly Certificate[]> {
    const place = keyOf(issuerDer);
    const lookup = this.#lookups.get(place) ?? this.#ledger.findBySubject(formatName(issuerDer));
    this.#lookups.set(place, lookup);
    const recorded = (await lookup).flatMap((record) => decodeAuthorityCertificate(record.certificateDer) ?? []);
    return [...(this.#candidates.get(place) ?? []), ...recorded];
  }

  #add(id: AuthorityId, certificate: Certificate, isCurrent: boolean): void {
    const { subjectDer, subjectPublicKeyInfoDer } = certificate;
    const key = publicKeyOf(certificate);
    if (key === null) return;
    const place = keyOf(subjectDer);
    const known = this.#bySubject.get(place) ?? [];
    const same = known.find(
      (issuer) => issuer.authorityId === id && issuer.subjectPublicKeyInfoDer.equals(subjectPublicKeyInfoDer),
    );
    if (same !== undefined && (same.isCurrent || !isCurrent)) return;
    const others = known
      .filter((issuer) => issuer !== same)
      .map((issuer) => (isCurrent && issuer.authorityId === id ? { ...issuer, isCurrent: false } : issuer));
    const isFormer = this.#authorities.get(id)?.isFormer ?? false;
    const added = { authorityId: id, subjectDer, subjectPublicKeyInfoDer, key, isCurrent, isFormer };
    this.#bySubject.set(place, isCurrent ? [added, ...others] : [...others, added]);
  }
}

/** An issuer that no authority here stands for any more: a sub-CA that was deleted, or a root that was never an authority. */
export function formerAuthority(certificate: Certificate): StoredAuthority {
  const { subjectDer, issuerDer, subjectPublicKeyInfoDer, serialNumber } = certificate;
  const digest = hash('sha256', Buffer.concat([subjectDer, subjectPublicKeyInfoDer]), 'hex').slice(0, 32);
  return {
    id: authorityId(`former-${digest}`),
    isHostAuthority: false,
    parentId: null,
    subject: formatName(subjectDer),
    issuer: formatName(issuerDer),
    serialNumber,
    enabled: false,
    description: null,
    certificateDer: certificate.der,
    isFormer: true,
    origin: 'imported',
    toldSubject: null,
    keyNickname: null,
    keyHosts: [],
  };
}

/** Null when the bytes are no certificate that may issue others. */
function decodeAuthorityCertificate(certificateDer: Uint8Array): Certificate | null {
  try {
    const certificate = decodeCertificate(certificateDer, { rules: 'ber' });
    return isAuthorityCertificate(certificate) ? certificate : null;
  } catch {
    return null;
  }
}

/** RFC 5280 section 4.2.1.9; before version 3 there was no way to say it, and roots were taken at their word. */
export function isAuthorityCertificate(certificate: Certificate): boolean {
  const extension = findExtension(certificate.extensions, extensionOids.basicConstraints);
  if (extension === null) return certificate.version < 2 && certificate.issuerDer.equals(certificate.subjectDer);
  try {
    return decodeBasicConstraints(extension.valueDer).cA;
  } catch {
    return false;
  }
}

/** Null for a key that the cryptographic library does not know. */
export function publicKeyOf({
  subjectPublicKeyInfoDer,
}: Pick<Certificate, 'subjectPublicKeyInfoDer'>): KeyObject | null {
  try {
    return createPublicKey({ key: subjectPublicKeyInfoDer, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

function keyOf(nameDer: Buffer): string {
  return nameDer.toString('latin1');
}
