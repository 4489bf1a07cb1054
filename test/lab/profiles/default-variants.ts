// Ways of configuring the default classes.
import { makeVariant, type Parameters, type Plugin, type ProfileVariant } from './profile-variants.ts';

const one = (name: string, classId: string, parameters: Parameters = {}): ProfileVariant =>
  makeVariant(name, { defaults: [[classId, parameters]] });

const manual = (name: string, plugin: Plugin, ...edits: Parameters[]): ProfileVariant =>
  makeVariant(name, { defaults: [plugin], edits: [{}, ...edits] });

const location = (index: number, method: string, type: string, value: string, prefix = 'authInfoAccessAD') => ({
  [`${prefix}Method_${index}`]: method,
  [`${prefix}LocationType_${index}`]: type,
  [`${prefix}Location_${index}`]: value,
  [`${prefix}Enable_${index}`]: 'true',
});

const ocsp = '1.3.6.1.5.5.7.48.1';

const access: ProfileVariant[] = [
  one('AiaNone', 'authInfoAccessExtDefaultImpl', { authInfoAccessCritical: 'true' }),
  one('AiaEmpty', 'authInfoAccessExtDefaultImpl', { authInfoAccessNumADs: '1', ...location(0, ocsp, 'URIName', '') }),
  one('AiaKinds', 'authInfoAccessExtDefaultImpl', {
    authInfoAccessNumADs: '7',
    ...location(0, ocsp, 'URIName', 'http://ocsp.example.test/x'),
    ...location(1, '1.3.6.1.5.5.7.48.2', 'DNSName', 'ca.example.test'),
    ...location(2, '1.2.3', 'DirectoryName', 'CN=Issuer,O=Example'),
    ...location(3, '1.2.3', 'IPAddress', '2001:DB8::aBcD'),
    ...location(4, '1.2.3', 'OIDName', '1.2.3.4'),
    ...location(5, '1.2.3', 'RFC822Name', 'a@example.test'),
    ...location(6, '1.2.3', 'EDIPartyName', 'party'),
  }),
  one('AiaBad', 'authInfoAccessExtDefaultImpl', {
    authInfoAccessNumADs: '3',
    ...location(0, ocsp, 'URIName', 'http://a.example.test'),
    ...location(1, 'no oid', 'URIName', 'http://b.example.test'),
    ...location(2, ocsp, 'URIName', 'http://c.example.test'),
  }),
  one('AiaMany', 'authInfoAccessExtDefaultImpl', {
    authInfoAccessNumADs: '101',
    ...location(0, ocsp, 'URIName', 'http://a.example.test'),
  }),
  manual(
    'AiaEdit',
    [
      'authInfoAccessExtDefaultImpl',
      { authInfoAccessNumADs: '2', ...location(0, ocsp, 'URIName', 'http://a.example.test') },
    ],
    { authInfoAccessCritical: 'true' },
    {
      authInfoAccessGeneralNames: `Record #0\r\nMethod:${ocsp}\r\nLocation Type:URIName\r\nLocation:http://new.example.test\r\nEnable:true\r\n`,
    },
    {
      authInfoAccessGeneralNames:
        'Record #0\r\nMethod:bad\r\nLocation Type:URIName\r\nLocation:http://x\r\nEnable:true\r\n',
    },
    {
      authInfoAccessGeneralNames:
        'Record #0\r\nMethod:1.2\r\nLocation Type:Nothing\r\nLocation:http://x\r\nEnable:true\r\n',
    },
    { authInfoAccessGeneralNames: 'nothing of the kind' },
  ),
  one('SiaEmpty', 'subjectInfoAccessExtDefaultImpl', {
    subjInfoAccessNumADs: '1',
    ...location(0, ocsp, 'URIName', '', 'subjInfoAccessAD'),
  }),
  manual('SiaEdit', [
    'subjectInfoAccessExtDefaultImpl',
    {
      subjInfoAccessNumADs: '1',
      ...location(0, '1.3.6.1.5.5.7.48.5', 'URIName', 'http://repository.example.test', 'subjInfoAccessAD'),
    },
  ]),
];

const identifiers: ProfileVariant[] = [
  manual('Aki', ['authorityKeyIdentifierExtDefaultImpl'], { critical: 'true' }, { keyid: '00' }),
  one('AkiLocal', 'authorityKeyIdentifierExtDefaultImpl', { localKey: 'true' }),
  manual('Ski', ['subjectKeyIdentifierExtDefaultImpl'], { critical: 'true' }, { keyid: '00' }),
  one('SkiSha256', 'subjectKeyIdentifierExtDefaultImpl', { messageDigest: 'SHA-256' }),
  one('SkiSha512', 'subjectKeyIdentifierExtDefaultImpl', { messageDigest: 'SHA-512' }),
  one('SkiBad', 'subjectKeyIdentifierExtDefaultImpl', { messageDigest: 'nonsense' }),
  one('SkiUser', 'subjectKeyIdentifierExtDefaultImpl', { useSKIFromCertRequest: 'true', critical: 'true' }),
];

const usages: ProfileVariant[] = [
  one('KuNone', 'keyUsageExtDefaultImpl'),
  one('KuAll', 'keyUsageExtDefaultImpl', {
    keyUsageCritical: 'TRUE',
    keyUsageDigitalSignature: 'true',
    keyUsageNonRepudiation: 'True',
    keyUsageKeyEncipherment: 'yes',
    keyUsageDataEncipherment: 'true',
    keyUsageKeyAgreement: 'true',
    keyUsageKeyCertSign: 'true',
    keyUsageCrlSign: 'true',
    keyUsageEncipherOnly: 'true',
    keyUsageDecipherOnly: 'true',
  }),
  manual(
    'KuEdit',
    [
      'keyUsageExtDefaultImpl',
      { keyUsageCritical: 'true', keyUsageDigitalSignature: 'true', keyUsageKeyAgreement: 'true' },
    ],
    { keyUsageCritical: 'false' },
    { keyUsageDigitalSignature: 'false', keyUsageKeyAgreement: 'false' },
    { keyUsageDecipherOnly: 'true' },
    { keyUsageNonRepudiation: 'TRUE', keyUsageCrlSign: 'no' },
  ),
  one('KuTwice', 'keyUsageExtDefaultImpl', { keyUsageDigitalSignature: 'true' }),
  makeVariant('KuDuplicate', {
    defaults: [
      ['keyUsageExtDefaultImpl', { keyUsageDigitalSignature: 'true' }],
      ['keyUsageExtDefaultImpl', { keyUsageCrlSign: 'true' }],
    ],
  }),
  one('EkuNone', 'extendedKeyUsageExtDefaultImpl'),
  one('EkuSome', 'extendedKeyUsageExtDefaultImpl', {
    exKeyUsageCritical: 'true',
    exKeyUsageOIDs: '1.3.6.1.5.5.7.3.2,1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2,2.5.29.37.0',
  }),
  one('EkuSpaces', 'extendedKeyUsageExtDefaultImpl', { exKeyUsageOIDs: '1.3.6.1.5.5.7.3.2, 1.3.6.1.5.5.7.3.1' }),
  one('EkuBad', 'extendedKeyUsageExtDefaultImpl', { exKeyUsageOIDs: 'serverAuth' }),
  manual(
    'EkuEdit',
    ['extendedKeyUsageExtDefaultImpl', { exKeyUsageOIDs: '1.3.6.1.5.5.7.3.1' }],
    { exKeyUsageCritical: 'true' },
    { exKeyUsageOIDs: '1.3.6.1.5.5.7.3.2,1.2.3' },
    { exKeyUsageOIDs: '' },
    { exKeyUsageOIDs: 'bad' },
  ),
  one('BcNone', 'basicConstraintsExtDefaultImpl'),
  one('BcCa', 'basicConstraintsExtDefaultImpl', {
    basicConstraintsCritical: 'true',
    basicConstraintsIsCA: 'true',
    basicConstraintsPathLen: '0',
  }),
  one('BcNoLimit', 'basicConstraintsExtDefaultImpl', { basicConstraintsIsCA: 'true', basicConstraintsPathLen: '-1' }),
  one('BcEnd', 'basicConstraintsExtDefaultImpl', { basicConstraintsIsCA: 'false', basicConstraintsPathLen: '5' }),
  one('BcBad', 'basicConstraintsExtDefaultImpl', { basicConstraintsIsCA: 'true', basicConstraintsPathLen: 'x' }),
  manual(
    'BcEdit',
    [
      'basicConstraintsExtDefaultImpl',
      { basicConstraintsCritical: 'true', basicConstraintsIsCA: 'true', basicConstraintsPathLen: '2' },
    ],
    { basicConstraintsCritical: 'false' },
    { basicConstraintsIsCA: 'false' },
    { basicConstraintsPathLen: '-1' },
    { basicConstraintsPathLen: '300' },
    { basicConstraintsPathLen: 'x' },
    { basicConstraintsPathLen: '' },
  ),
  manual('OcspNoCheck', ['ocspNoCheckExtDefaultImpl', { ocspNoCheckCritical: 'true' }], {
    ocspNoCheckCritical: 'false',
  }),
  manual(
    'NsType',
    ['nsCertTypeExtDefaultImpl', { nsCertCritical: 'false', nsCertSSLClient: 'true', nsCertEmailCA: 'true' }],
    { nsCertCritical: 'true' },
    { nsCertSSLServer: 'true', nsCertEmailCA: 'false', nsCertObjectSigningCA: 'true' },
  ),
  one('NsTypeNone', 'nsCertTypeExtDefaultImpl'),
];

const prefix = 'crlDistPoints';
const point = (index: number, type: string, name: string, more: Parameters = {}) => ({
  [`${prefix}PointType_${index}`]: type,
  [`${prefix}PointName_${index}`]: name,
  [`${prefix}Enable_${index}`]: 'true',
  ...Object.fromEntries(Object.entries(more).map(([key, value]) => [`${prefix}${key}_${index}`, value])),
});

const points: ProfileVariant[] = [
  one('CdpNone', 'crlDistributionPointsExtDefaultImpl'),
  one('CdpUri', 'crlDistributionPointsExtDefaultImpl', {
    crlDistPointsNum: '1',
    ...point(0, 'URIName', 'http://crl.example.test/a.crl'),
  }),
  one('CdpIssuer', 'crlDistributionPointsExtDefaultImpl', {
    crlDistPointsNum: '1',
    crlDistPointsCritical: 'false',
    ...point(0, 'URIName', 'http://ipa-ca.example.test/ipa/crl/MasterCRL.bin', {
      IssuerType: 'DirectoryName',
      IssuerName: 'CN=Certificate Authority,o=ipaca',
      Reasons: '',
    }),
  }),
  one('CdpReasons', 'crlDistributionPointsExtDefaultImpl', {
    crlDistPointsNum: '1',
    ...point(0, 'URIName', 'http://crl.example.test/a.crl', { Reasons: 'keyCompromise,cACompromise,certificateHold' }),
  }),
  one('CdpAllReasons', 'crlDistributionPointsExtDefaultImpl', {
    crlDistPointsNum: '1',
    ...point(0, 'DirectoryName', 'CN=CRL1,O=Example', {
      Reasons:
        'unused,keyCompromise,cACompromise,affiliationChanged,superseded,cessationOfOperation,certificateHold,privilegeWithdrawn,aACompromise',
    }),
  }),
  one('CdpBadReason', 'crlDistributionPointsExtDefaultImpl', {
    crlDistPointsNum: '1',
    ...point(0, 'URIName', 'http://crl.example.test/a.crl', { Reasons: 'boredom' }),
  }),
  one('CdpRelative', 'crlDistributionPointsExtDefaultImpl', {
    crlDistPointsNum: '1',
    ...point(0, 'RelativeToIssuer', 'CN=CRL1', { IssuerType: 'DirectoryName', IssuerName: 'O=Example' }),
  }),
  one('CdpSeveral', 'crlDistributionPointsExtDefaultImpl', {
    crlDistPointsNum: '3',
    ...point(0, 'URIName', 'http://crl.example.test/a.crl'),
    ...point(1, 'DirectoryName', 'CN=CRL1,O=Example', { Reasons: 'superseded' }),
    ...point(2, 'DNSName', 'crl.example.test'),
  }),
  one('CdpBadType', 'crlDistributionPointsExtDefaultImpl', {
    crlDistPointsNum: '1',
    ...point(0, 'Nothing', 'http://x'),
  }),
  manual(
    'CdpEdit',
    [
      'crlDistributionPointsExtDefaultImpl',
      { crlDistPointsNum: '2', ...point(0, 'URIName', 'http://crl.example.test/a.crl', { Reasons: 'keyCompromise' }) },
    ],
    { crlDistPointsCritical: 'true' },
    {
      crlDistPointsValue:
        'Record #0\r\nPoint Type:URIName\r\nPoint Name:http://new.example.test\r\nReasons:superseded,keyCompromise\r\nIssuer Type:DirectoryName\r\nIssuer Name:O=New\r\nEnable:true\r\n\r\nRecord #1\r\nPoint Type:DirectoryName\r\nPoint Name:CN=a,O=b\r\nReasons:\r\nIssuer Type:\r\nIssuer Name:\r\nEnable:true\r\n',
    },
    {
      crlDistPointsValue:
        'Record #0\r\nPoint Type:URIName\r\nPoint Name:\r\nReasons:\r\nIssuer Type:\r\nIssuer Name:\r\nEnable:true\r\n',
    },
  ),
  manual(
    'Freshest',
    [
      'freshestCRLExtDefaultImpl',
      {
        freshestCRLPointNum: '1',
        freshestCRLPointType_0: 'URIName',
        freshestCRLPointName_0: 'http://crl.example.test/delta.crl',
        freshestCRLPointEnable_0: 'true',
      },
    ],
    { freshestCRLCritical: 'true' },
  ),
];

export const defaultVariants: readonly ProfileVariant[] = [...access, ...identifiers, ...usages, ...points];
