// TaggedAttribute (RFC 5272 section 3.2.1.1): a control with the body part by which answers speak of it.
import { type DerReader, encodeInteger, encodeObjectIdentifier, encodeSequence, encodeSetOf, tags } from '#codecs/der';
import { readItems } from './read-items.ts';

export interface TaggedAttribute {
  readonly bodyPartId: bigint;
  readonly oid: string;
  /** Each value is a whole element. */
  readonly valuesDer: readonly Uint8Array[];
}

export function readTaggedAttribute(reader: DerReader): TaggedAttribute {
  const sequence = reader.enterSequence('TaggedAttribute');
  const bodyPartId = sequence.readInteger('bodyPartID');
  const oid = sequence.readObjectIdentifier('attrType');
  const valuesDer = readItems(sequence.enter(tags.set, 'attrValues'), (values) => values.readAny('attrValue').bytes);
  sequence.assertEnd('TaggedAttribute');
  return { bodyPartId, oid, valuesDer };
}

export function encodeTaggedAttribute({ bodyPartId, oid, valuesDer }: TaggedAttribute): Buffer {
  return encodeSequence(encodeInteger(bodyPartId), encodeObjectIdentifier(oid), encodeSetOf(valuesDer));
}
