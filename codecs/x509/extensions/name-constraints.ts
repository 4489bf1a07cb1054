// nameConstraints (RFC 5280 section 4.2.1.10).
import {
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  encodeConstructed,
  encodeElement,
  encodeIntegerContent,
  encodeSequence,
  openDer,
} from '#codecs/der';
import { encodeGeneralName, type GeneralName, readGeneralName } from './general-name.ts';

export interface GeneralSubtree {
  readonly base: GeneralName;
  /** 0 is the default and not written. */
  readonly minimum: number;
  readonly maximum: number | null;
}

export interface NameConstraints {
  /** An empty list is left out of the encoding. */
  readonly permittedSubtrees: readonly GeneralSubtree[];
  readonly excludedSubtrees: readonly GeneralSubtree[];
}

const subtreesMax = 4096;

export function encodeNameConstraints(constraints: NameConstraints): Buffer {
  const parts: Buffer[] = [];
  for (const [number, subtrees] of [constraints.permittedSubtrees, constraints.excludedSubtrees].entries()) {
    if (subtrees.length > 0) parts.push(encodeConstructed(contextConstructed(number), subtrees.map(encodeSubtree)));
  }
  return encodeSequence(...parts);
}

function encodeSubtree(subtree: GeneralSubtree): Buffer {
  const parts = [encodeGeneralName(subtree.base)];
  if (subtree.minimum !== 0) parts.push(encodeElement(contextPrimitive(0), encodeIntegerContent(subtree.minimum)));
  if (subtree.maximum !== null) parts.push(encodeElement(contextPrimitive(1), encodeIntegerContent(subtree.maximum)));
  return encodeSequence(...parts);
}

/** Throws DerError. */
export function decodeNameConstraints(valueDer: Uint8Array): NameConstraints {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('NameConstraints');
  reader.assertEnd('NameConstraints');
  const permittedSubtrees = findSubtrees(sequence, 0);
  const excludedSubtrees = findSubtrees(sequence, 1);
  sequence.assertEnd('NameConstraints');
  return { permittedSubtrees, excludedSubtrees };
}

function findSubtrees(sequence: DerReader, number: number): GeneralSubtree[] {
  const list = sequence.findEntered(contextConstructed(number), 'GeneralSubtrees');
  const subtrees: GeneralSubtree[] = [];
  while (list !== null && !list.isAtEnd) {
    if (subtrees.length >= subtreesMax) throw new DerError(`more than ${subtreesMax} subtrees`, list.offset);
    const subtree = list.enterSequence('GeneralSubtree');
    const base = readGeneralName(subtree);
    const minimum = findDistance(subtree, 0) ?? 0;
    const maximum = findDistance(subtree, 1);
    subtree.assertEnd('GeneralSubtree');
    subtrees.push({ base, minimum, maximum });
  }
  return subtrees;
}

function findDistance(subtree: DerReader, number: number): number | null {
  const tag = contextPrimitive(number);
  return subtree.peekTag() === tag ? subtree.readSmallInteger('BaseDistance', tag) : null;
}
