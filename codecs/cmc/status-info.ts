// CMCStatusInfoV2 (RFC 5272 section 6.1.1): what became of which parts of a request.
import {
  DerError,
  encodeCharacterString,
  encodeConstructed,
  encodeGeneralizedTime,
  encodeInteger,
  encodeOctetString,
  encodeSequence,
  openDer,
  tags,
} from '#codecs/der';
import { readItems } from './read-items.ts';

export const cmcStatuses = {
  success: 0,
  failed: 2,
  pending: 3,
  noSupport: 4,
  confirmRequired: 5,
  popRequired: 6,
  partial: 7,
} as const;
export type CmcStatus = keyof typeof cmcStatuses;

export const cmcFailures = {
  badAlg: 0,
  badMessageCheck: 1,
  badRequest: 2,
  badTime: 3,
  badCertId: 4,
  unsupportedExt: 5,
  mustArchiveKeys: 6,
  badIdentity: 7,
  popRequired: 8,
  popFailed: 9,
  noKeyReuse: 10,
  internalCaError: 11,
  tryLater: 12,
  authDataFail: 13,
} as const;
export type CmcFailure = keyof typeof cmcFailures;

export interface StatusInfo {
  readonly status: CmcStatus;
  /** Body parts that it speaks of; 0 is the message as a whole. */
  readonly bodyPartIds: readonly bigint[];
  readonly text: string | null;
  readonly otherInfo:
    | { readonly kind: 'fail'; readonly failure: CmcFailure }
    | { readonly kind: 'pend'; readonly token: Uint8Array; readonly time: Date }
    | null;
}

export function encodeStatusInfo({ status, bodyPartIds, text, otherInfo }: StatusInfo): Buffer {
  const parts = [
    encodeInteger(cmcStatuses[status]),
    encodeConstructed(
      tags.sequence,
      bodyPartIds.map((id) => encodeInteger(id)),
    ),
  ];
  if (text !== null) parts.push(encodeCharacterString('utf8String', text));
  if (otherInfo?.kind === 'fail') parts.push(encodeInteger(cmcFailures[otherInfo.failure]));
  if (otherInfo?.kind === 'pend')
    parts.push(encodeSequence(encodeOctetString(otherInfo.token), encodeGeneralizedTime(otherInfo.time)));
  return encodeConstructed(tags.sequence, parts);
}

/** Throws DerError. */
export function decodeStatusInfo(der: Uint8Array): StatusInfo {
  const sequence = openDer(der, { bytesMax: 64 * 1024 }).enterSequence('CMCStatusInfoV2');
  const status = named(cmcStatuses, sequence.readSmallInteger('cMCStatus'), 'cMCStatus');
  const bodyPartIds = readItems(sequence.enterSequence('bodyList'), (list) => list.readInteger('bodyPartID'));
  const text =
    sequence.peekTag() === tags.utf8String ? sequence.readCharacterString('utf8String', 'statusString') : null;
  let otherInfo: StatusInfo['otherInfo'] = null;
  if (sequence.peekTag() === tags.integer) {
    const failure = named(cmcFailures, sequence.readSmallInteger('failInfo'), 'failInfo');
    otherInfo = { kind: 'fail', failure };
  } else if (sequence.peekTag() === tags.sequence) {
    const pend = sequence.enterSequence('pendInfo');
    otherInfo = { kind: 'pend', token: pend.readOctetString('pendToken'), time: pend.readGeneralizedTime('pendTime') };
    pend.assertEnd('pendInfo');
  }
  sequence.assertEnd('CMCStatusInfoV2');
  return { status, bodyPartIds, text, otherInfo };
}

function named<Name extends string>(codes: Readonly<Record<Name, number>>, code: number, what: string): Name {
  for (const name in codes) if (codes[name] === code) return name;
  throw new DerError(`${what} has no value ${code}`);
}
