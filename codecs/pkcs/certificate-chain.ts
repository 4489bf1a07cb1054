// Certificate chains as PKCS#7 "certs-only" messages (RFC 2315; degenerate SignedData of RFC 5652 section 5), as Dogtag hands them out.
import {
  contextConstructed,
  DerError,
  type DerReader,
  encodeConstructed,
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeSequence,
  encodeSetOf,
  openDer,
  tags,
} from '#codecs/der';

const signedDataOid = '1.2.840.113549.1.7.2';
const dataOid = '1.2.840.113549.1.7.1';
const bytesMax = 16 * 1024 * 1024;
const certificatesMax = 10_000;

export interface CertificateChainFormat {
  /** `sorted`: a proper SET OF, the order of bytes. `given`: as Dogtag does where a client expects its own certificate first. */
  readonly order: 'sorted' | 'given';
  /** Content of type data that says nothing: an empty OCTET STRING (Dogtag through 10.x) or left out (11.x). */
  readonly content: 'empty' | 'absent';
}

/** The message around the certificates. */
export function encodeCertificateChain(certificatesDer: readonly Uint8Array[], format: CertificateChainFormat): Buffer {
  const content =
    format.content === 'empty' ? [encodeExplicit(0, encodeElement(tags.octetString, Buffer.alloc(0)))] : [];
  const certificates =
    format.order === 'sorted'
      ? encodeSetOf(certificatesDer, contextConstructed(0))
      : encodeConstructed(contextConstructed(0), certificatesDer);
  const signedData = encodeSequence(
    encodeInteger(1),
    encodeSetOf([]),
    encodeSequence(encodeObjectIdentifier(dataOid), ...content),
    certificates,
    encodeSetOf([]),
  );
  return encodeSequence(encodeObjectIdentifier(signedDataOid), encodeExplicit(0, signedData));
}

export interface SignedDataContents {
  readonly certificatesDer: readonly Buffer[];
  readonly crlsDer: readonly Buffer[];
}

/**
 * Certificates of any SignedData message, in the order of the encoding, each as the exact bytes that were in it. Signatures, CRLs and
 * content are passed over. BER is taken, as other tools write it. Throws DerError.
 */
export function decodeCertificateChain(messageDer: Uint8Array): readonly Buffer[] {
  return decodeSignedDataContents(messageDer).certificatesDer;
}

/** The same with the CRLs beside the certificates (RFC 5652 section 5.1). Throws DerError. */
export function decodeSignedDataContents(messageDer: Uint8Array): SignedDataContents {
  const reader = openDer(messageDer, { rules: 'ber', bytesMax });
  const contentInfo = reader.enterSequence('ContentInfo');
  reader.assertEnd('ContentInfo');
  const type = contentInfo.readObjectIdentifier('contentType');
  if (type !== signedDataOid) throw new DerError(`content type ${type} is not signedData`);
  const signedData = contentInfo.enter(contextConstructed(0), 'content').enterSequence('SignedData');
  signedData.readInteger('version');
  signedData.readElement(tags.set, 'digestAlgorithms');
  signedData.readElement(tags.sequence, 'encapContentInfo');
  const certificates = signedData.findEntered(contextConstructed(0), 'certificates');
  const crls = signedData.findEntered(contextConstructed(1), 'crls');
  return {
    certificatesDer: certificates === null ? [] : readSequences(certificates, 'certificate'),
    crlsDer: crls === null ? [] : readSequences(crls, 'CRL'),
  };
}

function readSequences(set: DerReader, what: string): Buffer[] {
  const sequences: Buffer[] = [];
  while (!set.isAtEnd) {
    if (sequences.length >= certificatesMax) throw new DerError(`more than ${certificatesMax} of ${what}`);
    const element = set.readAny(what);
    // The other choices are attribute certificates, obsolete formats and other revocation information, all of them tagged.
    if (element.tag === tags.sequence) sequences.push(element.bytes);
  }
  return sequences;
}
