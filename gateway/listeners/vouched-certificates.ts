// Client certificates that a web server vouches for: it has seen the proof of possession, we look whether they are our authority's.
import { X509Certificate } from 'node:crypto';
import type { Clock } from '#platform';
import { type ClientCertificate, describeCertificate } from './client-identity.ts';

const certificatePem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const clientAuthentication = '1.3.6.1.5.5.7.3.2';
const chainLengthMax = 8;
const knownMax = 1_000;

/** A certificate that counts for nothing; `message` says why. */
export class NotVouchedFor extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotVouchedFor';
  }
}

interface Vouched {
  readonly certificate: ClientCertificate;
  /** The dates of the certificates above it. */
  readonly above: readonly X509Certificate[];
}

export class VouchedCertificates {
  readonly #trusted: readonly X509Certificate[];
  readonly #clock: Clock;
  /** By the text that came, so that signatures are verified once per certificate and not once per request. */
  readonly #known = new Map<string, Vouched>();

  /** `trustPem`: as for TLS clients, the authority's certificate and those above it. */
  constructor(trustPem: readonly string[], clock: Clock) {
    this.#trusted = trustPem.flatMap((text) => certificatesIn(text));
    this.#clock = clock;
  }

  /**
   * `text` is PEM, the client's certificate first; what follows may help to reach a trusted certificate and is trusted in nothing itself. The
   * checks are those of the TLS listener. Throws NotVouchedFor.
   */
  accept(text: string): ClientCertificate {
    const vouched = this.#known.get(text) ?? this.#verify(text);
    const now = this.#clock.now();
    const { notBefore, notAfter } = vouched.certificate;
    const inTime = notBefore <= now && now <= notAfter && vouched.above.every((one) => isValidAt(one, now));
    if (!inTime) throw new NotVouchedFor('it, or a certificate above it, is not valid now');
    if (this.#known.size >= knownMax) this.#known.clear();
    this.#known.set(text, vouched);
    return vouched.certificate;
  }

  #verify(text: string): Vouched {
    const [leaf, ...helpers] = certificatesIn(text);
    if (leaf === undefined) throw new NotVouchedFor('it cannot be read');
    // Node calls the extended key usages keyUsage; without the extension any use is allowed.
    const usages = leaf.keyUsage as readonly string[] | undefined;
    if (usages !== undefined && !usages.includes(clientAuthentication))
      throw new NotVouchedFor('it is not for client authentication');
    const above: X509Certificate[] = [];
    for (let current = leaf; above.length < chainLengthMax; ) {
      const anchor = this.#trusted.find((one) => isIssuedBy(current, one));
      if (anchor !== undefined) return { certificate: describeCertificate(leaf), above: [...above, anchor] };
      const helper = helpers.find((one) => !above.includes(one) && isIssuedBy(current, one));
      if (helper === undefined) break;
      above.push(helper);
      current = helper;
    }
    throw new NotVouchedFor('it does not verify under this authority');
  }
}

function certificatesIn(text: string): X509Certificate[] {
  try {
    return (text.match(certificatePem) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return [];
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isValidAt({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now <= validToDate;
}
