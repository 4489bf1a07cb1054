// authorityInfoAccess and subjectInfoAccess (RFC 5280 sections 4.2.2.1 and 4.2.2.2).
import { DerError, encodeConstructed, encodeObjectIdentifier, encodeSequence, openDer, tags } from '#codecs/der';
import { encodeGeneralName, type GeneralName, readGeneralName } from './general-name.ts';

export const accessMethodOids = {
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  timeStamping: '1.3.6.1.5.5.7.48.3',
  caRepository: '1.3.6.1.5.5.7.48.5',
} as const;

export interface AccessDescription {
  readonly methodOid: string;
  readonly location: GeneralName;
}

const descriptionsMax = 1024;

/** Content of both extensions. */
export function encodeInfoAccess(descriptions: readonly AccessDescription[]): Buffer {
  return encodeConstructed(
    tags.sequence,
    descriptions.map((description) =>
      encodeSequence(encodeObjectIdentifier(description.methodOid), encodeGeneralName(description.location)),
    ),
  );
}

/** Throws DerError. */
export function decodeInfoAccess(valueDer: Uint8Array): AccessDescription[] {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('information access');
  reader.assertEnd('information access');
  const descriptions: AccessDescription[] = [];
  while (!sequence.isAtEnd) {
    if (descriptions.length >= descriptionsMax) {
      throw new DerError(`more than ${descriptionsMax} access descriptions`, sequence.offset);
    }
    const description = sequence.enterSequence('AccessDescription');
    const methodOid = description.readObjectIdentifier('accessMethod');
    const location = readGeneralName(description);
    description.assertEnd('AccessDescription');
    descriptions.push({ methodOid, location });
  }
  return descriptions;
}
