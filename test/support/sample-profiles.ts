// Profiles in Dogtag's language for tests: a server profile that a registration agent is granted at once, one that waits for an agent, a
// renewal. They use the classes that the shipped profiles of the same kind use.

const serverPolicies: readonly (readonly [string, Record<string, string>, string, Record<string, string>])[] = [
  [
    'subjectNameDefaultImpl',
    { name: 'CN=$request.req_subject_name.cn$, O=EXAMPLE.TEST' },
    'subjectNameConstraintImpl',
    { pattern: 'CN=[^,]+,.+', accept: 'true' },
  ],
  [
    'validityDefaultImpl',
    { range: '731', startTime: '0' },
    'validityConstraintImpl',
    { range: '740', notBeforeCheck: 'false', notAfterCheck: 'false' },
  ],
  [
    'userKeyDefaultImpl',
    {},
    'keyConstraintImpl',
    { keyType: '-', keyParameters: '1024,2048,3072,4096,nistp256,nistp384,nistp521' },
  ],
  ['authorityKeyIdentifierExtDefaultImpl', {}, 'noConstraintImpl', {}],
  [
    'authInfoAccessExtDefaultImpl',
    {
      authInfoAccessCritical: 'false',
      authInfoAccessNumADs: '1',
      authInfoAccessADEnable_0: 'true',
      authInfoAccessADMethod_0: '1.3.6.1.5.5.7.48.1',
      authInfoAccessADLocationType_0: 'URIName',
      authInfoAccessADLocation_0: '',
    },
    'noConstraintImpl',
    {},
  ],
  ['keyUsageExtDefaultImpl', keyUsage(), 'keyUsageExtConstraintImpl', keyUsage()],
  [
    'extendedKeyUsageExtDefaultImpl',
    { exKeyUsageCritical: 'false', exKeyUsageOIDs: '1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2' },
    'noConstraintImpl',
    {},
  ],
  [
    'signingAlgDefaultImpl',
    { signingAlg: '-' },
    'signingAlgConstraintImpl',
    { signingAlgsAllowed: 'SHA256withRSA,SHA384withRSA,SHA512withRSA,SHA256withEC,SHA384withEC,SHA512withEC' },
  ],
];

/** Texts by profile id, without the lines that the directory keeps apart. */
export const sampleProfiles: ReadonlyMap<string, string> = new Map([
  ['sampleServiceCert', serverProfile('raCertAuth', 'Server certificates for a registration agent')],
  ['sampleServerCert', serverProfile('', 'Server certificates that an agent approves')],
  ['sampleDisabledCert', serverProfile('', 'A profile that is switched off').replace('enable=true', 'enable=false')],
  ['sampleRenewal', renewalProfile('', 'Renewal that an agent approves')],
  ['sampleAgentRenewal', renewalProfile('raCertAuth', 'Renewal by a registration agent')],
]);

function serverProfile(authenticationInstance: string, name: string): string {
  const policies = serverPolicies.flatMap(([defaultClass, defaults, constraintClass, constraints], index) => {
    const prefix = `policyset.serverSet.${index + 1}`;
    return [
      ...part(`${prefix}.default`, defaultClass, defaults),
      ...part(`${prefix}.constraint`, constraintClass, constraints),
    ];
  });
  const list = serverPolicies.map((_, index) => index + 1).join(',');
  return [
    ...head(authenticationInstance, name),
    'input.list=i1,i2',
    'input.i1.class_id=certReqInputImpl',
    'input.i2.class_id=submitterInfoInputImpl',
    'policyset.list=serverSet',
    `policyset.serverSet.list=${list}`,
    ...policies,
  ].join('\n');
}

function renewalProfile(authenticationInstance: string, name: string): string {
  const input = ['input.list=i1', 'input.i1.class_id=serialNumRenewInputImpl'];
  return [...head(authenticationInstance, name), 'renewal=true', ...input].join('\n');
}

function head(authenticationInstance: string, name: string): string[] {
  return [
    `name=${name}`,
    `desc=${name}.`,
    'visible=true',
    'enable=true',
    'enableBy=admin',
    `auth.instance_id=${authenticationInstance}`,
    'output.list=o1',
    'output.o1.class_id=certOutputImpl',
  ];
}

function part(prefix: string, classId: string, parameters: Readonly<Record<string, string>>): string[] {
  return [
    `${prefix}.class_id=${classId}`,
    `${prefix}.name=${classId.replace(/Impl$/, '')}`,
    ...Object.entries(parameters).map(([key, value]) => `${prefix}.params.${key}=${value}`),
  ];
}

function keyUsage(): Record<string, string> {
  const set = ['DigitalSignature', 'NonRepudiation', 'KeyEncipherment', 'DataEncipherment'];
  const clear = ['KeyAgreement', 'KeyCertSign', 'CrlSign', 'EncipherOnly', 'DecipherOnly'];
  return Object.fromEntries([
    ['keyUsageCritical', 'true'],
    ...set.map((name) => [`keyUsage${name}`, 'true']),
    ...clear.map((name) => [`keyUsage${name}`, 'false']),
  ]);
}
