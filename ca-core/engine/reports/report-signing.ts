// Signatures of this installation under its reports: a key of their own, which certifies itself and signs nothing else, so that no report can ever pass
// for a certificate, a CRL or an answer of the authority, nor need a pen.
import { prepareForSigning, type Signer } from '#ca-core/signer';
import { assembleDetachedSignature, encodeDetachedAttributes } from '#codecs/cmc';
import {
  assembleCertificate,
  computeKeyIdentifier,
  decodeSubjectPublicKeyInfo,
  encodeKeyUsage,
  encodeNameText,
  encodeSubjectKeyIdentifier,
  encodeTbsCertificate,
  extensionOids,
  findSignatureAlgorithm,
  type SignatureAlgorithm,
} from '#codecs/x509';
import { randomBytes } from '#platform';
import { CaError } from '../errors.ts';

export interface ReportSigning {
  readonly signer: Signer;
  /** Name of the key within the signer. */
  readonly keyId: string;
}

const yearsOfCertificate = 20;

/** The self-signed certificate of the key, by which reports are checked. `name` is of the installation, such as its host name. Throws CaError `internal`, SignerError. */
export async function certifyReportKey(signing: ReportSigning, name: string, now: Date): Promise<Buffer> {
  const { key, algorithm } = await findKey(signing);
  const subjectDer = encodeNameText(`CN=Reports of ${escapeValue(name)},O=Retag`);
  const notBefore = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + yearsOfCertificate);
  const keyIdentifier = computeKeyIdentifier(decodeSubjectPublicKeyInfo(key.publicKeyDer));
  const tbsDer = encodeTbsCertificate(
    {
      version: 2,
      subjectDer,
      issuerDer: subjectDer,
      subjectPublicKeyInfoDer: key.publicKeyDer,
      notBefore,
      notAfter,
      signatureAlgorithm: algorithm.name,
      extensions: [
        {
          oid: extensionOids.keyUsage,
          critical: true,
          valueDer: encodeKeyUsage(new Set(['digitalSignature', 'nonRepudiation'])),
        },
        {
          oid: extensionOids.subjectKeyIdentifier,
          critical: false,
          valueDer: encodeSubjectKeyIdentifier(keyIdentifier),
        },
      ],
    },
    BigInt(`0x${randomBytes(16).toString('hex')}`) | 1n,
  );
  const signature = await signing.signer.sign(signing.keyId, algorithm.name, prepareForSigning('certificate', tbsDer));
  return assembleCertificate(tbsDer, algorithm.der, signature);
}

/** A detached CMS signature, DER. Throws CaError `internal`, SignerError. */
export async function signReport(
  content: Uint8Array,
  signing: ReportSigning & { readonly certificateDer: Uint8Array },
  signedAt: Date,
): Promise<Buffer> {
  const { algorithm } = await findKey(signing);
  const attributesDer = encodeDetachedAttributes(content, signedAt, algorithm);
  const prepared = prepareForSigning('report', attributesDer);
  const signature = await signing.signer.sign(signing.keyId, algorithm.name, prepared);
  return assembleDetachedSignature(attributesDer, signature, algorithm, signing.certificateDer);
}

async function findKey({ signer, keyId }: ReportSigning) {
  const key = (await signer.describe()).find((one) => one.keyId === keyId);
  if (key === undefined) throw new CaError('internal', `the signer has no key ${keyId}`);
  const algorithm: SignatureAlgorithm | null = findSignatureAlgorithm(key.algorithms[0] ?? '');
  if (algorithm === null) throw new CaError('internal', `key ${keyId} signs with nothing that is known here`);
  return { key, algorithm };
}

/** RFC 4514 section 2.4. */
function escapeValue(text: string): string {
  return text.replaceAll(/[,+"\\<>;=#]/g, (character) => `\\${character}`);
}
