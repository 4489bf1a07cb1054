// Certificate policies as agents see and edit them: lines of `PoliciesExt.certPolicy0.policyId:1.2.3` (CertificatePoliciesExtDefault).

import { isObjectIdentifier } from '#codecs/der';
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { PolicyInformation, PolicyQualifier } from '#codecs/x509';
import { CaError } from '../errors.ts';

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

/**
 * Throws CertificatePolicyError for a user notice with any content: Dogtag makes VisibleStrings of its texts, which JSS then cannot write. On
 * the way there it mixes two parameters up: numbers are taken from what is configured as explicit text, the text from the numbers.
 */
export function refuseUserNotice(organization: string, explicitText: string, noticeNumbers: string): void {
  const numbers = explicitText.split(';').filter((number) => number !== '');
  if (numbers.some((number) => parseJavaInteger(number.trim()) === null))
    throw new CertificatePolicyError('Wrong notice numbers');
  if (organization === '' && noticeNumbers === '') return;
  const isIncomplete = organization !== '' && numbers.length === 0;
  throw new UnwritableNotice(isIncomplete ? 'null' : 'Not a valid string type 26');
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
export function readPolicies(name: string, value: string): PolicyInformation[] {
  const lines = readLines(value);
  const count = parseJavaInteger(lines.get(countName) ?? '');
  if (count === null) throw invalidProperty(name);
  const policies: PolicyInformation[] = [];
  try {
    for (let index = 0; index < Math.min(count, lines.size); index++) {
      const prefix = `${policyPrefix}${index}.`;
      if (lines.get(`${prefix}enable`) !== 'true') continue;
      const policyOid = readPolicyOid(lines.get(`${prefix}policyId`) ?? '');
      const qualifiers = readQualifiers(name, prefix, lines);
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

function readQualifiers(name: string, prefix: string, lines: ReadonlyMap<string, string>): PolicyQualifier[] {
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
      refuseUserNotice(
        text('usernotice.noticeReference.organization') ?? '',
        text('usernotice.explicitText.value') ?? '',
        text('usernotice.noticeReference.noticeNumbers') ?? '',
      );
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
