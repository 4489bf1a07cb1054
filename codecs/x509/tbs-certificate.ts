// TBSCertificate from agreed content, byte for byte as JSS X509CertInfo encodes it. The hot path of issuance.
import {
  DerError,
  encodeBitString,
  encodeConstructed,
  encodeExplicit,
  encodeInteger,
  encodeSequence,
  encodeTime,
  tags,
} from '#codecs/der';
import { encodeExtension } from './extension.ts';
import { findSignatureAlgorithm } from './signature-algorithm.ts';

/** What a certificate is to contain; the engine's CertificateDraft fits. Parts that are still null are refused. */
export interface TbsCertificateContent {
  /** DER value of `version`: 2 is X.509 version 3. */
  readonly version: number;
  readonly subjectDer: Uint8Array | null;
  readonly issuerDer: Uint8Array;
  readonly subjectPublicKeyInfoDer: Uint8Array | null;
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
  /** Name in the profile language, such as `SHA256withRSA`. */
  readonly signatureAlgorithm: string | null;
  /** An empty list is written as an empty list, which is what Dogtag does for a profile without extensions. Version 1 and 2 have none. */
  readonly extensions: readonly { readonly oid: string; readonly critical: boolean; readonly valueDer: Uint8Array }[];
}

const versionDer = [Buffer.alloc(0), encodeExplicit(0, encodeInteger(1)), encodeExplicit(0, encodeInteger(2))];

/** DER of the TBSCertificate. Throws DerError when a part is missing or the algorithm unknown. */
export function encodeTbsCertificate(content: TbsCertificateContent, serialNumber: bigint): Buffer {
  const version = versionDer[content.version];
  if (version === undefined) throw new DerError(`version ${content.version} is not one of X.509`);
  const parts: Uint8Array[] = [
    version,
    encodeInteger(serialNumber),
    algorithmDer(content),
    content.issuerDer,
    encodeSequence(
      encodeTime(required(content.notBefore, 'notBefore')),
      encodeTime(required(content.notAfter, 'notAfter')),
    ),
    required(content.subjectDer, 'subject'),
    required(content.subjectPublicKeyInfoDer, 'subjectPublicKeyInfo'),
  ];
  if (content.version === 2) {
    parts.push(encodeExplicit(3, encodeConstructed(tags.sequence, content.extensions.map(encodeExtension))));
  } else if (content.extensions.length > 0) {
    throw new DerError('only version 3 certificates have extensions');
  }
  return encodeConstructed(tags.sequence, parts);
}

/** The certificate around a signed TBSCertificate. `signature` is the content of the BIT STRING. */
export function assembleCertificate(
  tbsDer: Uint8Array,
  signatureAlgorithmDer: Uint8Array,
  signature: Uint8Array,
): Buffer {
  return encodeSequence(tbsDer, signatureAlgorithmDer, encodeBitString(signature));
}

function algorithmDer(content: TbsCertificateContent): Buffer {
  const name = required(content.signatureAlgorithm, 'signatureAlgorithm');
  const algorithm = findSignatureAlgorithm(name);
  if (algorithm === null) throw new DerError(`unknown signature algorithm ${name}`);
  return algorithm.der;
}

function required<T>(part: T | null, what: string): T {
  if (part === null) throw new DerError(`certificate content lacks its ${what}`);
  return part;
}
