// certificatePolicies as configured (RFC 5280 section 4.2.1.4).
import { parseJavaInteger } from '#codecs/dogtag-text';
import {
  decodeCertificatePolicies,
  encodeCertificatePolicies,
  extensionOids,
  type PolicyInformation,
  type PolicyQualifier,
} from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { CertificateDraft, DraftExtension } from '../../issuance/certificate-draft.ts';
import {
  CertificatePolicyError,
  countName,
  createPracticeStatement,
  createUserNotice,
  policyPrefix,
  printPolicies,
  readPolicies,
  readPolicyOid,
  UnwritableNotice,
  type UserNoticeTexts,
} from '../certificate-policy-values.ts';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { addExtension, encodeOrNull, findExtension, replaceExtension } from '../draft-extensions.ts';
import { invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

const critical = 'Critical';
const qualifiersValue = 'policyQualifiers';
const countByDefault = 5;
/** Dogtag has no limit here; nobody asserts as many policies. */
const countMax = 1000;
const { certificatePolicies: oid } = extensionOids;

export const certificatePoliciesExtDefault: DefaultClass = {
  classId: 'certificatePoliciesExtDefaultImpl',
  className: 'CertificatePoliciesExtDefault',
  compile: (parameters, { dogtagVersion }) => {
    // Shown as it is, even below zero.
    const count = parameters.count(countName, countByDefault, countMax);
    const shownQualifiers = Math.max(parameters.count('PolicyQualifiers.num', 1, countMax), 0);
    const created = createOrFault(parameters, count, dogtagVersion);
    return {
      text: `This default populates a Certificate Policies Extension to the request. The default values are Criticality=${parameters.text(critical)}, ${describe(parameters, count, shownQualifiers)}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: qualifiersValue, descriptor: textListDescriptor('Certificate Policy Qualifier') },
      ],
      parameterNames: parameterNames(count, shownQualifiers),
      populate: ({ draft }) => {
        if (created instanceof CertificatePolicyError) throw new CaError('malformed-request', created.message);
        addExtension(draft, { ...created });
      },
      readValue: (name, { draft }) => {
        const extension = findExtension(draft, oid);
        if (extension === null) return name === critical ? null : '';
        if (name === critical) return String(extension.critical);
        return printPolicies(decodeCertificatePolicies(extension.valueDer), count);
      },
      setValue: (name, value, draft) => editPolicies(name, value, draft, dogtagVersion),
    };
  },
};

function editPolicies(
  name: string,
  value: string | null,
  draft: CertificateDraft,
  dogtagVersion: string | undefined,
): void {
  const extension = findExtension(draft, oid);
  if (extension === null || (name !== critical && value === null)) throw invalidProperty(name);
  if (name === critical) {
    replaceExtension(draft, { ...extension, critical: parseJavaBoolean(value) });
    return;
  }
  const policies = readPolicies(name, value ?? '', dogtagVersion);
  const valueDer = encodeOrNull(() => encodeCertificatePolicies(policies));
  // New policies make the extension uncritical: JSS forgets the criticality when it writes them.
  if (valueDer !== null) replaceExtension(draft, { oid, critical: false, valueDer });
}

function parameterNames(count: number, qualifierCount: number): string[] {
  const names = [critical, countName];
  for (let index = 0; index < count; index++) {
    names.push(`${policyPrefix}${index}.policyId`, `${policyPrefix}${index}.enable`);
    for (let number = 0; number < qualifierCount; number++) {
      const start = `${policyPrefix}${index}.PolicyQualifiers${number}.`;
      names.push(`${start}CPSURI.enable`, `${start}usernotice.enable`, `${start}CPSURI.value`);
      names.push(`${start}usernotice.noticeReference.organization`);
      names.push(`${start}usernotice.noticeReference.noticeNumbers`, `${start}usernotice.explicitText.value`);
    }
  }
  return names;
}

function describe(parameters: ClassParameters, count: number, qualifierCount: number): string {
  let text = `{${countName}:${count},`;
  for (let index = 0; index < count; index++) {
    const policy = (part: string) => parameters.text(`${policyPrefix}${index}.${part}`);
    text += `{Enable:${policy('enable')},Policy Id:${policy('policyId')},PolicyQualifiers.num:${policy('PolicyQualifiers.num')},`;
    for (let number = 0; number < qualifierCount; number++) {
      const qualifier = (part: string) => policy(`PolicyQualifiers${number}.${part}`);
      text += `{CPSuri Enable:${qualifier('CPSURI.enable')},UserNotice Enable:${qualifier('usernotice.enable')},UserNoticeReference Organization:${qualifier('usernotice.noticeReference.organization')},UserNoticeReference Numbers:${qualifier('usernotice.noticeReference.noticeNumbers')},UserNoticeReference Explicit Text:${qualifier('usernotice.explicitText.value')},CPS uri:${qualifier('CPSURI.value')}}`;
    }
    text += '}';
  }
  return `${text}}`;
}

/** The extension, or what every request will be told instead. */
function createOrFault(
  parameters: ClassParameters,
  count: number,
  dogtagVersion: string | undefined,
): DraftExtension | CertificatePolicyError {
  try {
    const policies: PolicyInformation[] = [];
    // What cannot be written is found when everything has been read.
    const unwritable: CertificatePolicyError[] = [];
    for (let index = 0; index < count; index++) {
      const prefix = `${policyPrefix}${index}.`;
      if (getText(parameters, `${prefix}enable`) !== 'true') continue;
      const policyOid = readPolicyOid(getText(parameters, `${prefix}policyId`));
      const qualifiers = createQualifiers(parameters, prefix, unwritable, dogtagVersion);
      policies.push({ policyOid, qualifiers: qualifiers.length === 0 ? null : qualifiers });
    }
    const [fault] = unwritable;
    if (fault !== undefined) return fault;
    const valueDer = encodeOrNull(() => encodeCertificatePolicies(policies));
    if (valueDer === null) return new CertificatePolicyError('Unable to create CertificatePoliciesExtension: null');
    return { oid, critical: parameters.flag(critical), valueDer };
  } catch (error) {
    if (error instanceof CertificatePolicyError) return error;
    throw error;
  }
}

/** Adds a fault to `unwritable` for each user notice that cannot be written. Throws CertificatePolicyError for what cannot be read. */
function createQualifiers(
  parameters: ClassParameters,
  prefix: string,
  unwritable: CertificatePolicyError[],
  dogtagVersion: string | undefined,
): PolicyQualifier[] {
  const countText = parameters.text(`${prefix}PolicyQualifiers.num`, '0');
  const count = parseJavaInteger(countText);
  if (count === null) throw creationFault(`For input string: "${countText}"`);
  const qualifiers: PolicyQualifier[] = [];
  for (let number = 0; number < Math.min(count, countMax); number++) {
    const start = `${prefix}PolicyQualifiers${number}.`;
    if (parameters.text(`${start}CPSURI.enable`) === 'true') {
      qualifiers.push(createPracticeStatement(parameters.text(`${start}CPSURI.value`)));
    } else if (parameters.text(`${start}usernotice.enable`) === 'true') {
      const organization = getText(parameters, `${start}usernotice.noticeReference.organization`);
      const noticeNumbers = getText(parameters, `${start}usernotice.noticeReference.noticeNumbers`);
      const explicitText = getText(parameters, `${start}usernotice.explicitText.value`);
      const notice = createNoticeOrFault({ organization, noticeNumbers, explicitText }, dogtagVersion);
      if (notice instanceof CertificatePolicyError) unwritable.push(notice);
      else if (notice !== null) qualifiers.push(notice);
    }
  }
  return qualifiers;
}

function creationFault(message: string): CertificatePolicyError {
  return new CertificatePolicyError(`Unable to create CertificatePoliciesExtension: ${message}`);
}

function getText(parameters: ClassParameters, name: string): string {
  const text = parameters.find(name);
  if (text === null) throw creationFault(`Property ${parameters.fullKey(name)} missing value`);
  return text;
}

function createNoticeOrFault(
  texts: UserNoticeTexts,
  dogtagVersion: string | undefined,
): PolicyQualifier | CertificatePolicyError | null {
  try {
    return createUserNotice(texts, dogtagVersion);
  } catch (error) {
    if (error instanceof UnwritableNotice) return creationFault(error.message);
    throw error;
  }
}
