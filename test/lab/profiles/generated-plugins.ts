// Every class of the profile language with parameters out of all that could be configured.
import fc from 'fast-check';
import {
  among,
  count,
  criticality,
  dayCount,
  flag,
  generalName,
  indexed,
  namePattern,
  oid,
  oidList,
  parameters,
  pattern,
  policyNumber,
  rangeUnit,
  startSeconds,
  together,
} from './parameter-values.ts';
import type { Parameters, Plugin } from './profile-variants.ts';

export type Plugins = fc.Arbitrary<Plugin>;

const plugin = (classId: string, values: fc.Arbitrary<Parameters> = fc.constant({})): Plugins =>
  values.map((given) => [classId, given] as const);

const flags = (...names: string[]) => parameters(Object.fromEntries(names.map((name) => [name, flag])));

/** Type and value of a general name under these names. */
const nameAs = (type: string, value: string): fc.Arbitrary<Parameters> =>
  generalName.map(([kind, text]) => ({ [type]: kind, [value]: text }));

const usages = [
  'keyUsageDigitalSignature',
  'keyUsageNonRepudiation',
  'keyUsageKeyEncipherment',
  'keyUsageDataEncipherment',
  'keyUsageKeyAgreement',
  'keyUsageKeyCertSign',
  'keyUsageCrlSign',
  'keyUsageEncipherOnly',
  'keyUsageDecipherOnly',
];
const netscapeTypes = [
  'nsCertSSLClient',
  'nsCertSSLServer',
  'nsCertEmail',
  'nsCertObjectSigning',
  'nsCertSSLCA',
  'nsCertEmailCA',
  'nsCertObjectSigningCA',
];

const access = (classId: string, prefix: string): Plugins =>
  plugin(
    classId,
    together(
      parameters({ [`${prefix}Critical`]: flag, [`${prefix}NumADs`]: count(3) }),
      indexed(3, (at) =>
        together(
          parameters({ [`${prefix}ADMethod_${at}`]: oid, [`${prefix}ADEnable_${at}`]: flag }),
          nameAs(`${prefix}ADLocationType_${at}`, `${prefix}ADLocation_${at}`),
        ),
      ),
    ),
  );

const reasons = among(
  ['', 'keyCompromise', 'cACompromise,superseded', 'unused,certificateHold,aACompromise', 'privilegeWithdrawn'],
  ['nothing', 'keyCompromise, superseded', ','],
);

const points = (classId: string, prefix: string, number: string, point: string): Plugins =>
  plugin(
    classId,
    together(
      parameters({ [`${prefix}Critical`]: flag, [number]: count(2) }),
      indexed(2, (at) =>
        together(
          parameters({ [`${point}Enable_${at}`]: flag, [`${point}Reasons_${at}`]: reasons }),
          nameAs(`${point}PointType_${at}`, `${point}PointName_${at}`),
          fc.oneof(fc.constant({}), nameAs(`${point}IssuerType_${at}`, `${point}IssuerName_${at}`)),
        ),
      ),
    ),
  );

const subtrees = (kind: 'Permitted' | 'Excluded'): fc.Arbitrary<Parameters> =>
  together(
    parameters({ [`nameConstraintsNum${kind}Subtrees`]: count(2) }),
    indexed(2, (at) => {
      const name = (part: string) => `nameConstraints${kind}Subtree${part}_${at}`;
      return together(
        parameters({ [name('MinValue')]: policyNumber, [name('MaxValue')]: policyNumber, [name('Enable')]: flag }),
        nameAs(name('NameChoice'), name('NameValue')),
      );
    }),
  );

const qualifier = (prefix: string): fc.Arbitrary<Parameters> =>
  parameters({
    [`${prefix}.CPSURI.enable`]: flag,
    [`${prefix}.CPSURI.value`]: among(['http://cps.example.test/', ''], ['no uri']),
    [`${prefix}.usernotice.enable`]: flag,
    [`${prefix}.usernotice.noticeReference.organization`]: among(['Example', ''], ['Ümlaut']),
    [`${prefix}.usernotice.noticeReference.noticeNumbers`]: among(['1', '1;2', ''], ['x', '1,2']),
    [`${prefix}.usernotice.explicitText.value`]: among(['Read this', ''], ['Ünïcode', '1;2']),
  });

const policies: Plugins = plugin(
  'certificatePoliciesExtDefaultImpl',
  together(
    parameters({ Critical: flag, 'PoliciesExt.num': count(2) }),
    indexed(2, (at) =>
      together(
        parameters({
          [`PoliciesExt.certPolicy${at}.enable`]: flag,
          [`PoliciesExt.certPolicy${at}.policyId`]: oid,
          [`PoliciesExt.certPolicy${at}.PolicyQualifiers.num`]: count(2),
        }),
        indexed(2, (inner) => qualifier(`PoliciesExt.certPolicy${at}.PolicyQualifiers${inner}`)),
      ),
    ),
  ),
);

const alternativeNames: Plugins = plugin(
  'subjectAltNameExtDefaultImpl',
  together(
    parameters({ subjAltNameExtCritical: flag, subjAltNameNumGNs: count(3) }),
    indexed(3, (at) =>
      together(
        parameters({ [`subjAltExtGNEnable_${at}`]: flag, [`subjAltExtSource_${at}`]: among(['', 'nothing']) }),
        fc.oneof(
          nameAs(`subjAltExtType_${at}`, `subjAltExtPattern_${at}`),
          pattern.map((text) => ({ [`subjAltExtType_${at}`]: 'DNSName', [`subjAltExtPattern_${at}`]: text })),
        ),
      ),
    ),
  ),
);

const directoryAttributes: Plugins = plugin(
  'subjectDirAttributesExtDefaultImpl',
  together(
    parameters({ subjDirAttrsCritical: flag, subjDirAttrsNum: count(2) }),
    indexed(2, (at) =>
      parameters({
        [`subjDirAttrName_${at}`]: among(['C', 'MAIL', 'O', '1.3.6.1.5.5.7.9.4', 'UID'], ['', 'nonsense', '1.2.3']),
        [`subjDirAttrPattern_${at}`]: fc.oneof(pattern, among(['DE', 'DE,FR', 'a@example.test', ''])),
        [`subjDirAttrEnable_${at}`]: flag,
      }),
    ),
  ),
);

const mappings: Plugins = plugin(
  'policyMappingsExtDefaultImpl',
  together(
    parameters({ policyMappingsCritical: flag, policyMappingsNum: count(2) }),
    indexed(2, (at) =>
      parameters({
        [`policyMappingsIssuerDomainPolicy_${at}`]: oid,
        [`policyMappingsSubjectDomainPolicy_${at}`]: oid,
        [`policyMappingsEnable_${at}`]: flag,
      }),
    ),
  ),
);

/** Classes that put something into the certificate besides subject, validity and key. */
export const contentDefaults: readonly Plugins[] = [
  access('authInfoAccessExtDefaultImpl', 'authInfoAccess'),
  access('subjectInfoAccessExtDefaultImpl', 'subjInfoAccess'),
  plugin('authorityKeyIdentifierExtDefaultImpl'),
  plugin(
    'subjectKeyIdentifierExtDefaultImpl',
    parameters({
      critical: flag,
      useSKIFromCertRequest: flag,
      messageDigest: among(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', ''], ['MD5', 'nothing']),
    }),
  ),
  plugin(
    'basicConstraintsExtDefaultImpl',
    parameters({
      basicConstraintsCritical: flag,
      basicConstraintsIsCA: flag,
      basicConstraintsPathLen: policyNumber,
    }),
  ),
  plugin('keyUsageExtDefaultImpl', flags('keyUsageCritical', ...usages)),
  plugin('nsCertTypeExtDefaultImpl', flags('nsCertCritical', ...netscapeTypes)),
  plugin('extendedKeyUsageExtDefaultImpl', parameters({ exKeyUsageCritical: flag, exKeyUsageOIDs: oidList })),
  plugin('ocspNoCheckExtDefaultImpl', flags('ocspNoCheckCritical')),
  plugin(
    'issuerAltNameExtDefaultImpl',
    together(
      flags('issuerAltNameExtCritical'),
      fc.oneof(
        nameAs('issuerAltExtType', 'issuerAltExtPattern'),
        pattern.map((text) => ({ issuerAltExtType: 'RFC822Name', issuerAltExtPattern: text })),
      ),
    ),
  ),
  alternativeNames,
  plugin(
    'nscCommentExtDefaultImpl',
    parameters({ nscCommentCritical: flag, nscCommentContent: among(['A comment', '', ' x '], ['Ünïcode']) }),
  ),
  points('freshestCRLExtDefaultImpl', 'freshestCRL', 'freshestCRLPointNum', 'freshestCRL'),
  points('freshestCRLExtDefaultImpl', 'freshestCRL', 'freshestCRLPointNum', 'freshestCRLPoint'),
  points('crlDistributionPointsExtDefaultImpl', 'crlDistPoints', 'crlDistPointsNum', 'crlDistPoints'),
  plugin(
    'policyConstraintsExtDefaultImpl',
    parameters({
      policyConstraintsCritical: flag,
      policyConstraintsReqExplicitPolicy: policyNumber,
      policyConstraintsInhibitPolicyMapping: policyNumber,
    }),
  ),
  mappings,
  plugin(
    'nameConstraintsExtDefaultImpl',
    together(flags('nameConstraintsCritical'), subtrees('Permitted'), subtrees('Excluded')),
  ),
  policies,
  directoryAttributes,
  plugin(
    'privateKeyPeriodExtDefaultImpl',
    parameters({ puCritical: flag, puStartTime: startSeconds, puDurationInDays: dayCount }),
  ),
  plugin('inhibitAnyPolicyExtDefaultImpl', parameters({ critical: flag, skipCerts: policyNumber })),
  plugin(
    'genericExtDefaultImpl',
    parameters({
      genericExtCritical: flag,
      genericExtOID: oid,
      genericExtData: among(['0c0161', '0500', '3000', '0C0568656C6C6F'], ['', '0c', 'zz', '0c0']),
    }),
  ),
  plugin(
    'userExtensionDefaultImpl',
    parameters({
      userExtOID: among(['2.5.29.17', '2.5.29.15', '2.5.29.37', '2.5.29.14', '2.5.29.19'], ['1.2.3', '', 'x']),
    }),
  ),
  plugin('commonNameToSANDefaultImpl'),
  plugin('sanToCNDefaultImpl'),
  plugin('SignedCertificateTimestampListExtDefaultImpl'),
  plugin('autoAssignDefaultImpl', parameters({ assignTo: among(['ipara', 'admin', '']) })),
  plugin('imageDefaultImpl'),
  plugin('userSigningAlgDefaultImpl'),
  plugin(
    'signingAlgDefaultImpl',
    parameters({
      signingAlg: among(
        ['-', 'SHA256withRSA', 'SHA384withRSA', 'SHA512withRSA', 'SHA256withRSA/PSS', 'SHA1withRSA'],
        ['', 'SHA512withRSA/PSS', 'MD5withRSA', 'SHA256withEC', 'nothing', 'SHA1withDSA', 'MD2withRSA', 'SHA384withEC'],
      ),
    }),
  ),
];

export const subjectDefaults: Plugins = fc.oneof(
  plugin('userSubjectNameDefaultImpl', flags('useSysEncoding')),
  plugin('subjectNameDefaultImpl', parameters({ name: namePattern })),
  plugin('authTokenSubjectNameDefaultImpl'),
  plugin('nsTokenDeviceKeySubjectNameDefaultImpl', parameters({ dnpattern: namePattern })),
);

export const validityDefaults: Plugins = fc.oneof(
  plugin('validityDefaultImpl', parameters({ range: dayCount, rangeUnit, startTime: startSeconds })),
  plugin(
    'caValidityDefaultImpl',
    parameters({ range: dayCount, rangeUnit, startTime: startSeconds, bypassCAnotafter: flag }),
  ),
  plugin('userValidityDefaultImpl'),
);

export const constraints: readonly Plugins[] = [
  plugin('noConstraintImpl'),
  plugin(
    'subjectNameConstraintImpl',
    parameters({ pattern: among(['.*', 'CN=.*', '.*O=EXAMPLE\\.TEST.*', 'UID=[a-z]+,.*'], ['', '[', '(?i)cn=.*']) }),
  ),
  plugin(
    'keyConstraintImpl',
    parameters({
      keyType: among(['RSA', 'EC', '-'], ['', 'DSA', 'rsa']),
      keyParameters: among(
        ['1024,2048,3072,4096', '2048', 'nistp256,nistp384,nistp521', '2048,nistp256'],
        ['', 'x', '2048 ,4096', 'secp256r1', 'nistp521'],
      ),
    }),
  ),
  plugin(
    'validityConstraintImpl',
    parameters({
      range: dayCount,
      rangeUnit,
      notBeforeCheck: flag,
      notAfterCheck: flag,
      notBeforeGracePeriod: among(['0', '60', '86400'], ['', 'x', '-5']),
    }),
  ),
  plugin('caValidityConstraintImpl'),
  plugin(
    'keyUsageExtConstraintImpl',
    parameters(Object.fromEntries(['keyUsageCritical', ...usages].map((name) => [name, criticality]))),
  ),
  plugin(
    'nsCertTypeExtConstraintImpl',
    parameters(Object.fromEntries(['nsCertCritical', ...netscapeTypes].map((name) => [name, criticality]))),
  ),
  plugin('extendedKeyUsageExtConstraintImpl', parameters({ exKeyUsageCritical: criticality, exKeyUsageOIDs: oidList })),
  plugin(
    'basicConstraintsExtConstraintImpl',
    parameters({
      basicConstraintsCritical: criticality,
      basicConstraintsIsCA: criticality,
      basicConstraintsMinPathLen: policyNumber,
      basicConstraintsMaxPathLen: policyNumber,
    }),
  ),
  plugin(
    'extensionConstraintImpl',
    parameters({
      extCritical: criticality,
      extOID: among(['2.5.29.15', '2.5.29.37', '2.5.29.19'], ['1.2.3', '', 'x']),
    }),
  ),
  plugin(
    'signingAlgConstraintImpl',
    parameters({
      signingAlgsAllowed: among(
        ['SHA256withRSA,SHA512withRSA', 'SHA1withRSA,SHA256withRSA,SHA384withRSA,SHA512withRSA,SHA256withRSA/PSS'],
        ['', 'SHA256withRSA, SHA512withRSA', 'MD5withRSA'],
      ),
    }),
  ),
  plugin('userSubjectNameConstraintImpl'),
  plugin(
    'renewGracePeriodConstraintImpl',
    parameters({ 'renewal.graceBefore': among(['30', '0'], ['', 'x']), 'renewal.graceAfter': among(['30'], ['']) }),
  ),
  plugin('authzRealmConstraintImpl', parameters({ realmsAllowed: among(['a,b', '']) })),
];
