// Certificate policies as agents see and edit them: lines of `PoliciesExt.certPolicy0.policyId:1.2.3` (CertificatePoliciesExtDefault).

import { isObjectIdentifier } from '#codecs/der';
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { PolicyInformation, PolicyQualifier } from '#codecs/x509';
import { CaError } from '../errors.ts';

import { hasChange } from './dogtag-version.ts';
import { invalidProperty } from './extension-default.ts';

/** A fault in the parts of a policy, in Dogtag's words. */
export class CertificatePolicyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CertificatePolicyError';
  }
}

export const policyPrefix = 'PoliciesExt.certPolicy';
export const countName = 'PoliciesExt.num';

/** Throws CertificatePolicyError. */
export function readPolicyOid(text: string): string {
  if (text === '') throw new CertificatePolicyError('Empty certificate policies ID');
  if (!isObjectIdentifier(text)) throw new CertificatePolicyError(`Wrong format policy ID: ${text}`);
  return text;
}

/** Throws CertificatePolicyError. */
export function createPracticeStatement(uri: string): PolicyQualifier {
  if (uri === '') throw new CertificatePolicyError('Empty CPSuri');
  return { kind: 'cps', uri };
}

/** A user notice as it is configured or edited. */
export interface UserNoticeTexts {
  readonly organization: string;
  readonly noticeNumbers: string;
  readonly explicitText: string;
}

/**
 * A user notice of VisibleStrings, which JSS writes with the characters of PrintableString alone; null for one without content. Before 11.6 Dogtag mixes two
 * parameters up: it takes the numbers from what is configured as explicit text, and the text from the numbers. Throws CertificatePolicyError.
 */
export function createUserNotice(texts: UserNoticeTexts, dogtagVersion: string | undefined): PolicyQualifier | null {
  const { organization } = texts;
  const isInOrder = hasChange(dogtagVersion, 'user-notice-in-order');
  const numberText = isInOrder ? texts.noticeNumbers : texts.explicitText;
  const text = isInOrder ? texts.explicitText : texts.noticeNumbers;
  const numbers = numberText.split(';').flatMap((number) => (number === '' ? [] : [parseJavaInteger(number.trim())]));
  if (numbers.includes(null)) throw new CertificatePolicyError('Wrong notice numbers');
  if (organization === '' && text === '') return null;
  assertWritable(organization);
  if (organization !== '' && numberText === '') throw new UnwritableNotice('null');
  assertWritable(text);
  return {
    kind: 'userNotice',
    noticeReference:
      organization === ''
        ? null
        : { organization: visible(organization), numbers: numbers.map((number) => BigInt(number ?? 0)) },
    explicitText: text === '' ? null : visible(text),
  };
}

const visible = (text: string) => ({ type: 'visibleString', text }) as const;

function assertWritable(text: string): void {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw new UnwritableNotice('Not a valid string type 26');
}

/** The error of whoever writes the extension, which clients are shown in other words. */
export class UnwritableNotice extends CertificatePolicyError {}

const noQualifier = { cpsEnabled: 'false', cps: '', noticeEnabled: 'false', organization: '', numbers: '', text: '' };

/** The value `policyQualifiers` for `count` policies, whether there are as many or not. */
export function printPolicies(policies: readonly PolicyInformation[], count: number): string {
  const lines = [`${countName}:${count}`];
  for (let index = 0; index < count; index++) {
    const policy = policies[index];
    const prefix = `${policyPrefix}${index}.`;
    const qualifiers = (policy?.qualifiers ?? []).map(describeQualifier);
    const shown = qualifiers.length === 0 ? [noQualifier] : qualifiers;
    lines.push(`${prefix}enable:${policy !== undefined}`, `${prefix}policyId:${policy?.policyOid ?? ''}`);
    lines.push(`${prefix}PolicyQualifiers.num:${shown.length}`);
    for (const [number, qualifier] of shown.entries()) {
      const start = `${prefix}PolicyQualifiers${number}.`;
      lines.push(`${start}CPSURI.enable:${qualifier.cpsEnabled}`, `${start}CPSURI.value:${qualifier.cps}`);
      lines.push(`${start}usernotice.enable:${qualifier.noticeEnabled}`);
      lines.push(`${start}usernotice.noticeReference.organization:${qualifier.organization}`);
      lines.push(`${start}usernotice.noticeReference.noticeNumbers:${qualifier.numbers}`);
      lines.push(`${start}usernotice.explicitText.value:${qualifier.text}`);
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function describeQualifier(qualifier: PolicyQualifier): typeof noQualifier {
  if (qualifier.kind === 'cps') return { ...noQualifier, cpsEnabled: 'true', cps: qualifier.uri };
  if (qualifier.kind !== 'userNotice') return noQualifier;
  return {
    ...noQualifier,
    noticeEnabled: 'true',
    organization: qualifier.noticeReference?.organization.text ?? '',
    numbers: (qualifier.noticeReference?.numbers ?? []).join(','),
    text: qualifier.explicitText?.text ?? '',
  };
}

/** Policies from such lines. Throws CaError `malformed-edit`. */
export function readPolicies(name: string, value: string, dogtagVersion: string | undefined): PolicyInformation[] {
  const lines = readLines(value);
  const count = parseJavaInteger(lines.get(countName) ?? '');
  if (count === null) throw invalidProperty(name);
  const policies: PolicyInformation[] = [];
  try {
    for (let index = 0; index < Math.min(count, lines.size); index++) {
      const prefix = `${policyPrefix}${index}.`;
      if (lines.get(`${prefix}enable`) !== 'true') continue;
      const policyOid = readPolicyOid(lines.get(`${prefix}policyId`) ?? '');
      const qualifiers = readQualifiers(name, prefix, lines, dogtagVersion);
      policies.push({ policyOid, qualifiers: qualifiers.length === 0 ? null : qualifiers });
    }
  } catch (error) {
    if (error instanceof UnwritableNotice)
      throw new CaError('malformed-edit', 'EnrollDefault: setValue(): request.setExtData() failed', { cause: error });
    if (error instanceof CertificatePolicyError) throw new CaError('malformed-edit', error.message, { cause: error });
    throw error;
  }
  return policies;
}

function readQualifiers(
  name: string,
  prefix: string,
  lines: ReadonlyMap<string, string>,
  dogtagVersion: string | undefined,
): PolicyQualifier[] {
  const countText = lines.get(`${prefix}PolicyQualifiers.num`) ?? '';
  const count = countText === '' ? 0 : parseJavaInteger(countText);
  if (count === null) throw invalidProperty(name);
  const qualifiers: PolicyQualifier[] = [];
  for (let number = 0; number < Math.min(count, lines.size); number++) {
    const text = (part: string) => lines.get(`${prefix}PolicyQualifiers${number}.${part}`);
    if (text('CPSURI.enable') === 'true') {
      qualifiers.push(createPracticeStatement(text('CPSURI.value') ?? ''));
    } else if (text('usernotice.enable') !== undefined) {
      // Dogtag asks whether the policy is enabled where it means the notice.
      const notice = createUserNotice(
        {
          organization: text('usernotice.noticeReference.organization') ?? '',
          noticeNumbers: text('usernotice.noticeReference.noticeNumbers') ?? '',
          explicitText: text('usernotice.explicitText.value') ?? '',
        },
        dogtagVersion,
      );
      if (notice !== null) qualifiers.push(notice);
    }
  }
  return qualifiers;
}

function readLines(value: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of value.split(/[\r\n]+/).filter((text) => text !== '')) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw invalidProperty(line);
    lines.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return lines;
}
