// Issuers with keys of their own, for tests of who is believed to have signed what: hierarchies, renewals, other algorithms, CRLs.
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  assembleCertificate,
  assembleCertificateList,
  encodeBasicConstraints,
  encodeCrlNumber,
  encodeDeltaCrlIndicator,
  encodeNameText,
  encodeTbsCertificate,
  encodeTbsCertList,
  extensionOids,
  findSignatureAlgorithm,
  type SignatureAlgorithm,
} from '#codecs/x509';

export type SampleKeyKind = 'P-256' | 'P-384' | 'rsa' | 'ed25519';

export interface SampleCertificateContent {
  readonly subject?: string;
  readonly subjectPublicKeyInfoDer?: Buffer;
  readonly isAuthority?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Name in the profile language; the key's usual one unless said otherwise. */
  readonly algorithm?: string;
  /** DER of the issuer's Name where it is not to be the issuer's own. */
  readonly issuerDer?: Buffer;
}

export interface SampleCrlContent {
  readonly crlNumber: bigint | null;
  readonly serials?: readonly bigint[];
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date | null;
  readonly baseCrlNumber?: bigint;
}

const usualAlgorithms: Readonly<Record<SampleKeyKind, string>> = {
  'P-256': 'SHA256withEC',
  'P-384': 'SHA384withEC',
  rsa: 'SHA256withRSA',
  ed25519: 'Ed25519',
};

export class SampleIssuer {
  readonly name: string;
  readonly publicKeyDer: Buffer;
  readonly #keyKind: SampleKeyKind;
  readonly #privateKey: KeyObject;

  constructor(name: string, keyKind: SampleKeyKind = 'P-256') {
    const { publicKey, privateKey } = generate(keyKind);
    this.name = name;
    this.publicKeyDer = publicKey.export({ type: 'spki', format: 'der' });
    this.#keyKind = keyKind;
    this.#privateKey = privateKey;
  }

  /** A certificate signed with this key. */
  certify(serialNumber: bigint, content: SampleCertificateContent = {}): Buffer {
    const algorithm = this.#algorithm(content.algorithm);
    const tbsDer = encodeTbsCertificate(
      {
        version: 2,
        subjectDer: encodeNameText(content.subject ?? `CN=sample-${serialNumber},O=SAMPLE`),
        issuerDer: content.issuerDer ?? encodeNameText(this.name),
        subjectPublicKeyInfoDer: content.subjectPublicKeyInfoDer ?? endEntityKeyDer,
        notBefore: content.notBefore ?? new Date('2026-01-01T00:00:00Z'),
        notAfter: content.notAfter ?? new Date('2028-07-01T00:00:00Z'),
        signatureAlgorithm: algorithm.name,
        extensions: content.isAuthority
          ? [
              {
                oid: extensionOids.basicConstraints,
                critical: true,
                valueDer: encodeBasicConstraints({ cA: true, pathLenConstraint: null }),
              },
            ]
          : [],
      },
      serialNumber,
    );
    return assembleCertificate(tbsDer, algorithm.der, this.#sign(algorithm, tbsDer));
  }

  /** Its own certificate, signed by itself. */
  certifyItself(serialNumber: bigint, content: SampleCertificateContent = {}): Buffer {
    const own = { subject: this.name, subjectPublicKeyInfoDer: this.publicKeyDer, isAuthority: true };
    return this.certify(serialNumber, { ...own, ...content });
  }

  /** The certificate of an issuer below this one. */
  certifyIssuer(serialNumber: bigint, issuer: SampleIssuer): Buffer {
    const { name: subject, publicKeyDer: subjectPublicKeyInfoDer } = issuer;
    return this.certify(serialNumber, { subject, subjectPublicKeyInfoDer, isAuthority: true });
  }

  crl({ crlNumber, serials = [], thisUpdate, nextUpdate, baseCrlNumber }: SampleCrlContent): Buffer {
    const algorithm = this.#algorithm();
    const tbsDer = encodeTbsCertList({
      signatureAlgorithm: algorithm.name,
      issuerDer: encodeNameText(this.name),
      thisUpdate: thisUpdate ?? new Date('2026-06-01T00:00:00Z'),
      nextUpdate: nextUpdate === undefined ? new Date('2126-06-01T00:00:00Z') : nextUpdate,
      revokedCertificates: serials.map((serialNumber) => ({
        serialNumber,
        revocationDate: new Date('2026-05-01T00:00:00Z'),
        reasonCode: 1,
        invalidityDate: null,
      })),
      extensions: [
        ...(crlNumber === null
          ? []
          : [{ oid: extensionOids.cRLNumber, critical: false, valueDer: encodeCrlNumber(crlNumber) }]),
        ...(baseCrlNumber === undefined
          ? []
          : [
              {
                oid: extensionOids.deltaCRLIndicator,
                critical: true,
                valueDer: encodeDeltaCrlIndicator(baseCrlNumber),
              },
            ]),
      ],
    });
    return assembleCertificateList(tbsDer, algorithm.der, this.#sign(algorithm, tbsDer));
  }

  #algorithm(name = usualAlgorithms[this.#keyKind]): SignatureAlgorithm {
    const algorithm = findSignatureAlgorithm(name);
    if (algorithm === null) throw new Error(`${name} is unknown`);
    return algorithm;
  }

  #sign({ hash, pssSaltBytes }: SignatureAlgorithm, bytes: Buffer): Buffer {
    const padding = pssSaltBytes === null ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pssSaltBytes };
    return sign(hash, bytes, { key: this.#privateKey, ...padding });
  }
}

function generate(keyKind: SampleKeyKind) {
  if (keyKind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  if (keyKind === 'ed25519') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('ec', { namedCurve: keyKind });
}

/** Whose key it is matters to none of the tests. */
const endEntityKeyDer = generate('P-256').publicKey.export({ type: 'spki', format: 'der' });
