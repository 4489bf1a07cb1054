// What both generations of listCerts read out of their form.
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import type { CertificateStatus } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { findParameter } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';
import { readInteger } from './servlet-number.ts';

/** Dogtag's `maxResults` of both pages. */
const resultsMax = 1_000;
export const invalidNumber = 'Invalid number format';

export interface ListFilter {
  readonly text: string;
  /** Null: whatever it is. */
  readonly statuses: readonly CertificateStatus[] | null;
}

/** By what the form leaves out. */
const filters: Readonly<Record<'all' | 'valid' | 'not-revoked' | 'valid-or-revoked', ListFilter>> = {
  all: { text: '(certStatus=*)', statuses: null },
  valid: { text: '(certStatus=VALID)', statuses: ['valid'] },
  'not-revoked': {
    text: '(|(certStatus=VALID)(certStatus=INVALID)(certStatus=EXPIRED))',
    statuses: ['valid', 'invalid', 'expired'],
  },
  'valid-or-revoked': { text: '(|(certStatus=VALID)(certStatus=REVOKED))', statuses: ['valid', 'revoked'] },
};

export const givenParameter = (request: GatewayRequest, name: string): TemplateBlock => {
  const text = findParameter(request, name);
  return text === null ? [] : [[name, text]];
};

/** Throws ServletFault. */
export function readCount(request: GatewayRequest): number {
  const count = readInteger(request, 'maxCount', invalidNumber) ?? -1;
  if (count < -1) throw new ServletFault(invalidNumber);
  return count === -1 || count > resultsMax ? resultsMax : count;
}

export function readListFilter(request: GatewayRequest): ListFilter {
  const isOn = (name: string) => findParameter(request, name) === 'on';
  if (isOn('skipRevoked')) return isOn('skipNonValid') ? filters.valid : filters['not-revoked'];
  return isOn('skipNonValid') ? filters['valid-or-revoked'] : filters.all;
}
