// What both forms of listCerts read alike from their parameters.
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { AuthorityDescription, CertificateQuery } from '../../../contract.ts';
import type { GatewayRequest } from '../../../routing/operation.ts';
import { findParameter } from '../servlet-call.ts';
import { malformedNumber } from '../servlet-number.ts';

export const rowsMax = 1000;

export type Direction = 'begin' | 'down' | 'up' | 'end';
export type StatusFilter = Pick<CertificateQuery, 'statuses'>;

/** Where none is given Dogtag through 11.4 goes on as whoever asked it last; here it is the beginning. */
export function readDirection(request: GatewayRequest): Direction {
  const text = findParameter(request, 'direction')?.trim();
  return text === 'down' || text === 'up' || text === 'end' ? text : 'begin';
}

/** Throws ServletFault. */
export function readMaxCount(request: GatewayRequest): number {
  const text = findParameter(request, 'maxCount');
  const count = text === null ? -1 : parseJavaInteger(text);
  if (count === null || count < -1) throw malformedNumber();
  return count === -1 ? rowsMax : Math.min(count, rowsMax);
}

const isOn = (request: GatewayRequest, name: string) => findParameter(request, name) === 'on';

/** Only `skipRevoked` and `skipNonValid` count; a filter of the client's own is passed over. */
export function readStatusFilter(request: GatewayRequest): StatusFilter {
  const [skipRevoked, skipNonValid] = [isOn(request, 'skipRevoked'), isOn(request, 'skipNonValid')];
  if (skipRevoked && skipNonValid) return { statuses: ['valid'] };
  if (skipRevoked) return { statuses: ['valid', 'invalid', 'expired'] };
  return skipNonValid ? { statuses: ['valid', 'revoked'] } : {};
}

/** As Dogtag's directory is asked. */
export function statusFilterText({ statuses }: StatusFilter): string {
  if (statuses === undefined) return '(certStatus=*)';
  const parts = statuses.map((status) => `(certStatus=${status.toUpperCase()})`).join('');
  return statuses.length === 1 ? parts : `(|${parts})`;
}

/** How many there are all in all, as a page before this one was told; null where none was, and where it is no number. */
export function findToldTotal(request: GatewayRequest): number | null {
  const told = parseJavaInteger(findParameter(request, 'totalRecordCount') ?? '');
  return told === -1 ? null : told;
}

/** What differs between the two forms. */
export interface ListHeaderParts {
  readonly filterText: string;
  readonly maxCount: number;
  readonly range: TemplateBlock;
  readonly skipRevoked: string | null;
  readonly skipNonValid: string | null;
}

/** What headers of both forms begin with, in the order in which Dogtag sets it. */
export function listHeader(
  request: GatewayRequest,
  { subject, serialNumber }: Pick<AuthorityDescription, 'subject' | 'serialNumber'>,
  { filterText, maxCount, range, skipRevoked, skipNonValid }: ListHeaderParts,
): TemplateBlock {
  const revokeAll = findParameter(request, 'revokeAll');
  return [
    ['caSerialNumber', serialNumber.toString(16)],
    ['op', findParameter(request, 'op') ?? ''],
    ...(revokeAll === null ? [] : [['revokeAll', revokeAll] as const]),
    ['issuerName', subject],
    ...range,
    ['serviceURL', request.path],
    ['queryCertFilter', filterText],
    ['skipRevoked', skipRevoked ?? ''],
    ['skipNonValid', skipNonValid ?? ''],
    ['templateName', 'queryCert'],
    ['queryFilter', filterText],
    ['maxCount', maxCount],
  ];
}
