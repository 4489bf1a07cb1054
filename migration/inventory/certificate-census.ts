// Counts certificates by everything that matters for a migration, one at a time, in memory that does not grow with their number.
import {
  decodeCertificate,
  decodeSubjectPublicKeyInfo,
  formatName,
  formatSignatureAlgorithm,
  type SubjectPublicKeyInfo,
} from '#codecs/x509';
import type { SourceCertificate } from '#importers';
import type { CertificateCensus, CountLine, SystemCertificateLine } from './inventory.ts';
import { mayBeSystemCertificate, systemPurposeOf } from './system-purpose.ts';

const reasonNames = new Map([
  [0, 'unspecified'],
  [1, 'keyCompromise'],
  [2, 'cACompromise'],
  [3, 'affiliationChanged'],
  [4, 'superseded'],
  [5, 'cessationOfOperation'],
  [6, 'certificateHold'],
  [8, 'removeFromCRL'],
  [9, 'privilegeWithdrawn'],
  [10, 'aACompromise'],
]);
const expiryDays = [7, 30, 90, 180, 365, 730, 1825] as const;
const dayMs = 86_400_000;
/** Distinct issuers or profiles beyond this are counted as others: hostile data must not fill the memory. */
const distinctMax = 10_000;

type Status = 'valid' | 'notYetValid' | 'expired' | 'revoked';

class Counter {
  readonly #lines = new Map<string, { all: number; valid: number }>();

  count(name: string, isValid: boolean): void {
    const key = this.#lines.has(name) || this.#lines.size < distinctMax ? name : 'others';
    const line = this.#lines.get(key) ?? { all: 0, valid: 0 };
    line.all++;
    if (isValid) line.valid++;
    this.#lines.set(key, line);
  }

  lines(): CountLine[] {
    const lines = [...this.#lines].map(([name, { all, valid }]) => ({ name, all, valid }));
    return lines.sort((a, b) => b.all - a.all || (a.name < b.name ? -1 : 1));
  }
}

export class CertificateCensusTaker {
  readonly #now: Date;
  readonly #serverHosts: readonly string[];
  readonly #byStatus: Record<Status, number> = { valid: 0, notYetValid: 0, expired: 0, revoked: 0 };
  readonly #byReason = new Map<number, number>();
  readonly #keys = new Counter();
  readonly #signatures = new Counter();
  readonly #issuers = new Counter();
  readonly #profiles = new Counter();
  readonly #issuerNames = new Map<string, string>();
  readonly #expiry = new Map<number | null, number>();
  readonly #system = new Map<string, SystemCertificateLine & { readonly notBefore: Date }>();
  #total = 0;
  #unreadable = 0;
  #lowest: bigint | null = null;
  #highest: bigint | null = null;

  /** `serverHosts`: names of the CA servers, whose own TLS certificates are watched. */
  constructor(now: Date, serverHosts: readonly string[]) {
    this.#now = now;
    this.#serverHosts = serverHosts;
  }

  add(certificate: SourceCertificate): void {
    const { serialNumber, revocation, certificateDer, profileId } = certificate;
    this.#total++;
    if (this.#lowest === null || serialNumber < this.#lowest) this.#lowest = serialNumber;
    if (this.#highest === null || serialNumber > this.#highest) this.#highest = serialNumber;
    if (revocation !== null) this.#byReason.set(revocation.reason, (this.#byReason.get(revocation.reason) ?? 0) + 1);
    const decoded = decodeQuietly(certificateDer);
    if (decoded === null) {
      this.#unreadable++;
      if (revocation !== null) this.#byStatus.revoked++;
      return;
    }
    const { notBefore, notAfter } = decoded;
    const status: Status =
      revocation !== null
        ? 'revoked'
        : notAfter < this.#now
          ? 'expired'
          : notBefore > this.#now
            ? 'notYetValid'
            : 'valid';
    this.#byStatus[status]++;
    const isValid = status === 'valid';
    this.#keys.count(describeKey(decoded.subjectPublicKeyInfoDer), isValid);
    this.#signatures.count(describeSignature(decoded.signatureAlgorithmDer), isValid);
    this.#issuers.count(this.#nameOfIssuer(decoded.issuerDer), isValid);
    this.#profiles.count(profileId ?? 'unknown', isValid);
    if (isValid) this.#countExpiry(notAfter);
    if (status !== 'revoked' && mayBeSystemCertificate(profileId, decoded.subjectDer, this.#serverHosts))
      this.#noteSystemCertificate(certificate, formatName(decoded.subjectDer), notBefore, notAfter);
  }

  result(): CertificateCensus {
    return {
      total: this.#total,
      ...this.#byStatus,
      unreadable: this.#unreadable,
      revokedByReason: [...this.#byReason]
        .sort(([a], [b]) => a - b)
        .map(([reason, count]) => ({ reason: reasonNames.get(reason) ?? String(reason), count })),
      keyAlgorithms: this.#keys.lines(),
      signatureAlgorithms: this.#signatures.lines(),
      issuers: this.#issuers.lines(),
      profiles: this.#profiles.lines(),
      expiry: [...expiryDays, null].map((withinDays) => ({ withinDays, count: this.#expiry.get(withinDays) ?? 0 })),
      lowestSerial: this.#lowest?.toString() ?? null,
      highestSerial: this.#highest?.toString() ?? null,
    };
  }

  /** Soonest to expire first. */
  systemCertificates(): SystemCertificateLine[] {
    return [...this.#system.values()].map(({ notBefore: _, ...line }) => line).sort((a, b) => a.daysLeft - b.daysLeft);
  }

  /** A million certificates have few issuers. */
  #nameOfIssuer(issuerDer: Buffer): string {
    const key = issuerDer.toString('latin1');
    const name = this.#issuerNames.get(key) ?? formatName(issuerDer);
    if (this.#issuerNames.size < distinctMax) this.#issuerNames.set(key, name);
    return name;
  }

  #countExpiry(notAfter: Date): void {
    const days = (notAfter.getTime() - this.#now.getTime()) / dayMs;
    const within = expiryDays.find((limit) => days <= limit) ?? null;
    this.#expiry.set(within, (this.#expiry.get(within) ?? 0) + 1);
  }

  #noteSystemCertificate(certificate: SourceCertificate, subject: string, notBefore: Date, notAfter: Date): void {
    const purpose = systemPurposeOf(certificate.profileId, subject, this.#serverHosts);
    if (purpose === null) return;
    const key = `${purpose} ${subject}`;
    const known = this.#system.get(key);
    if (known !== undefined && known.notBefore >= notBefore) return;
    if (known === undefined && this.#system.size >= distinctMax) return;
    this.#system.set(key, {
      purpose,
      subject,
      serialNumber: certificate.serialNumber.toString(),
      notAfter: notAfter.toISOString(),
      daysLeft: daysBetween(this.#now, notAfter),
      notBefore,
    });
  }
}

/** Whole days, rounded down; negative when `to` is past. */
export function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / dayMs);
}

function decodeQuietly(certificateDer: Uint8Array) {
  try {
    return decodeCertificate(certificateDer, { rules: 'ber' });
  } catch {
    return null;
  }
}

/** Such as `RSA 2048` or `EC nistp256`. */
function describeKey(subjectPublicKeyInfoDer: Uint8Array): string {
  let key: SubjectPublicKeyInfo;
  try {
    key = decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer);
  } catch {
    return 'unreadable key';
  }
  const { kind, bits, curveName, curveOid, algorithmOid } = key;
  if (kind === 'unknown') return algorithmOid;
  const detail =
    kind === 'ec' ? (curveName ?? curveOid ?? 'unknown curve') : kind === 'rsa' || kind === 'dsa' ? bits : null;
  return detail === null ? kind.toUpperCase() : `${kind.toUpperCase()} ${detail}`;
}

function describeSignature(signatureAlgorithmDer: Uint8Array): string {
  try {
    return formatSignatureAlgorithm(signatureAlgorithmDer);
  } catch {
    return 'unreadable algorithm';
  }
}
