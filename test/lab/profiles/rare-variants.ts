// Ways of configuring the classes that are rarely used, and the constraint classes.
import { makeVariant, type Parameters, type Plugin, type ProfileVariant } from './profile-variants.ts';

const plain = ['subject plain'];
const one = (name: string, classId: string, parameters: Parameters = {}): ProfileVariant =>
  makeVariant(name, { defaults: [[classId, parameters]], samples: plain });
const manual = (name: string, plugin: Plugin, ...edits: Parameters[]): ProfileVariant =>
  makeVariant(name, { defaults: [plugin], edits: [{}, ...edits], samples: plain });

const mapping = (index: number, issuer: string, subject: string) => ({
  [`policyMappingsIssuerDomainPolicy_${index}`]: issuer,
  [`policyMappingsSubjectDomainPolicy_${index}`]: subject,
  [`policyMappingsEnable_${index}`]: 'true',
});

const subtree = (kind: 'Permitted' | 'Excluded', index: number, choice: string, value: string, min = '', max = '') => ({
  [`nameConstraints${kind}SubtreeNameChoice_${index}`]: choice,
  [`nameConstraints${kind}SubtreeNameValue_${index}`]: value,
  [`nameConstraints${kind}SubtreeMinValue_${index}`]: min,
  [`nameConstraints${kind}SubtreeMaxValue_${index}`]: max,
  [`nameConstraints${kind}SubtreeEnable_${index}`]: 'true',
});

const policy = (index: number, oid: string, more: Parameters = {}) => ({
  [`PoliciesExt.certPolicy${index}.enable`]: 'true',
  [`PoliciesExt.certPolicy${index}.policyId`]: oid,
  ...Object.fromEntries(Object.entries(more).map(([name, value]) => [`PoliciesExt.certPolicy${index}.${name}`, value])),
});

const noPolicies = (from: number, to: number) =>
  Object.fromEntries(
    Array.from({ length: to - from }, (_, index) => [`PoliciesExt.certPolicy${from + index}.enable`, 'false']),
  );

const rare: ProfileVariant[] = [
  one('Generic', 'genericExtDefaultImpl', {
    genericExtCritical: 'true',
    genericExtOID: '1.2.3.4.5',
    genericExtData: '0c0568656C6C6F',
  }),
  one('GenericOdd', 'genericExtDefaultImpl', { genericExtOID: '1.2.3.4.5', genericExtData: '0c0' }),
  one('GenericNoDer', 'genericExtDefaultImpl', { genericExtOID: '1.2.3.4.5', genericExtData: '0c' }),
  one('GenericOtherOid', 'genericExtDefaultImpl', { genericExtOID: '1.40.1', genericExtData: '0500' }),
  one('GenericShortOid', 'genericExtDefaultImpl', { genericExtOID: '1', genericExtData: '0500' }),
  one('GenericBadOid', 'genericExtDefaultImpl', { genericExtOID: 'x', genericExtData: '0500' }),
  one('GenericKnown', 'genericExtDefaultImpl', { genericExtOID: '2.5.29.15', genericExtData: '030205a0' }),
  manual(
    'GenericEdit',
    ['genericExtDefaultImpl', { genericExtOID: '1.2.3.4.5', genericExtData: '0500' }],
    { genericExtCritical: 'true' },
    { genericExtData: '0101ff' },
    { genericExtData: 'xyz' },
  ),
  one('Comment', 'nscCommentExtDefaultImpl', { nscCommentContent: 'Made for a comparison' }),
  one('CommentNone', 'nscCommentExtDefaultImpl', { nscCommentCritical: 'true' }),
  manual(
    'CommentEdit',
    ['nscCommentExtDefaultImpl', { nscCommentContent: 'x' }],
    { nscCommentCritical: 'true', nscCommentContent: 'edited' },
    { nscCommentContent: '' },
  ),
  one('PolicyConstraints', 'policyConstraintsExtDefaultImpl', {
    policyConstraintsCritical: 'true',
    policyConstraintsReqExplicitPolicy: '0',
    policyConstraintsInhibitPolicyMapping: '200',
  }),
  one('PolicyConstraintsNone', 'policyConstraintsExtDefaultImpl'),
  one('PolicyConstraintsBad', 'policyConstraintsExtDefaultImpl', { policyConstraintsReqExplicitPolicy: 'x' }),
  manual(
    'PolicyConstraintsEdit',
    ['policyConstraintsExtDefaultImpl', { policyConstraintsCritical: 'true', policyConstraintsReqExplicitPolicy: '3' }],
    { policyConstraintsReqExplicitPolicy: '-1', policyConstraintsInhibitPolicyMapping: '1' },
    { policyConstraintsCritical: 'false' },
  ),
  one('Mappings', 'policyMappingsExtDefaultImpl', {
    policyMappingsCritical: 'true',
    policyMappingsNum: '2',
    ...mapping(0, '1.2.3', '1.2.4'),
    ...mapping(1, '2.5.29.32.0', '1.3.6.1.4.1.1'),
  }),
  one('MappingsNone', 'policyMappingsExtDefaultImpl'),
  one('MappingsHalf', 'policyMappingsExtDefaultImpl', { policyMappingsNum: '1', ...mapping(0, '1.2.3', '') }),
  one('MappingsBad', 'policyMappingsExtDefaultImpl', { policyMappingsNum: '1', ...mapping(0, '1.2.3', 'x') }),
  manual(
    'MappingsEdit',
    [
      'policyMappingsExtDefaultImpl',
      { policyMappingsCritical: 'true', policyMappingsNum: '2', ...mapping(0, '1.2.3', '1.2.4') },
    ],
    {
      policyMappingsDomains:
        'Record #0\r\nIssuer Policy Id:1.2.5\r\nSubject Policy Id:1.2.6\r\nEnable:true\r\n\r\nRecord #1\r\nIssuer Policy Id:1.2.7\r\nSubject Policy Id:1.2.8\r\nEnable:true\r\n',
    },
    { policyMappingsDomains: 'Record #0\r\nIssuer Policy Id:\r\nSubject Policy Id:1.2.6\r\nEnable:true\r\n' },
  ),
  one('NameConstraints', 'nameConstraintsExtDefaultImpl', {
    nameConstraintsCritical: 'true',
    nameConstraintsNumPermittedSubtrees: '4',
    nameConstraintsNumExcludedSubtrees: '1',
    ...subtree('Permitted', 0, 'DNSName', 'example.test'),
    ...subtree('Permitted', 1, 'DirectoryName', 'O=Example'),
    ...subtree('Permitted', 2, 'IPAddress', '192.0.2.0/24', '1', '3'),
    ...subtree('Permitted', 3, 'IPAddress', '2001:db8::,ffff:ffff::'),
    ...subtree('Excluded', 0, 'RFC822Name', '@bad.example.test'),
  }),
  one('NameConstraintsNone', 'nameConstraintsExtDefaultImpl'),
  one('NameConstraintsBad', 'nameConstraintsExtDefaultImpl', {
    nameConstraintsNumPermittedSubtrees: '1',
    ...subtree('Permitted', 0, 'Nothing', 'x'),
  }),
  one('NameConstraintsNoMask', 'nameConstraintsExtDefaultImpl', {
    nameConstraintsNumPermittedSubtrees: '1',
    ...subtree('Permitted', 0, 'IPAddress', '192.0.2.1'),
  }),
  manual(
    'NameConstraintsEdit',
    [
      'nameConstraintsExtDefaultImpl',
      { nameConstraintsNumPermittedSubtrees: '1', ...subtree('Permitted', 0, 'DNSName', 'example.test') },
    ],
    { nameConstraintsCritical: 'true' },
    {
      nameConstraintsPermittedSubtreesValue:
        'Record #0\r\nGeneralNameChoice:DNSName\r\nGeneralNameValue:new.example.test\r\nMin Value:0\r\nMax Value:-1\r\nEnable:true\r\n',
    },
    {
      nameConstraintsExcludedSubtreesValue:
        'Record #0\r\nGeneralNameChoice:IPAddress\r\nGeneralNameValue:10.0.0.0/8\r\nMin Value:2\r\nMax Value:5\r\nEnable:false\r\n',
    },
    {
      nameConstraintsExcludedSubtreesValue:
        'Record #0\r\nGeneralNameChoice:Nothing\r\nGeneralNameValue:x\r\nEnable:true\r\n',
    },
  ),
  one('Version3', 'certificateVersionDefaultImpl', { certVersionNum: '3' }),
  makeVariant('Version1', {
    defaults: [['certificateVersionDefaultImpl', { certVersionNum: '1' }]],
    samples: plain,
  }),
  one('Version9', 'certificateVersionDefaultImpl', { certVersionNum: '9' }),
  one('VersionBad', 'certificateVersionDefaultImpl', { certVersionNum: 'x' }),
  manual(
    'VersionEdit',
    ['certificateVersionDefaultImpl', { certVersionNum: '3' }],
    { certVersionNum: '' },
    { certVersionNum: '7' },
  ),
  one('Policies', 'certificatePoliciesExtDefaultImpl', {
    Critical: 'true',
    'PoliciesExt.num': '2',
    ...policy(0, '1.2.3.4', {
      'PolicyQualifiers.num': '2',
      'PolicyQualifiers0.CPSURI.enable': 'true',
      'PolicyQualifiers0.CPSURI.value': 'http://cps.example.test/',
      'PolicyQualifiers1.usernotice.enable': 'true',
      'PolicyQualifiers1.usernotice.noticeReference.organization': 'Example Org',
      'PolicyQualifiers1.usernotice.noticeReference.noticeNumbers': '1;2',
      'PolicyQualifiers1.usernotice.explicitText.value': '7;8',
    }),
    ...policy(1, '2.5.29.32.0'),
  }),
  // Dogtag 10.10 takes the numbers from the explicit text, and the text from the numbers.
  ...(
    [
      ['PoliciesNotice', 'Example Org', 'Read this', '7;8'],
      ['PoliciesNoticeText', '', 'Read this', ''],
      ['PoliciesNoticeReference', 'Example Org', '', '7'],
      ['PoliciesNoticeUnwritable', 'Example Org', 'Read this!', '7'],
    ] as const
  ).map(([name, organization, noticeNumbers, explicitText]) =>
    one(name, 'certificatePoliciesExtDefaultImpl', {
      'PoliciesExt.num': '1',
      ...policy(0, '1.2.3.4', {
        'PolicyQualifiers.num': '1',
        'PolicyQualifiers0.usernotice.enable': 'true',
        'PolicyQualifiers0.usernotice.noticeReference.organization': organization,
        'PolicyQualifiers0.usernotice.noticeReference.noticeNumbers': noticeNumbers,
        'PolicyQualifiers0.usernotice.explicitText.value': explicitText,
      }),
    }),
  ),
  one('PoliciesDefault', 'certificatePoliciesExtDefaultImpl', { ...policy(0, '1.2.3.4'), ...noPolicies(1, 5) }),
  one('PoliciesMissing', 'certificatePoliciesExtDefaultImpl', { 'PoliciesExt.num': '2', ...policy(0, '1.2.3.4') }),
  one('PoliciesNoId', 'certificatePoliciesExtDefaultImpl', { 'PoliciesExt.num': '1', ...policy(0, '') }),
  one('PoliciesBadId', 'certificatePoliciesExtDefaultImpl', { 'PoliciesExt.num': '1', ...policy(0, 'x') }),
  one('PoliciesText', 'certificatePoliciesExtDefaultImpl', {
    'PoliciesExt.num': '1',
    ...policy(0, '1.2.3.4', {
      'PolicyQualifiers.num': '1',
      'PolicyQualifiers0.usernotice.enable': 'true',
      'PolicyQualifiers0.usernotice.noticeReference.organization': '',
      'PolicyQualifiers0.usernotice.noticeReference.noticeNumbers': '',
      'PolicyQualifiers0.usernotice.explicitText.value': 'Do not trust',
    }),
  }),
  one('PoliciesOrganization', 'certificatePoliciesExtDefaultImpl', {
    'PoliciesExt.num': '1',
    ...policy(0, '1.2.3.4', {
      'PolicyQualifiers.num': '1',
      'PolicyQualifiers0.usernotice.enable': 'true',
      'PolicyQualifiers0.usernotice.noticeReference.organization': 'Org',
      'PolicyQualifiers0.usernotice.noticeReference.noticeNumbers': '5',
      'PolicyQualifiers0.usernotice.explicitText.value': '',
    }),
  }),
  one('PoliciesNoUri', 'certificatePoliciesExtDefaultImpl', {
    'PoliciesExt.num': '1',
    ...policy(0, '1.2.3.4', { 'PolicyQualifiers.num': '1', 'PolicyQualifiers0.CPSURI.enable': 'true' }),
  }),
  manual(
    'PoliciesEdit',
    [
      'certificatePoliciesExtDefaultImpl',
      {
        Critical: 'true',
        'PoliciesExt.num': '2',
        ...policy(0, '1.2.3.4', {
          'PolicyQualifiers.num': '1',
          'PolicyQualifiers0.CPSURI.enable': 'true',
          'PolicyQualifiers0.CPSURI.value': 'http://a',
        }),
        ...noPolicies(1, 2),
      },
    ],
    { Critical: 'false' },
    {
      policyQualifiers:
        'PoliciesExt.num:2\nPoliciesExt.certPolicy0.enable:true\nPoliciesExt.certPolicy0.policyId:1.2.9\nPoliciesExt.certPolicy0.PolicyQualifiers.num:0\nPoliciesExt.certPolicy1.enable:true\nPoliciesExt.certPolicy1.policyId:1.2.10\nPoliciesExt.certPolicy1.PolicyQualifiers.num:1\nPoliciesExt.certPolicy1.PolicyQualifiers0.CPSURI.enable:true\nPoliciesExt.certPolicy1.PolicyQualifiers0.CPSURI.value:http://b\n',
    },
    { policyQualifiers: 'PoliciesExt.num:1\nPoliciesExt.certPolicy0.enable:true\nPoliciesExt.certPolicy0.policyId:\n' },
    { policyQualifiers: 'PoliciesExt.num:1\nnocolon\n' },
  ),
  one('DirAttributes', 'subjectDirAttributesExtDefaultImpl', {
    subjDirAttrsCritical: 'false',
    subjDirAttrsNum: '3',
    subjDirAttrName_0: 'C',
    subjDirAttrPattern_0: 'DE,FR',
    subjDirAttrEnable_0: 'true',
    subjDirAttrName_1: '1.3.6.1.5.5.7.9.4',
    subjDirAttrPattern_1: 'Germany',
    subjDirAttrEnable_1: 'true',
    subjDirAttrName_2: 'MAIL',
    subjDirAttrPattern_2: '$request.requestor_email$',
    subjDirAttrEnable_2: 'true',
  }),
  one('DirAttributesNone', 'subjectDirAttributesExtDefaultImpl'),
  one('DirAttributesBad', 'subjectDirAttributesExtDefaultImpl', {
    subjDirAttrsNum: '1',
    subjDirAttrName_0: 'nonsense',
    subjDirAttrPattern_0: 'x',
    subjDirAttrEnable_0: 'true',
  }),
  one('DirAttributesNoName', 'subjectDirAttributesExtDefaultImpl', {
    subjDirAttrsNum: '1',
    subjDirAttrPattern_0: 'x',
    subjDirAttrEnable_0: 'true',
  }),
  manual(
    'DirAttributesEdit',
    [
      'subjectDirAttributesExtDefaultImpl',
      { subjDirAttrsNum: '2', subjDirAttrName_0: 'O', subjDirAttrPattern_0: 'Example', subjDirAttrEnable_0: 'true' },
    ],
    { subjDirAttrCritical: 'true' },
    { subjDirAttrValue: 'Record #0\r\nEnable:true\r\nAttribute Name:OU\r\nAttribute Value:Web,Mail\r\n' },
    { subjDirAttrValue: 'Record #0\r\nEnable:true\r\nAttribute Name:nonsense\r\nAttribute Value:x\r\n' },
  ),
  one('KeyPeriod', 'privateKeyPeriodExtDefaultImpl', { puStartTime: '0', puDurationInDays: '10' }),
  one('KeyPeriodBad', 'privateKeyPeriodExtDefaultImpl', { puStartTime: '0', puDurationInDays: '' }),
  manual(
    'KeyPeriodEdit',
    ['privateKeyPeriodExtDefaultImpl', { puCritical: 'true', puStartTime: '0', puDurationInDays: '10' }],
    { puNotBefore: '2026-01-01 00:00:00' },
    { puNotAfter: 'x' },
  ),
  one('Inhibit', 'inhibitAnyPolicyExtDefaultImpl', { critical: 'true', skipCerts: '0' }),
  one('InhibitBig', 'inhibitAnyPolicyExtDefaultImpl', { skipCerts: '300' }),
  one('InhibitNone', 'inhibitAnyPolicyExtDefaultImpl'),
  one('InhibitBad', 'inhibitAnyPolicyExtDefaultImpl', { skipCerts: 'x' }),
  manual(
    'InhibitEdit',
    ['inhibitAnyPolicyExtDefaultImpl', { critical: 'true', skipCerts: '1' }],
    { critical: 'false', skipCerts: '7' },
    { skipCerts: '' },
    { skipCerts: 'x' },
  ),
  one('Transparency', 'SignedCertificateTimestampListExtDefaultImpl'),
  one('AutoAssign', 'autoAssignDefaultImpl', { assignTo: 'ipara' }),
  manual('Image', ['imageDefaultImpl']),
  one('Realm', 'authzRealmDefaultImpl', { realm: '' }),
  one('SigningDefault', 'signingAlgDefaultImpl', { signingAlg: '-' }),
  one('SigningSha512', 'signingAlgDefaultImpl', { signingAlg: 'SHA512withRSA' }),
  one('SigningPss', 'signingAlgDefaultImpl', { signingAlg: 'SHA256withRSA/PSS' }),
  one('SigningMd2', 'signingAlgDefaultImpl', { signingAlg: 'MD2withRSA' }),
  one('SigningMd5', 'signingAlgDefaultImpl', { signingAlg: 'MD5withRSA' }),
  one('SigningNone', 'signingAlgDefaultImpl'),
  one('SigningBad', 'signingAlgDefaultImpl', { signingAlg: 'nonsense' }),
  one('SigningEc', 'signingAlgDefaultImpl', { signingAlg: 'SHA256withEC' }),
  manual(
    'SigningEdit',
    ['signingAlgDefaultImpl', { signingAlg: 'SHA256withRSA', signingAlgsAllowed: 'SHA256withRSA,SHA512withRSA' }],
    { signingAlg: 'SHA512withRSA' },
    { signingAlg: 'SHA1withRSA' },
    { signingAlg: 'x' },
    { signingAlg: '' },
  ),
  one('SigningUser', 'userSigningAlgDefaultImpl'),
  makeVariant('KeyNone', { key: null, samples: plain }),
];

export const rareVariants: readonly ProfileVariant[] = rare;
