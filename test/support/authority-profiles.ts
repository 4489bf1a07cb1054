// Profiles in Dogtag's language for authorities below others: one that certifies them, with the classes that the shipped profile uses, and one that renews.

const usage = ['DigitalSignature', 'NonRepudiation', 'KeyCertSign', 'CrlSign'];
const noUsage = ['DataEncipherment', 'KeyEncipherment', 'KeyAgreement', 'EncipherOnly', 'DecipherOnly'];
const keyUsage = Object.fromEntries([
  ['keyUsageCritical', 'true'],
  ...usage.map((name) => [`keyUsage${name}`, 'true']),
  ...noUsage.map((name) => [`keyUsage${name}`, 'false']),
]);
const isAuthority = { basicConstraintsCritical: 'true', basicConstraintsIsCA: 'true' };
const ocspLocation = {
  authInfoAccessADEnable_0: 'true',
  authInfoAccessADLocationType_0: 'URIName',
  authInfoAccessADLocation_0: '',
  authInfoAccessADMethod_0: '1.3.6.1.5.5.7.48.1',
  authInfoAccessCritical: 'false',
  authInfoAccessNumADs: '1',
};

type Parameters = Readonly<Record<string, string>>;

const policies: readonly (readonly [string, Parameters, string, Parameters])[] = [
  ['userSubjectNameDefaultImpl', {}, 'subjectNameConstraintImpl', { pattern: 'CN=.*', accept: 'true' }],
  [
    'caValidityDefaultImpl',
    { range: '7305', startTime: '0' },
    'validityConstraintImpl',
    { range: '7305', notBeforeCheck: 'false', notAfterCheck: 'false' },
  ],
  ['userKeyDefaultImpl', {}, 'keyConstraintImpl', { keyType: '-', keyParameters: '2048,3072,4096,nistp256' }],
  ['authorityKeyIdentifierExtDefaultImpl', {}, 'noConstraintImpl', {}],
  [
    'basicConstraintsExtDefaultImpl',
    { ...isAuthority, basicConstraintsPathLen: '-1' },
    'basicConstraintsExtConstraintImpl',
    { ...isAuthority, basicConstraintsMinPathLen: '-1', basicConstraintsMaxPathLen: '-1' },
  ],
  ['keyUsageExtDefaultImpl', keyUsage, 'keyUsageExtConstraintImpl', keyUsage],
  ['subjectKeyIdentifierExtDefaultImpl', { critical: 'false' }, 'noConstraintImpl', {}],
  [
    'signingAlgDefaultImpl',
    { signingAlg: '-' },
    'signingAlgConstraintImpl',
    { signingAlgsAllowed: 'SHA256withRSA,SHA512withRSA,SHA384withRSA,SHA256withEC,SHA384withEC,SHA512withEC' },
  ],
  ['authInfoAccessExtDefaultImpl', ocspLocation, 'noConstraintImpl', {}],
];

/** Texts by the ids under which authorities are made and renewed. */
export const authorityProfiles: ReadonlyMap<string, string> = new Map([
  [
    'caCACert',
    [
      ...head('Certificates of authorities'),
      'input.list=i1,i2',
      'input.i1.class_id=certReqInputImpl',
      'input.i2.class_id=submitterInfoInputImpl',
      'policyset.list=caCertSet',
      `policyset.caCertSet.list=${policies.map((_, index) => index + 1).join(',')}`,
      ...policies.flatMap(([defaultClass, defaults, constraintClass, constraints], index) => [
        ...part(`policyset.caCertSet.${index + 1}.default`, defaultClass, defaults),
        ...part(`policyset.caCertSet.${index + 1}.constraint`, constraintClass, constraints),
      ]),
    ].join('\n'),
  ],
  [
    'caManualRenewal',
    [
      ...head('Renewal of any certificate'),
      'renewal=true',
      'input.list=i1',
      'input.i1.class_id=serialNumRenewInputImpl',
    ].join('\n'),
  ],
]);

function head(name: string): string[] {
  return [
    `name=${name}`,
    `desc=${name}.`,
    'visible=true',
    'enable=true',
    'enableBy=admin',
    'auth.instance_id=',
    'output.list=o1',
    'output.o1.class_id=certOutputImpl',
  ];
}

function part(prefix: string, classId: string, parameters: Parameters): string[] {
  return [
    `${prefix}.class_id=${classId}`,
    `${prefix}.name=${classId.replace(/Impl$/, '')}`,
    ...Object.entries(parameters).map(([key, value]) => `${prefix}.params.${key}=${value}`),
  ];
}
