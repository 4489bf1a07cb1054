// What the defaults for validity have in common: configured range and start, and the two dates as agents see and edit them.

import { parseJavaInteger } from '#codecs/dogtag-text';
import { CaError } from '../errors.ts';
import type { CertificateDraft } from '../issuance/certificate-draft.ts';
import { type ClassParameters, notANumber } from './class-parameters.ts';
import { invalidProperty } from './extension-default.ts';
import { addCalendarUnits, findCalendarUnit, formatWallTime, parseWallTime } from './java-calendar.ts';
import type { NamedValue } from './profile-class.ts';
import type { ApplicationContext } from './profile-environment.ts';
import type { RequestContext } from './request-context.ts';
import { expandForRequest } from './request-pattern.ts';
import { textDescriptor } from './value-descriptor.ts';

export const validityValues: readonly NamedValue[] = [
  { name: 'notBefore', descriptor: textDescriptor('Not Before') },
  { name: 'notAfter', descriptor: textDescriptor('Not After') },
];

const startSecondsByDefault = '60';
const rangeByDefault = '7305';

/** Sets both dates of a draft as configured. */
export function compileValidity(
  parameters: ClassParameters,
  timeZone: string,
): (request: RequestContext, context: ApplicationContext) => void {
  const start = parameters.pattern('startTime');
  const range = parameters.pattern('range', rangeByDefault);
  const unit = findCalendarUnit(parameters.text('rangeUnit', 'day'));
  return (request, context) => {
    const startText = expandForRequest(start, request) || startSecondsByDefault;
    const startSeconds = parseSeconds(startText);
    if (startSeconds === null) throw notANumber(startText);
    const rangeText = expandForRequest(range, request);
    const amount = parseJavaInteger(rangeText);
    if (amount === null) throw notANumber(rangeText);
    if (unit === null) throw new CaError('malformed-request', 'Invalid Property rangeUnit');
    const notBefore = chooseNotBefore(startSeconds, request, context);
    request.draft.notBefore = notBefore;
    request.draft.notAfter = addCalendarUnits(notBefore, unit, amount, timeZone);
  };
}

function chooseNotBefore(startSeconds: number, request: RequestContext, context: ApplicationContext): Date {
  const chosen = new Date(wholeSeconds(context.now).getTime() + startSeconds * 1000);
  const start = startNear(chosen, context);
  request.clockDifferenceMs = start.getTime() - chosen.getTime();
  return start;
}

export function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

/** The time that was chosen, or the one that the other side chose where it was observed and is plausible. */
export function startNear(chosen: Date, { observedValidity }: ApplicationContext): Date {
  if (observedValidity === null) return chosen;
  const { notBefore, toleranceMs } = observedValidity;
  return Math.abs(notBefore.getTime() - chosen.getTime()) <= toleranceMs ? notBefore : chosen;
}

export function readValidity(name: string, draft: CertificateDraft, timeZone: string): string | null {
  const time = name === 'notBefore' ? draft.notBefore : draft.notAfter;
  return time === null ? null : formatWallTime(time, timeZone);
}

/** Throws CaError `malformed-edit` for what is no date. */
export function setValidity(name: string, value: string | null, draft: CertificateDraft, timeZone: string): void {
  const time = value === null || value === '' ? null : parseWallTime(value, timeZone);
  if (time === null) throw invalidProperty(name);
  if (name === 'notBefore') draft.notBefore = time;
  else draft.notAfter = time;
}

function parseSeconds(text: string): number | null {
  const value = /^[+-]?\d{1,12}$/.test(text) ? Number(text) : null;
  return value;
}
