// basicConstraints as JSS reads it: where the boolean is written at all, it counts as TRUE, even when it says FALSE (which DER forbids).
// Constraints judge by this reading, because the certificate would carry those bytes to people who may read them either way.
import { openDer, tags } from '#codecs/der';

export interface BasicConstraintsReading {
  readonly isCa: boolean;
  /** -1 when there is no limit. */
  readonly pathLength: number;
}

/** Throws DerError. */
export function readBasicConstraints(valueDer: Uint8Array): BasicConstraintsReading {
  const reader = openDer(valueDer, { rules: 'ber' }).enterSequence('BasicConstraints');
  const isCa = reader.findElement(tags.boolean) !== null;
  const pathLength = reader.isAtEnd ? -1 : reader.readSmallInteger('pathLenConstraint');
  return { isCa, pathLength };
}
