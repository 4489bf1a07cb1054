// PKIData (RFC 5272 section 3.2.1), the Full PKI Request: controls, certificate requests, and messages in forms of their own.
import { type CertificateRequestMessage, readCertificateRequestMessage } from '#codecs/crmf';
import { contextConstructed, DerError, type DerReader, encodeElement, openDer, tags } from '#codecs/der';
import { type CertificationRequest, decodeCertificationRequest } from '#codecs/pkcs';
import { readItems } from './read-items.ts';
import { readTaggedAttribute, type TaggedAttribute } from './tagged-attribute.ts';

export interface PkiData {
  readonly controls: readonly TaggedAttribute[];
  readonly requests: readonly TaggedRequest[];
  /** reqSequence as it came, over which identity proofs are made. */
  readonly requestsDer: Buffer;
  readonly otherMessages: readonly OtherMessage[];
}

/** One certificate request. `der` is the whole element with its tag. */
export type TaggedRequest = { readonly der: Buffer; readonly bodyPartId: bigint } & (
  | { readonly kind: 'pkcs10'; readonly request: CertificationRequest }
  | { readonly kind: 'crmf'; readonly message: CertificateRequestMessage }
  /** Something that only its makers understand. */
  | { readonly kind: 'other' }
);

export interface OtherMessage {
  readonly bodyPartId: bigint;
  readonly type: string;
  readonly valueDer: Buffer;
}

const bytesMax = 1024 * 1024;

/** All four sequences must be there, even when they are empty. Throws DerError. */
export function decodePkiData(der: Uint8Array): PkiData {
  const sequence = openDer(der, { rules: 'ber', bytesMax }).enterSequence('PKIData');
  const controls = readItems(sequence.enterSequence('controlSequence'), readTaggedAttribute);
  const requestSequence = sequence.readElement(tags.sequence, 'reqSequence');
  const requests = readItems(sequence.enterElement(requestSequence), readTaggedRequest);
  // Messages within the message: nobody here takes them, and Dogtag looks at none.
  sequence.readElement(tags.sequence, 'cmsSequence');
  const otherMessages = readItems(sequence.enterSequence('otherMsgSequence'), readOtherMessage);
  sequence.assertEnd('PKIData');
  return { controls, requests, requestsDer: requestSequence.bytes, otherMessages };
}

function readTaggedRequest(reader: DerReader): TaggedRequest {
  const element = reader.readAny('TaggedRequest');
  const content = reader.enterElement(element);
  const der = element.bytes;
  switch (element.tag) {
    case contextConstructed(0): {
      const bodyPartId = content.readInteger('bodyPartID');
      const request = decodeCertificationRequest(content.readElement(tags.sequence, 'certificationRequest').bytes);
      content.assertEnd('TaggedCertificationRequest');
      return { kind: 'pkcs10', der, bodyPartId, request };
    }
    case contextConstructed(1): {
      // Strictly, because the proof of possession is over these very bytes.
      const untagged = openDer(encodeElement(tags.sequence, element.content));
      const message = readCertificateRequestMessage(untagged.enterSequence('CertReqMsg'));
      return { kind: 'crmf', der, bodyPartId: message.requestId, message };
    }
    case contextConstructed(2):
      return { kind: 'other', der, bodyPartId: content.readInteger('bodyPartID') };
    default:
      throw new DerError('TaggedRequest is none of tcr, crm and orm', element.start);
  }
}

function readOtherMessage(reader: DerReader): OtherMessage {
  const sequence = reader.enterSequence('OtherMsg');
  const bodyPartId = sequence.readInteger('bodyPartID');
  const type = sequence.readObjectIdentifier('otherMsgType');
  const valueDer = sequence.readAny('otherMsgValue').bytes;
  sequence.assertEnd('OtherMsg');
  return { bodyPartId, type, valueDer };
}
