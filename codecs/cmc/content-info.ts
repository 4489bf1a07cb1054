// The CMS ContentInfo (RFC 5652 section 3) that a CMC message travels in: SignedData, or plain data where nobody signed.
import {
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  encodeSetOf,
  openDer,
  tags,
} from '#codecs/der';
import { cmcContentTypes } from './cmc-oids.ts';
import { readItems } from './read-items.ts';

export type ContentInfo =
  | { readonly kind: 'data'; readonly content: Buffer }
  | ({ readonly kind: 'signed' } & SignedData)
  /** Some other type of CMS content, which CMC has no use for. */
  | { readonly kind: 'other'; readonly contentType: string };

export interface SignedData {
  /** Object identifiers of digestAlgorithms, in their order. */
  readonly digestAlgorithmOids: readonly string[];
  readonly contentType: string;
  /** Null where it is detached. */
  readonly content: Buffer | null;
  /** Null where the field is absent. Only certificates proper; attribute certificates are passed over. */
  readonly certificatesDer: readonly Buffer[] | null;
  readonly signerInfos: readonly SignerInfo[];
}

export type SignerIdentifier =
  | { readonly kind: 'issuer-and-serial-number'; readonly issuerDer: Buffer; readonly serialNumber: bigint }
  | { readonly kind: 'subject-key-identifier'; readonly keyIdentifier: Buffer };

export interface SignerInfo {
  readonly identifier: SignerIdentifier;
  readonly digestAlgorithmOid: string;
  readonly signedAttributes: SignedAttributes | null;
  readonly signatureAlgorithmOid: string;
  readonly signature: Buffer;
}

export interface SignedAttributes {
  /** What is signed: the DER of the SET, sorted whatever the order in which they came. */
  readonly der: Buffer;
  /** Null where the attribute is absent. */
  readonly contentType: string | null;
  readonly messageDigest: Buffer | null;
}

const bytesMax = 1024 * 1024;
const contentTypeOid = '1.2.840.113549.1.9.3';
const messageDigestOid = '1.2.840.113549.1.9.4';

/** BER is taken, as other tools write it; octets after the message are passed over, as JSS does. Throws DerError. */
export function decodeContentInfo(der: Uint8Array): ContentInfo {
  const sequence = openDer(der, { rules: 'ber', bytesMax }).enterSequence('ContentInfo');
  const type = sequence.readObjectIdentifier('contentType');
  const wrapped = sequence.enter(contextConstructed(0), 'content');
  sequence.assertEnd('ContentInfo');
  if (type === cmcContentTypes.data) return { kind: 'data', content: wrapped.readOctetString('content') };
  if (type !== cmcContentTypes.signedData) return { kind: 'other', contentType: type };
  const signedData = readSignedData(wrapped.enterSequence('SignedData'));
  wrapped.assertEnd('content');
  return { kind: 'signed', ...signedData };
}

function readSignedData(reader: DerReader): SignedData {
  reader.readInteger('version');
  const digestAlgorithmOids = readItems(reader.enter(tags.set, 'digestAlgorithms'), readAlgorithmOid);
  const encapsulated = reader.enterSequence('encapContentInfo');
  const contentType = encapsulated.readObjectIdentifier('eContentType');
  const content = encapsulated.findEntered(contextConstructed(0), 'eContent')?.readOctetString('eContent') ?? null;
  encapsulated.assertEnd('encapContentInfo');
  const certificates = reader.findEntered(contextConstructed(0), 'certificates');
  const certificatesDer =
    certificates === null
      ? null
      : readItems(certificates, (set) => set.readAny('certificate'))
          .filter(({ tag }) => tag === tags.sequence)
          .map(({ bytes }) => bytes);
  reader.findElement(contextConstructed(1), 'crls');
  const signerInfos = readItems(reader.enter(tags.set, 'signerInfos'), readSignerInfo);
  reader.assertEnd('SignedData');
  return { digestAlgorithmOids, contentType, content, certificatesDer, signerInfos };
}

function readSignerInfo(reader: DerReader): SignerInfo {
  const sequence = reader.enterSequence('SignerInfo');
  sequence.readInteger('version');
  const identifier = readSignerIdentifier(sequence);
  const digestAlgorithmOid = readAlgorithmOid(sequence);
  const attributes = sequence.findEntered(contextConstructed(0), 'signedAttrs');
  const signedAttributes = attributes === null ? null : readSignedAttributes(attributes);
  const signatureAlgorithmOid = readAlgorithmOid(sequence);
  const signature = sequence.readOctetString('signature');
  sequence.findElement(contextConstructed(1), 'unsignedAttrs');
  sequence.assertEnd('SignerInfo');
  return { identifier, digestAlgorithmOid, signedAttributes, signatureAlgorithmOid, signature };
}

function readSignerIdentifier(reader: DerReader): SignerIdentifier {
  const tag = contextPrimitive(0);
  if (reader.peekTag() === tag)
    return { kind: 'subject-key-identifier', keyIdentifier: reader.readOctetString('subjectKeyIdentifier', tag) };
  const pair = reader.enterSequence('issuerAndSerialNumber');
  const issuerDer = pair.readElement(tags.sequence, 'issuer').bytes;
  const serialNumber = pair.readInteger('serialNumber');
  pair.assertEnd('issuerAndSerialNumber');
  return { kind: 'issuer-and-serial-number', issuerDer, serialNumber };
}

/** Both attributes have exactly one value, and come once (RFC 5652 section 11). */
function readSignedAttributes(reader: DerReader): SignedAttributes {
  let contentType: string | null = null;
  let messageDigest: Buffer | null = null;
  const parts = readItems(reader, (set) => {
    const element = set.readElement(tags.sequence, 'signed attribute');
    const attribute = set.enterElement(element);
    const oid = attribute.readObjectIdentifier('attrType');
    const values = attribute.enter(tags.set, 'attrValues');
    attribute.assertEnd('signed attribute');
    if (oid === contentTypeOid) {
      if (contentType !== null) throw new DerError('content-type comes twice', element.start);
      contentType = values.readObjectIdentifier('content-type');
      values.assertEnd('content-type');
    } else if (oid === messageDigestOid) {
      if (messageDigest !== null) throw new DerError('message-digest comes twice', element.start);
      messageDigest = values.readOctetString('message-digest');
      values.assertEnd('message-digest');
    }
    return element.bytes;
  });
  return { der: encodeSetOf(parts), contentType, messageDigest };
}

function readAlgorithmOid(reader: DerReader): string {
  return reader.enterSequence('AlgorithmIdentifier').readObjectIdentifier('algorithm');
}
