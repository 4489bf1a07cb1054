// Agreed content of a certificate as bytes for the record: a TBSCertificate whose serial number is a placeholder, as Dogtag keeps it.
import { DerError } from '#codecs/der';
import {
  decodeTbsCertificate,
  encodeTbsCertificate,
  identifySignatureAlgorithm,
  type SignatureAlgorithm,
  type TbsCertificate,
} from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { CertificateDraft } from '../issuance/certificate-draft.ts';

/** Stands where a profile has not given a key; Dogtag has a dummy key there. */
const noKeyDer = Buffer.from([0x30, 0x00]);
/** Dogtag's word for an algorithm that the authority is to choose. */
export const undecidedAlgorithm = 'MD5withRSA';

/** An algorithm as a draft holds it: null leaves it to the authority. */
export function draftAlgorithm({ name }: SignatureAlgorithm): string | null {
  return name === undecidedAlgorithm ? null : name;
}

/** Throws CaError `malformed-request` when the draft lacks a subject or a validity, or holds what cannot be written. */
export function encodeDraft(draft: CertificateDraft): Buffer {
  try {
    return encodeTbsCertificate(
      {
        ...draft,
        subjectPublicKeyInfoDer: draft.subjectPublicKeyInfoDer ?? noKeyDer,
        signatureAlgorithm: draft.signatureAlgorithm ?? undecidedAlgorithm,
      },
      0n,
    );
  } catch (error) {
    if (error instanceof DerError) throw new CaError('malformed-request', error.message, { cause: error });
    throw error;
  }
}

/** The draft back from what `encodeDraft` or Dogtag (its fact `req_x509info`) wrote. Throws CaError `malformed-request`. */
export function decodeDraft(draftDer: Uint8Array): CertificateDraft {
  const tbs = read(draftDer);
  const key = tbs.subjectPublicKeyInfoDer;
  const algorithm = identifySignatureAlgorithm(tbs.signatureAlgorithmDer);
  return {
    version: tbs.version,
    subjectDer: tbs.subjectDer,
    issuerDer: tbs.issuerDer,
    subjectPublicKeyInfoDer: key.equals(noKeyDer) ? null : key,
    notBefore: tbs.notBefore,
    notAfter: tbs.notAfter,
    signatureAlgorithm: algorithm === null ? null : draftAlgorithm(algorithm),
    extensions: tbs.extensions.map(({ oid, critical, valueDer }) => ({ oid, critical, valueDer })),
  };
}

function read(draftDer: Uint8Array): TbsCertificate {
  try {
    return decodeTbsCertificate(draftDer, { rules: 'ber' });
  } catch (error) {
    if (error instanceof DerError) throw new CaError('malformed-request', error.message, { cause: error });
    throw error;
  }
}
