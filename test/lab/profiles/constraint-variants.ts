// Ways of configuring the constraint classes, authentication and authorization.
import { makeVariant, type Parameters, type Plugin, type ProfileVariant } from './profile-variants.ts';

const judged = (
  name: string,
  defaults: readonly Plugin[],
  classId: string,
  parameters: Parameters,
  samples?: readonly string[],
): ProfileVariant =>
  makeVariant(name, { defaults, constraints: [[classId, parameters]], ...(samples === undefined ? {} : { samples }) });

const usage: Plugin = ['keyUsageExtDefaultImpl', { keyUsageCritical: 'true', keyUsageDigitalSignature: 'true' }];
const purposes: Plugin = ['extendedKeyUsageExtDefaultImpl', { exKeyUsageOIDs: '1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2' }];
const authority: Plugin = [
  'basicConstraintsExtDefaultImpl',
  { basicConstraintsCritical: 'true', basicConstraintsIsCA: 'true', basicConstraintsPathLen: '2' },
];
const type: Plugin = ['nsCertTypeExtDefaultImpl', { nsCertSSLServer: 'true', nsCertSSLCA: 'true' }];

const extensions: ProfileVariant[] = [
  judged('KuMatch', [usage], 'keyUsageExtConstraintImpl', {
    keyUsageCritical: 'true',
    keyUsageDigitalSignature: 'true',
    keyUsageCrlSign: 'false',
    keyUsageKeyAgreement: '-',
  }),
  judged('KuMismatch', [usage], 'keyUsageExtConstraintImpl', { keyUsageKeyEncipherment: 'true' }),
  judged('KuCritical', [usage], 'keyUsageExtConstraintImpl', { keyUsageCritical: 'false' }),
  judged('KuAbsent', [], 'keyUsageExtConstraintImpl', {}),
  judged('EkuMatch', [purposes], 'extendedKeyUsageExtConstraintImpl', {
    exKeyUsageCritical: '-',
    exKeyUsageOIDs: '1.3.6.1.5.5.7.3.2,1.3.6.1.5.5.7.3.1',
  }),
  judged('EkuMismatch', [purposes], 'extendedKeyUsageExtConstraintImpl', { exKeyUsageOIDs: '1.3.6.1.5.5.7.3.1' }),
  judged('EkuCritical', [purposes], 'extendedKeyUsageExtConstraintImpl', { exKeyUsageCritical: 'true' }),
  judged('EkuAbsent', [], 'extendedKeyUsageExtConstraintImpl', {}),
  judged('BcMatch', [authority], 'basicConstraintsExtConstraintImpl', {
    basicConstraintsCritical: 'true',
    basicConstraintsIsCA: 'true',
    basicConstraintsMinPathLen: '0',
    basicConstraintsMaxPathLen: '2',
  }),
  judged('BcMax', [authority], 'basicConstraintsExtConstraintImpl', { basicConstraintsMaxPathLen: '1' }),
  judged('BcMin', [authority], 'basicConstraintsExtConstraintImpl', { basicConstraintsMinPathLen: '3' }),
  judged('BcIsCa', [authority], 'basicConstraintsExtConstraintImpl', { basicConstraintsIsCA: 'false' }),
  judged('BcWrongLimit', [authority], 'basicConstraintsExtConstraintImpl', { basicConstraintsMaxPathLen: 'x' }),
  judged('BcAbsent', [], 'basicConstraintsExtConstraintImpl', {}),
  judged('ExtMatch', [usage], 'extensionConstraintImpl', { extOID: '2.5.29.15', extCritical: 'true' }),
  judged('ExtMismatch', [usage], 'extensionConstraintImpl', { extOID: '2.5.29.15', extCritical: 'false' }),
  judged('ExtAbsent', [usage], 'extensionConstraintImpl', { extOID: '1.2.3', extCritical: '-' }),
  judged('TypeMatch', [type], 'nsCertTypeExtConstraintImpl', { nsCertSSLServer: 'true', nsCertEmail: 'false' }),
  judged('TypeMismatch', [type], 'nsCertTypeExtConstraintImpl', { nsCertSSLCA: 'true' }),
  judged('TypeShifted', [type], 'nsCertTypeExtConstraintImpl', { nsCertEmailCA: 'true' }),
  judged('TypeAbsent', [], 'nsCertTypeExtConstraintImpl', {}),
];

const keySamples = [
  'subject plain',
  'key rsa-1024',
  'key rsa-2047',
  'key rsa-4096',
  'key ec-p256',
  'key ec-p384',
  'key ec-p521',
  'CRMF signed',
  'CRMF signed by a curve',
];
const key = (name: string, parameters: Parameters): ProfileVariant =>
  makeVariant(name, { keyConstraint: ['keyConstraintImpl', parameters], samples: keySamples });

const nameSamples = [
  'subject plain',
  'subject no common name',
  'subject beyond ASCII',
  'subject special characters',
  'subject long common name',
  'subject all too long',
  'subject several common names',
];
const pattern = (name: string, text: string): ProfileVariant =>
  makeVariant(name, { subjectConstraint: ['subjectNameConstraintImpl', { pattern: text }], samples: nameSamples });

const keysAndNames: ProfileVariant[] = [
  key('KeyRsa', { keyType: 'RSA', keyParameters: '2048,4096' }),
  key('KeyEc', { keyType: 'EC', keyParameters: 'nistp256,nistp521' }),
  key('KeyEcOther', { keyType: 'EC', keyParameters: 'secp384r1' }),
  key('KeyAny', { keyType: '-', keyParameters: '1024,2048,3072,4096,nistp256' }),
  key('KeyEmpty', {}),
  key('KeyOdd', { keyType: 'Nonsense', keyParameters: '' }),
  pattern('PatternAll', '.*'),
  pattern('PatternCn', 'CN=[^,]+,.+'),
  pattern('PatternExact', 'CN=host.example.test,O=EXAMPLE.TEST'),
  pattern('PatternCase', '(?i)cn=HOST.*'),
  pattern('PatternClass', '^[\\\\w=.,\\\\s]+$'),
  pattern('PatternNone', ''),
  pattern('PatternBroken', 'CN=['),
  makeVariant('UserSubject', {
    subject: ['subjectNameDefaultImpl', { name: 'CN=other' }],
    subjectConstraint: ['userSubjectNameConstraintImpl'],
    samples: nameSamples,
  }),
  makeVariant('SharedToken', {
    subjectConstraint: ['cmcSharedTokenSubjectNameConstraintImpl'],
    samples: ['subject plain'],
  }),
  makeVariant('UserSigned', {
    subjectConstraint: ['cmcUserSignedSubjectNameConstraintImpl'],
    samples: ['subject plain'],
  }),
  makeVariant('Algorithms', {
    defaults: [['signingAlgDefaultImpl', { signingAlg: 'SHA512withRSA' }]],
    constraints: [['signingAlgConstraintImpl', { signingAlgsAllowed: 'SHA256withRSA,SHA512withRSA' }]],
    samples: ['subject plain'],
  }),
  makeVariant('AlgorithmsNot', {
    defaults: [['signingAlgDefaultImpl', { signingAlg: 'SHA512withRSA' }]],
    constraints: [['signingAlgConstraintImpl', { signingAlgsAllowed: 'SHA256withRSA' }]],
    samples: ['subject plain'],
  }),
  makeVariant('RealmNot', {
    constraints: [['authzRealmConstraintImpl', { realmsAllowed: 'a, b' }]],
    samples: ['subject plain'],
  }),
];

const validity = (
  name: string,
  parameters: Parameters,
  range: Parameters = { range: '30', startTime: '0' },
): ProfileVariant =>
  makeVariant(name, {
    validity: ['validityDefaultImpl', range],
    validityConstraint: ['validityConstraintImpl', parameters],
    samples: ['subject plain'],
  });

const validities: ProfileVariant[] = [
  validity('RangeEnough', { range: '30' }),
  validity('RangeShort', { range: '29' }),
  validity('RangeMonths', { range: '1', rangeUnit: 'month' }),
  validity('RangeBadUnit', { range: '1', rangeUnit: 'week' }),
  validity('RangeBad', { range: 'x' }),
  validity('RangeNone', {}),
  validity('RangeFuture', { range: '60', notBeforeCheck: 'true' }, { range: '10', startTime: '864000' }),
  validity(
    'RangeGrace',
    { range: '60', notBeforeCheck: 'true', notBeforeGracePeriod: '900000' },
    { range: '10', startTime: '864000' },
  ),
  validity(
    'RangePast',
    { range: '60', notAfterCheck: 'true' },
    { range: '1', rangeUnit: 'minute', startTime: '-3600' },
  ),
  validity('RangeReversed', { range: '60' }, { range: '-1', startTime: '0' }),
  makeVariant('CaRange', { validityConstraint: ['caValidityConstraintImpl'], samples: ['subject plain'] }),
  makeVariant('CaRangeLong', {
    validity: ['validityDefaultImpl', { range: '20000' }],
    validityConstraint: ['caValidityConstraintImpl'],
    samples: ['subject plain'],
  }),
];

const access: ProfileVariant[] = [
  makeVariant('AuthAgent', { authentication: 'AgentCertAuth', samples: ['subject plain'] }),
  makeVariant('AuthOwner', {
    authentication: 'SSLclientCertAuth',
    subject: ['authTokenSubjectNameDefaultImpl'],
    samples: ['subject plain'],
  }),
  makeVariant('AuthSession', { authentication: 'SessionAuthentication', samples: ['subject plain'] }),
  makeVariant('AuthUnknown', { authentication: 'NoSuchAuth', samples: ['subject plain'] }),
  makeVariant('AclYes', { authorization: 'group="Registration Manager Agents"', samples: ['subject plain'] }),
  makeVariant('AclNo', { authorization: 'group="Administrators"', samples: ['subject plain'] }),
  makeVariant('AclEither', {
    authorization: 'group="Administrators" || group="Certificate Manager Agents"',
    samples: ['subject plain'],
  }),
  makeVariant('AclBoth', {
    authorization: 'group="Administrators" && group="Certificate Manager Agents"',
    samples: ['subject plain'],
  }),
  makeVariant('AclUser', { authorization: 'user="ipara"', samples: ['subject plain'] }),
];

export const constraintVariants: readonly ProfileVariant[] = [...extensions, ...keysAndNames, ...validities, ...access];
