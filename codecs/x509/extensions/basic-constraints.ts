// basicConstraints (RFC 5280 section 4.2.1.9): whether the subject is a CA, and how many CAs may follow it.
import { encodeBoolean, encodeInteger, encodeSequence, openDer, tags } from '#codecs/der';

export interface BasicConstraints {
  readonly cA: boolean;
  /** Null means no limit. */
  readonly pathLenConstraint: number | null;
}

/** FALSE is left out. A path length is written even without cA, as JSS does when told to. */
export function encodeBasicConstraints(constraints: BasicConstraints): Buffer {
  const parts: Buffer[] = [];
  if (constraints.cA) parts.push(encodeBoolean(true));
  if (constraints.pathLenConstraint !== null) parts.push(encodeInteger(constraints.pathLenConstraint));
  return encodeSequence(...parts);
}

/** An explicit FALSE is let pass. Throws DerError. */
export function decodeBasicConstraints(valueDer: Uint8Array): BasicConstraints {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('BasicConstraints');
  reader.assertEnd('BasicConstraints');
  const cA = sequence.peekTag() === tags.boolean ? sequence.readBoolean('cA') : false;
  const pathLenConstraint = sequence.isAtEnd ? null : sequence.readSmallInteger('pathLenConstraint');
  sequence.assertEnd('BasicConstraints');
  return { cA, pathLenConstraint };
}
