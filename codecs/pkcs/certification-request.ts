// PKCS#10 CertificationRequest (RFC 2986): what it asks for, and the bytes over which its signature was made.
import { type BitString, DerError, type DerReader, openDer, tags } from '#codecs/der';
import { type CertificateExtension, readExtensions } from '#codecs/x509';

export interface CertificationRequest {
  readonly der: Buffer;
  /** CertificationRequestInfo as it was signed. */
  readonly signedDer: Buffer;
  readonly subjectDer: Buffer;
  readonly subjectPublicKeyInfoDer: Buffer;
  readonly attributes: readonly RequestedAttribute[];
  /** The value of the extensionRequest attribute (PKCS#9), or null when there is none. */
  readonly extensions: readonly CertificateExtension[] | null;
  readonly signatureAlgorithmDer: Buffer;
  readonly signature: BitString;
}

export interface RequestedAttribute {
  readonly oid: string;
  /** Each value is a whole element. */
  readonly valuesDer: readonly Buffer[];
}

export const extensionRequestOid = '1.2.840.113549.1.9.14';

const bytesMax = 1024 * 1024;
const attributesMax = 256;

/** Throws DerError for what does not begin with a CertificationRequest. What follows it is passed over, as JSS does. */
export function decodeCertificationRequest(requestDer: Uint8Array): CertificationRequest {
  const outer = openDer(requestDer, { bytesMax });
  const element = outer.readElement(tags.sequence, 'CertificationRequest');
  const request = outer.enterElement(element);
  const info = request.readElement(tags.sequence, 'CertificationRequestInfo');
  const signatureAlgorithm = request.readElement(tags.sequence, 'signatureAlgorithm');
  const signature = request.readBitString('signature');
  request.assertEnd('CertificationRequest');
  const reader = request.enterElement(info);
  reader.readInteger('version');
  const subject = reader.readElement(tags.sequence, 'subject');
  const key = reader.readElement(tags.sequence, 'subjectPKInfo');
  const attributes = reader.isAtEnd ? [] : readAttributes(reader);
  reader.assertEnd('CertificationRequestInfo');
  return {
    der: element.bytes,
    signedDer: info.bytes,
    subjectDer: subject.bytes,
    subjectPublicKeyInfoDer: key.bytes,
    attributes,
    extensions: findRequestedExtensions(attributes),
    signatureAlgorithmDer: signatureAlgorithm.bytes,
    signature,
  };
}

function readAttributes(reader: DerReader): RequestedAttribute[] {
  const set = reader.enter(0xa0, 'attributes');
  const attributes: RequestedAttribute[] = [];
  while (!set.isAtEnd) {
    if (attributes.length >= attributesMax) throw new DerError(`more than ${attributesMax} attributes`);
    const attribute = set.enterSequence('attribute');
    const oid = attribute.readObjectIdentifier('attribute type');
    const values = attribute.enter(tags.set, 'attribute values');
    attribute.assertEnd('attribute');
    const valuesDer: Buffer[] = [];
    while (!values.isAtEnd) valuesDer.push(values.readAny('attribute value').bytes);
    attributes.push({ oid, valuesDer });
  }
  return attributes;
}

// Of several extension requests the last one counts, because JSS keeps attributes in a table by name. Loose encodings inside are let
// pass: TRUE other than FF has been seen from old tool kits.
function findRequestedExtensions(attributes: readonly RequestedAttribute[]): CertificateExtension[] | null {
  const value = attributes.findLast((attribute) => attribute.oid === extensionRequestOid)?.valuesDer[0];
  return value === undefined ? null : readExtensions(openDer(value, { rules: 'ber' }));
}
