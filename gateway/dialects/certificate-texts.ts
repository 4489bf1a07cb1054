// What clients are shown of a certificate and never changes: its pretty print (five fingerprints, one of them MD2), PEM and chain. Making them is most of
// the work of showing a certificate, and clients ask for the same ones again: FreeIPA reads what it has just had issued several times.
import { hash } from 'node:crypto';
import { formatCertificate } from '#codecs/dogtag-pretty-print';
import { encodeBase64Lines, encodeCertificatePem, type JavaTimeZone } from '#codecs/dogtag-text';
import { encodeCertificateChain } from '#codecs/pkcs';
import type { ReleaseTraits } from './release.ts';

export interface CertificateTexts {
  /** Java's `toString` of the certificate, as Dogtag prints it. */
  readonly prettyPrint: string;
  /** PEM with line feeds as Dogtag's. */
  readonly pem: string;
  /** Base64 in lines of the PKCS#7 message with the certificate and those of its issuers. */
  readonly chain: string;
}

/** Some 10 kB each. */
const keptMax = 1_000;

/** Keeps the texts of the certificates that were shown last. */
export class CertificateTextKeeper {
  readonly #zone: JavaTimeZone;
  readonly #release: ReleaseTraits;
  readonly #kept = new Map<string, CertificateTexts>();

  constructor(zone: JavaTimeZone, release: ReleaseTraits) {
    this.#zone = zone;
    this.#release = release;
  }

  /** `issuersDer`: the host authority's path, its own certificate first. Throws DerError for a certificate that cannot be read. */
  textsOf(certificateDer: Uint8Array, issuersDer: readonly Uint8Array[]): CertificateTexts {
    const key = hash('sha256', Buffer.concat([certificateDer, ...issuersDer]), 'base64');
    const known = this.#kept.get(key);
    const texts = known ?? this.#make(certificateDer, issuersDer);
    // The last of a Map is what was put in last.
    if (known !== undefined) this.#kept.delete(key);
    else if (this.#kept.size >= keptMax) this.#kept.delete(this.#kept.keys().next().value ?? '');
    this.#kept.set(key, texts);
    return texts;
  }

  #make(certificateDer: Uint8Array, issuersDer: readonly Uint8Array[]): CertificateTexts {
    const isOwn = issuersDer.some((der) => Buffer.compare(der, certificateDer) === 0);
    const path = isOwn ? issuersDer : [certificateDer, ...issuersDer];
    const { prettyPrint, chainContent } = this.#release;
    return {
      prettyPrint: formatCertificate(certificateDer, this.#zone, prettyPrint),
      pem: encodeCertificatePem(certificateDer),
      chain: encodeBase64Lines(encodeCertificateChain(path, { order: 'given', content: chainContent })),
    };
  }
}
