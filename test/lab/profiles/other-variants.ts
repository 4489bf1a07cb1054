// More ways of configuring the default classes: names, validity, policies, and what is rarely used.
import { makeVariant, type Parameters, type Plugin, type ProfileVariant } from './profile-variants.ts';

const one = (name: string, classId: string, parameters: Parameters = {}): ProfileVariant =>
  makeVariant(name, { defaults: [[classId, parameters]] });

const manual = (name: string, plugin: Plugin, ...edits: Parameters[]): ProfileVariant =>
  makeVariant(name, { defaults: [plugin], edits: [{}, ...edits] });

const manySamples = [
  'subject plain',
  'subject many types',
  'subject several values in one RDN',
  'subject beyond ASCII',
  'subject special characters',
  'subject several common names',
  'subject no common name',
  'subject empty',
  'subject name that is an address',
  'subject wildcard',
  'subject string types',
  'asks for names of every kind',
  'asks for one DNS name',
  'asks for no names at all',
  'asks for many extensions',
  'CRMF signed',
  'CRMF with names',
  'CRMF without subject',
];

const subject = (name: string, pattern: string, samples = manySamples): ProfileVariant =>
  makeVariant(name, { subject: ['subjectNameDefaultImpl', { name: pattern }], samples });

const names: ProfileVariant[] = [
  subject('SubjectFreeIpa', 'CN=$request.req_subject_name.cn$, O=EXAMPLE.TEST'),
  subject(
    'SubjectMany',
    'UID=$request.req_subject_name.uid$,CN=$request.req_subject_name.cn$,E=$request.requestor_email$,OU=$request.profileRemoteAddr$,O=$request.req_subject_name.o$',
  ),
  subject(
    'SubjectFacts',
    'CN=$request.auth_token.userid$,OU=$request.requestor_name$,O=$request.profileId$,L=$request.req_seq_num$',
  ),
  subject('SubjectUserDn', '$request.auth_token.userdn$'),
  subject('SubjectPlain', 'CN=fixed,O=Example'),
  subject('SubjectEmpty', ''),
  subject('SubjectBroken', 'CN=$request.req_subject_name.cn'),
  subject('SubjectNoName', 'no name at all'),
  makeVariant('SubjectEdit', {
    subject: ['subjectNameDefaultImpl', { name: 'CN=$request.req_subject_name.cn$,O=EXAMPLE.TEST' }],
    edits: [
      { name: 'CN=edited,O=Edited' },
      { name: 'CN=Ünïcode,O=日本' },
      { name: 'C=DE,CN=a+UID=b,O=c\\, d' },
      { name: 'nonsense' },
      { name: '' },
      { name: '2.5.4.3=oid,1.2.3.4=x' },
    ],
  }),
  makeVariant('SubjectUserEdit', {
    edits: [{ name: 'CN=edited,O=Edited' }, { name: 'O=EXAMPLE.TEST,CN=host.example.test' }, { name: 'bad' }],
  }),
  makeVariant('SubjectOwnEncoding', {
    subject: ['userSubjectNameDefaultImpl', { useSysEncoding: 'true' }],
    samples: manySamples,
  }),
  ...[
    '',
    'CN=fixed,O=Web',
    'CN=x\\2Cy,O=#0c0161',
    'CN=x,O=#0c0161',
    'CN=$request.tokencuid$',
    '$request.nothing$',
    'nothing',
  ].map((dnpattern, index) =>
    makeVariant(`SubjectTokenDevice${index}`, {
      subject: ['nsTokenDeviceKeySubjectNameDefaultImpl', dnpattern === '' ? {} : { dnpattern }],
      defaults: [['genericExtDefaultImpl', { genericExtOID: '1' }]],
      samples: ['subject plain'],
    }),
  ),
  ...['', 'CN=fixed,O=Web', 'CN=x\\2Cy,O=#0c0161', 'CN=x,O=#0c0161', 'nothing'].map((dnpattern, index) =>
    makeVariant(`SubjectTokenDeviceOnly${index}`, {
      subject: ['nsTokenDeviceKeySubjectNameDefaultImpl', dnpattern === '' ? {} : { dnpattern }],
      samples: ['subject plain'],
    }),
  ),
  makeVariant('SubjectAuthToken', { subject: ['authTokenSubjectNameDefaultImpl'], samples: ['subject plain'] }),
  makeVariant('SubjectNone', { subject: null, samples: ['subject plain'] }),
  makeVariant('CnToSan', { defaults: [['commonNameToSANDefaultImpl']], samples: manySamples }),
  makeVariant('CnToSanUser', {
    defaults: [['userExtensionDefaultImpl', { userExtOID: '2.5.29.17' }], ['commonNameToSANDefaultImpl']],
    samples: manySamples,
  }),
  makeVariant('SanToCn', {
    defaults: [['userExtensionDefaultImpl', { userExtOID: '2.5.29.17' }], ['sanToCNDefaultImpl']],
    samples: manySamples,
  }),
  makeVariant('UserExtensions', {
    defaults: [
      '2.5.29.17',
      '2.5.29.15',
      '2.5.29.37',
      '2.5.29.14',
      '2.5.29.19',
      '1.3.6.1.5.5.7.1.24',
      '1.3.6.1.4.1.99999.2',
      '1.3.6.1.4.1.311.20.2',
    ].map((oid) => ['userExtensionDefaultImpl', { userExtOID: oid }] as const),
    samples: [
      ...manySamples,
      'asks for key usage',
      'asks for extended key usage',
      'asks for subject key identifier',
      'asks for basic constraints of an authority',
      'asks for unknown extension',
      'asks for Microsoft template',
      'asks for several DNS names',
      'asks for critical names',
      'CRMF with extensions',
    ],
  }),
  makeVariant('UserExtensionManual', {
    defaults: [['userExtensionDefaultImpl', { userExtOID: '2.5.29.17' }]],
    samples: ['asks for names of every kind', 'subject plain'],
    edits: [{}],
  }),
];

const san = (index: number, type: string, pattern: string) => ({
  [`subjAltExtType_${index}`]: type,
  [`subjAltExtPattern_${index}`]: pattern,
  [`subjAltExtGNEnable_${index}`]: 'true',
});

const alternativeNames: ProfileVariant[] = [
  one('SanEmail', 'subjectAltNameExtDefaultImpl', {
    subjAltNameNumGNs: '1',
    ...san(0, 'RFC822Name', '$request.requestor_email$'),
  }),
  one('SanKinds', 'subjectAltNameExtDefaultImpl', {
    subjAltNameExtCritical: 'true',
    subjAltNameNumGNs: '9',
    ...san(0, 'RFC822Name', '$request.requestor_email$'),
    ...san(1, 'DNSName', '$request.req_subject_name.cn$'),
    ...san(2, 'URIName', 'http://$request.req_subject_name.cn$/'),
    ...san(3, 'DirectoryName', 'CN=$request.req_subject_name.cn$,O=Example'),
    ...san(4, 'IPAddress', '192.0.2.1'),
    ...san(5, 'IPAddress', '2001:db8::1'),
    ...san(6, 'OIDName', '1.2.3.4'),
    ...san(7, 'OtherName', '(UTF8String)1.3.6.1.4.1.311.20.2.3,$request.requestor_email$'),
    ...san(8, 'EDIPartyName', 'party'),
  }),
  one('SanOther', 'subjectAltNameExtDefaultImpl', {
    subjAltNameNumGNs: '6',
    ...san(0, 'OtherName', '(PrintableString)1.2.3,text'),
    ...san(1, 'OtherName', '(IA5String)1.2.3,text'),
    ...san(2, 'OtherName', '(BMPString)1.2.3,text'),
    ...san(3, 'OtherName', '(Any)1.2.3,0c0161'),
    ...san(4, 'OtherName', '(KerberosName)EXAMPLE.TEST|1|host,host.example.test'),
    ...san(5, 'OtherName', '(Nonsense)1.2.3,text'),
  }),
  one('SanAbsent', 'subjectAltNameExtDefaultImpl', {
    subjAltNameNumGNs: '1',
    ...san(0, 'DNSName', '$request.no_such_fact$'),
  }),
  one('SanEmpty', 'subjectAltNameExtDefaultImpl', { subjAltNameNumGNs: '1', ...san(0, 'DNSName', '') }),
  one('SanBadAddress', 'subjectAltNameExtDefaultImpl', { subjAltNameNumGNs: '1', ...san(0, 'IPAddress', 'nonsense') }),
  one('SanMask', 'subjectAltNameExtDefaultImpl', { subjAltNameNumGNs: '1', ...san(0, 'IPAddress', '192.0.2.0/24') }),
  one('SanBadName', 'subjectAltNameExtDefaultImpl', {
    subjAltNameNumGNs: '2',
    ...san(0, 'DNSName', 'a.example.test'),
    ...san(1, 'DirectoryName', 'nonsense'),
  }),
  one('SanNothing', 'subjectAltNameExtDefaultImpl', { subjAltNameNumGNs: '1', ...san(0, 'Nothing', 'x') }),
  one('SanDisabled', 'subjectAltNameExtDefaultImpl', {
    subjAltNameNumGNs: '1',
    subjAltExtType_0: 'DNSName',
    subjAltExtPattern_0: 'a',
    subjAltExtGNEnable_0: 'false',
  }),
  one('SanUuid', 'subjectAltNameExtDefaultImpl', {
    subjAltNameNumGNs: '1',
    ...san(0, 'OtherName', '(IA5String)1.2.3.4,$server.source$'),
    subjAltExtSource_0: 'UUID4',
  }),
  manual(
    'SanEdit',
    ['subjectAltNameExtDefaultImpl', { subjAltNameNumGNs: '1', ...san(0, 'DNSName', 'a.example.test') }],
    { subjAltNameExtCritical: 'true' },
    {
      subjAltNames:
        'DNSName: b.example.test\r\nRFC822Name: b@example.test\r\nIPAddress: 2001:db8::2\r\nDirectoryName: CN=a,O=b',
    },
    { subjAltNames: '' },
    { subjAltNames: 'IPAddress: bad' },
    { subjAltNames: 'IPAddress: 192.0.2.0/24' },
    { subjAltNames: 'URIName:http://x\nOtherName: (UTF8String)1.2.3,x\nNothing: x\nOIDName: 1.2.3' },
  ),
  one('Ian', 'issuerAltNameExtDefaultImpl', {
    issuerAltNameExtCritical: 'true',
    issuerAltExtType: 'RFC822Name',
    issuerAltExtPattern: '$request.requestor_email$',
  }),
  makeVariant('IanEmpty', {
    defaults: [['issuerAltNameExtDefaultImpl', { issuerAltExtType: 'RFC822Name', issuerAltExtPattern: '' }]],
  }),
  one('IanBad', 'issuerAltNameExtDefaultImpl', { issuerAltExtType: 'IPAddress', issuerAltExtPattern: 'x' }),
  makeVariant('IanNothing', {
    defaults: [['issuerAltNameExtDefaultImpl', { issuerAltExtType: 'Nothing', issuerAltExtPattern: 'x' }]],
  }),
  manual(
    'IanEdit',
    [
      'issuerAltNameExtDefaultImpl',
      { issuerAltNameExtCritical: 'true', issuerAltExtType: 'DNSName', issuerAltExtPattern: 'ca.example.test' },
    ],
    { issuerAltNameExtCritical: 'true' },
    { issuerAltNames: 'DNSName: b.example.test\r\nURIName: http://b.example.test' },
    { issuerAltNames: '' },
    { issuerAltNames: 'IPAddress: x' },
  ),
];

const validity = (name: string, classId: string, parameters: Parameters, edits?: Parameters[]): ProfileVariant =>
  makeVariant(name, {
    validity: [classId, parameters],
    samples: ['subject plain'],
    ...(edits === undefined ? {} : { edits }),
  });

const validities: ProfileVariant[] = [
  validity('ValidityMonth', 'validityDefaultImpl', { range: '1', rangeUnit: 'month', startTime: '0' }),
  validity('ValidityYear', 'validityDefaultImpl', { range: '3', rangeUnit: 'year', startTime: '-60' }),
  validity('ValidityHour', 'validityDefaultImpl', { range: '36', rangeUnit: 'hour', startTime: '864000' }),
  validity('ValidityMinute', 'validityDefaultImpl', { range: '90', rangeUnit: 'minute', startTime: '0' }),
  validity('ValidityNone', 'validityDefaultImpl', {}),
  validity('ValidityBadUnit', 'validityDefaultImpl', { range: '1', rangeUnit: 'week' }),
  validity('ValidityBadRange', 'validityDefaultImpl', { range: 'long' }),
  validity('ValidityBadStart', 'validityDefaultImpl', { range: '1', startTime: 'soon' }),
  validity('ValidityEmptyRange', 'validityDefaultImpl', { range: '' }),
  validity('ValidityPast', 'validityDefaultImpl', { range: '-5', startTime: '0' }),
  validity('ValidityLong', 'validityDefaultImpl', { range: '20000', startTime: '0' }),
  validity('ValidityPattern', 'validityDefaultImpl', { range: '$request.requestor_phone$', startTime: '0' }),
  validity('ValidityEdit', 'validityDefaultImpl', { range: '30', startTime: '0' }, [
    { notBefore: '2026-01-01 00:00:00', notAfter: '2027-01-01 12:34:56' },
    { notAfter: '2049-12-31 23:59:59' },
    { notBefore: '2046-12-01 00:00:00', notAfter: '2050-01-01 00:00:00' },
    { notAfter: 'tomorrow' },
    { notAfter: '' },
    { notBefore: '2026-13-45 25:61:61' },
    { notAfter: '2027-1-2 3:4:5 and more' },
  ]),
  validity('ValidityCa', 'caValidityDefaultImpl', { range: '7305', startTime: '0', bypassCAnotafter: 'false' }),
  makeVariant('ValidityCaEdit', {
    validity: ['caValidityDefaultImpl', { range: '10000', startTime: '0' }],
    defaults: [['basicConstraintsExtDefaultImpl', { basicConstraintsIsCA: 'true', basicConstraintsPathLen: '-1' }]],
    samples: ['subject plain'],
    edits: [{}, { bypassCAnotafter: 'true' }, { bypassCAnotafter: 'false' }],
  }),
  validity('ValidityRandom', 'randomizedValidityDefaultImpl', {
    range: '30',
    startTime: '0',
    notBeforeRandomBits: '6',
    startTimeRandomBits: '6',
  }),
  validity('ValidityUser', 'userValidityDefaultImpl', {}),
];

export const otherVariants: readonly ProfileVariant[] = [...names, ...alternativeNames, ...validities];
