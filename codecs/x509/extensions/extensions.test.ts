// Extensions and other small structures against the bytes that JSS 4.8 writes for the same content (compat-fixtures/vectors/x509-extensions.json).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DerError, encodeCharacterString } from '#codecs/der';
import {
  accessMethodOids,
  decodeAuthorityKeyIdentifier,
  decodeBasicConstraints,
  decodeCertificatePolicies,
  decodeCrlNumber,
  decodeDeltaCrlIndicator,
  decodeDistributionPoints,
  decodeExtKeyUsage,
  decodeGeneralNames,
  decodeHoldInstructionCode,
  decodeInfoAccess,
  decodeInhibitAnyPolicy,
  decodeInvalidityDate,
  decodeIssuingDistributionPoint,
  decodeKeyUsage,
  decodeNameConstraints,
  decodeNetscapeCertType,
  decodeNetscapeComment,
  decodePolicyConstraints,
  decodePolicyMappings,
  decodePrivateKeyUsagePeriod,
  decodeReasonCode,
  decodeSubjectDirectoryAttributes,
  decodeSubjectKeyIdentifier,
  type ExtensionName,
  encodeAuthorityKeyIdentifier,
  encodeBasicConstraints,
  encodeCertificatePolicies,
  encodeCrlNumber,
  encodeDeltaCrlIndicator,
  encodeDirectoryAttributeValue,
  encodeDistributionPoints,
  encodeExtension,
  encodeExtKeyUsage,
  encodeGeneralNames,
  encodeHoldInstructionCode,
  encodeInfoAccess,
  encodeInhibitAnyPolicy,
  encodeInvalidityDate,
  encodeIssuingDistributionPoint,
  encodeKeyUsage,
  encodeNameConstraints,
  encodeNameText,
  encodeNetscapeCertType,
  encodeNetscapeComment,
  encodeOcspNoCheck,
  encodePolicyConstraints,
  encodePolicyMappings,
  encodePrivateKeyUsagePeriod,
  encodeReasonCode,
  encodeSubjectDirectoryAttributes,
  encodeSubjectKeyIdentifier,
  extensionOids,
  findIpAddressOctets,
  formatGeneralName,
  type GeneralName,
  keyUsageNames,
  netscapeCertTypeNames,
  parseName,
} from '../index.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../../compat-fixtures/vectors/x509-extensions.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

const pick = <T>(names: readonly T[], ...bits: readonly number[]): Set<T> =>
  new Set(names.filter((_, i) => bits.includes(i)));
const usage = (...bits: number[]): Buffer => encodeKeyUsage(pick(keyUsageNames, ...bits));
const types = (...bits: number[]): Buffer => encodeNetscapeCertType(pick(netscapeCertTypeNames, ...bits));
const uri = (value: string): GeneralName => ({ kind: 'uniformResourceIdentifier', value });
const dns = (value: string): GeneralName => ({ kind: 'dNSName', value });
const directory = (text: string): GeneralName => ({ kind: 'directoryName', nameDer: encodeNameText(text) });
const address = (text: string): GeneralName => ({ kind: 'iPAddress', octets: octetsOf(text) });
const edi = (partyName: string, nameAssigner: string | null = null): GeneralName => ({
  kind: 'ediPartyName',
  nameAssigner,
  partyName,
});
const other = (oid: string, valueDer: Uint8Array): GeneralName => ({ kind: 'otherName', oid, valueDer });
const relative = (text: string): { nameRelativeToCrlIssuer: NonNullable<ReturnType<typeof parseName>[0]> } => ({
  nameRelativeToCrlIssuer: parseName(text)[0] ?? [],
});
const subtree = (base: GeneralName, minimum = 0, maximum: number | null = null) => ({ base, minimum, maximum });
const constraint = (requireExplicitPolicy: number | null, inhibitPolicyMapping: number | null): Buffer =>
  encodePolicyConstraints({ requireExplicitPolicy, inhibitPolicyMapping });
const keyIdentifier = Buffer.of(1, 2, 3);

function octetsOf(text: string): Buffer {
  const octets = findIpAddressOctets(text);
  assert.ok(octets !== null, text);
  return octets;
}

const manyNames: readonly GeneralName[] = [
  dns('a.example.test'),
  { kind: 'rfc822Name', value: 'a@b.c' },
  uri('http://x/y'),
  address('10.0.0.1'),
  address('2001:db8::1'),
  { kind: 'registeredID', oid: '1.2.3.4' },
  directory('CN=a,O=X'),
  edi('party'),
  edi('party', 'assigner'),
  other('1.3.6.1.4.1.311.20.2.3', encodeCharacterString('utf8String', 'user@REALM')),
];

type Case = readonly [vector: string, ExtensionName, critical: boolean, encode: () => Buffer];

const cases: readonly Case[] = [
  ['keyUsage none', 'keyUsage', true, () => usage()],
  ['keyUsage 0', 'keyUsage', true, () => usage(0)],
  ['keyUsage 0 2 8', 'keyUsage', false, () => usage(0, 2, 8)],
  ['keyUsage 7', 'keyUsage', true, () => usage(7)],
  ['keyUsage 5 6', 'keyUsage', true, () => usage(5, 6)],
  ['keyUsage 0..8', 'keyUsage', true, () => usage(0, 1, 2, 3, 4, 5, 6, 7, 8)],
  ['netscapeCertType none', 'netscapeCertType', false, () => types()],
  ['netscapeCertType 0 1', 'netscapeCertType', false, () => types(0, 1)],
  ['netscapeCertType 7', 'netscapeCertType', true, () => types(7)],
  ['netscapeCertType 5 6 7', 'netscapeCertType', false, () => types(5, 6, 7)],
  ['netscapeComment', 'netscapeComment', false, () => encodeNetscapeComment('A comment, with @ and _')],
  ['netscapeComment not ascii', 'netscapeComment', false, () => encodeNetscapeComment('café')],
  ...basicConstraintsCases(),
  ...identifierCases(),
  ...alternativeNameCases(),
  ...constraintCases(),
  ...policyCases(),
  ...distributionPointCases(),
  ...remainingCases(),
];

function basicConstraintsCases(): Case[] {
  const of = (cA: boolean, pathLenConstraint: number | null) => () => encodeBasicConstraints({ cA, pathLenConstraint });
  return [
    ['basicConstraints false', 'basicConstraints', false, of(false, null)],
    ['basicConstraints true', 'basicConstraints', true, of(true, null)],
    ['basicConstraints true 0', 'basicConstraints', true, of(true, 0)],
    ['basicConstraints true 128', 'basicConstraints', true, of(true, 128)],
    ['basicConstraints false 5', 'basicConstraints', true, of(false, 5)],
    ['basicConstraints true 70000', 'basicConstraints', false, of(true, 70000)],
  ];
}

function identifierCases(): Case[] {
  const purposes = ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];
  const absent = { keyIdentifier: null, authorityCertIssuer: null, authorityCertSerialNumber: null };
  const all = {
    keyIdentifier,
    authorityCertIssuer: [directory('CN=a,O=X')],
    authorityCertSerialNumber: 128n,
  };
  return [
    ['extKeyUsage', 'extKeyUsage', false, () => encodeExtKeyUsage(purposes)],
    ['extKeyUsage empty', 'extKeyUsage', true, () => encodeExtKeyUsage([])],
    ['subjectKeyIdentifier', 'subjectKeyIdentifier', false, () => encodeSubjectKeyIdentifier(keyIdentifier)],
    [
      'authorityKeyIdentifier key',
      'authorityKeyIdentifier',
      false,
      () => encodeAuthorityKeyIdentifier({ ...absent, keyIdentifier }),
    ],
    ['authorityKeyIdentifier all', 'authorityKeyIdentifier', false, () => encodeAuthorityKeyIdentifier(all)],
    ['authorityKeyIdentifier none', 'authorityKeyIdentifier', false, () => encodeAuthorityKeyIdentifier(absent)],
  ];
}

function alternativeNameCases(): Case[] {
  const names =
    (...list: readonly GeneralName[]) =>
    () =>
      encodeGeneralNames(list);
  const wrapped = [
    dns('a.example.test'),
    directory('CN=a'),
    other('1.2.3', encodeCharacterString('printableString', 'printable')),
    edi('p'),
  ];
  return [
    ['subjectAltName all', 'subjectAltName', false, names(...manyNames)],
    ['subjectAltName wrapped', 'subjectAltName', true, names(...wrapped)],
    [
      'subjectAltName otherName ia5',
      'subjectAltName',
      false,
      names(other('1.2.3', encodeCharacterString('ia5String', 'x@y'))),
    ],
    ['subjectAltName dns not ascii', 'subjectAltName', false, names(dns('bücher.example'))],
    ['issuerAltName', 'issuerAltName', false, names(uri('http://ca/'))],
    ['certificateIssuer', 'certificateIssuer', true, names(directory('O=X'))],
  ];
}

function constraintCases(): Case[] {
  const network = { kind: 'iPAddress', octets: Buffer.of(10, 0, 0, 0, 255, 0, 0, 0) } as const;
  const networkV6 = {
    kind: 'iPAddress',
    octets: Buffer.concat([octetsOf('2001:db8::'), octetsOf('ffff:ffff:8000::')]),
  } as const;
  const both = {
    permittedSubtrees: [subtree(dns('example.test')), subtree(network)],
    excludedSubtrees: [subtree(directory('O=X'), 1, 300)],
  };
  const mail = { permittedSubtrees: [], excludedSubtrees: [subtree({ kind: 'rfc822Name', value: 'b.c' })] };
  const onlyV6 = { permittedSubtrees: [subtree(networkV6)], excludedSubtrees: [] };
  return [
    ['nameConstraints both', 'nameConstraints', true, () => encodeNameConstraints(both)],
    ['nameConstraints empty permitted', 'nameConstraints', false, () => encodeNameConstraints(mail)],
    ['nameConstraints ip6', 'nameConstraints', false, () => encodeNameConstraints(onlyV6)],
    ['policyConstraints', 'policyConstraints', true, () => constraint(0, null)],
    ['policyConstraints both', 'policyConstraints', false, () => constraint(3, 200)],
    ['policyConstraints none', 'policyConstraints', false, () => constraint(null, null)],
    ['inhibitAnyPolicy', 'inhibitAnyPolicy', true, () => encodeInhibitAnyPolicy(0)],
    ['inhibitAnyPolicy 200', 'inhibitAnyPolicy', true, () => encodeInhibitAnyPolicy(200n)],
  ];
}

function policyCases(): Case[] {
  const mapping = [{ issuerDomainPolicy: '1.2.3', subjectDomainPolicy: '1.2.4' }];
  const notice = (type: 'bmpString' | 'visibleString', text: string) =>
    ({ kind: 'userNotice', noticeReference: null, explicitText: { type, text } }) as const;
  const noticeReference = { organization: { type: 'ia5String', text: 'Org' }, numbers: [1n, 200n] } as const;
  const qualifiers = [
    { kind: 'cps', uri: 'http://cps/' },
    { kind: 'userNotice', noticeReference, explicitText: { type: 'utf8String', text: 'café' } },
  ] as const;
  const notices = [notice('bmpString', 'téxt'), notice('visibleString', 'text')];
  const policy = (policyOid: string, list: Parameters<typeof encodeCertificatePolicies>[0][0]['qualifiers']) => () =>
    encodeCertificatePolicies([{ policyOid, qualifiers: list }]);
  return [
    ['policyMappings', 'policyMappings', true, () => encodePolicyMappings(mapping)],
    ['certificatePolicies plain', 'certificatePolicies', false, policy('2.5.29.32.0', null)],
    ['certificatePolicies qualified', 'certificatePolicies', true, policy('1.2.3.4', qualifiers)],
    ['certificatePolicies notice only', 'certificatePolicies', true, policy('1.2.3.4', notices)],
    ['certificatePolicies empty qualifiers', 'certificatePolicies', false, policy('1.2.3.4', [])],
  ];
}

function distributionPointCases(): Case[] {
  const full = (name: GeneralName) => ({ name: { fullName: [name] }, reasons: null, crlIssuer: null });
  const all = [
    {
      name: { fullName: [directory('CN=crl,O=X')] },
      reasons: new Set(['keyCompromise', 'cACompromise'] as const),
      crlIssuer: [directory('CN=i,O=X')],
    },
    { name: relative('OU=rel'), reasons: null, crlIssuer: [directory('O=X')] },
    { name: null, reasons: null, crlIssuer: null },
  ];
  const nothing = {
    name: null,
    onlyContainsUserCerts: false,
    onlyContainsCaCerts: false,
    onlySomeReasons: null,
    indirectCrl: false,
    onlyContainsAttributeCerts: false,
  };
  const users = {
    ...nothing,
    name: { fullName: [uri('http://crl/x')] },
    onlyContainsUserCerts: true,
    onlySomeReasons: new Set(['keyCompromise'] as const),
    indirectCrl: true,
  };
  const authorities = { ...nothing, name: relative('OU=rel'), onlyContainsCaCerts: true };
  return [
    [
      'crlDistributionPoints uri',
      'cRLDistributionPoints',
      false,
      () => encodeDistributionPoints([full(uri('http://crl/x'))]),
    ],
    ['crlDistributionPoints all', 'cRLDistributionPoints', true, () => encodeDistributionPoints(all)],
    ['freshestCrl', 'freshestCRL', false, () => encodeDistributionPoints([full(uri('http://delta/x'))])],
    ['issuingDistributionPoint', 'issuingDistributionPoint', true, () => encodeIssuingDistributionPoint(users)],
    [
      'issuingDistributionPoint relative ca',
      'issuingDistributionPoint',
      true,
      () => encodeIssuingDistributionPoint(authorities),
    ],
    ['issuingDistributionPoint empty', 'issuingDistributionPoint', true, () => encodeIssuingDistributionPoint(nothing)],
  ];
}

function remainingCases(): Case[] {
  const time = new Date(1_700_000_000_000);
  const attribute = (oid: string, ...texts: readonly string[]) => ({
    oid,
    valuesDer: texts.map((text) => encodeDirectoryAttributeValue(oid, text)),
  });
  const attributes = [
    attribute('2.5.4.3', 'name'),
    attribute('2.5.4.6', 'DE'),
    attribute('1.2.3.4', 'x@y'),
    attribute('1.2.3.5', 'b', 'a'),
  ];
  const access = (...list: readonly (readonly [string, GeneralName])[]) =>
    encodeInfoAccess(list.map(([methodOid, location]) => ({ methodOid, location })));
  const { ocsp, caIssuers, caRepository } = accessMethodOids;
  const period = (notBefore: Date | null, notAfter: Date) => () => encodePrivateKeyUsagePeriod({ notBefore, notAfter });
  return [
    [
      'authorityInfoAccess',
      'authorityInfoAccess',
      false,
      () => access([ocsp, uri('http://ocsp/')], [caIssuers, directory('CN=a')]),
    ],
    ['authorityInfoAccess empty', 'authorityInfoAccess', true, () => access()],
    ['subjectInfoAccess', 'subjectInfoAccess', false, () => access([caRepository, uri('http://repo/')])],
    ['privateKeyUsagePeriod', 'privateKeyUsagePeriod', false, period(time, new Date(2_600_000_000_000))],
    ['privateKeyUsagePeriod open', 'privateKeyUsagePeriod', false, period(null, time)],
    ['ocspNoCheck', 'ocspNoCheck', false, () => encodeOcspNoCheck()],
    [
      'subjectDirectoryAttributes',
      'subjectDirectoryAttributes',
      false,
      () => encodeSubjectDirectoryAttributes(attributes),
    ],
    ['crlNumber', 'cRLNumber', false, () => encodeCrlNumber(200n)],
    ['crlNumber 0', 'cRLNumber', false, () => encodeCrlNumber(0n)],
    ['crlNumber 2^70', 'cRLNumber', false, () => encodeCrlNumber(1n << 70n)],
    ['deltaCrlIndicator', 'deltaCRLIndicator', true, () => encodeDeltaCrlIndicator(5n)],
    ['reasonCode 1', 'reasonCode', false, () => encodeReasonCode(1)],
    ['reasonCode 10', 'reasonCode', true, () => encodeReasonCode(10)],
    ['invalidityDate', 'invalidityDate', false, () => encodeInvalidityDate(new Date(1_700_000_000_123))],
    ['holdInstruction', 'holdInstructionCode', false, () => encodeHoldInstructionCode('1.2.840.10040.2.2')],
  ];
}

// Content for which JSS writes something that no reader understands; we refuse it instead.
const refusedHere = new Set([
  'subjectAltName empty',
  'subjectAltName otherName printable that does not fit',
  'subjectAltName otherName bmp',
]);

/** Decodes and encodes again. */
const again: Readonly<Partial<Record<ExtensionName, (valueDer: Buffer) => Buffer>>> = {
  subjectDirectoryAttributes: (der) => encodeSubjectDirectoryAttributes(decodeSubjectDirectoryAttributes(der)),
  subjectKeyIdentifier: (der) => encodeSubjectKeyIdentifier(decodeSubjectKeyIdentifier(der)),
  keyUsage: (der) => encodeKeyUsage(decodeKeyUsage(der)),
  privateKeyUsagePeriod: (der) => encodePrivateKeyUsagePeriod(decodePrivateKeyUsagePeriod(der)),
  subjectAltName: (der) => encodeGeneralNames(decodeGeneralNames(der)),
  issuerAltName: (der) => encodeGeneralNames(decodeGeneralNames(der)),
  certificateIssuer: (der) => encodeGeneralNames(decodeGeneralNames(der)),
  basicConstraints: (der) => encodeBasicConstraints(decodeBasicConstraints(der)),
  cRLNumber: (der) => encodeCrlNumber(decodeCrlNumber(der)),
  reasonCode: (der) => encodeReasonCode(decodeReasonCode(der)),
  holdInstructionCode: (der) => encodeHoldInstructionCode(decodeHoldInstructionCode(der)),
  invalidityDate: (der) => encodeInvalidityDate(decodeInvalidityDate(der)),
  deltaCRLIndicator: (der) => encodeDeltaCrlIndicator(decodeDeltaCrlIndicator(der)),
  issuingDistributionPoint: (der) => encodeIssuingDistributionPoint(decodeIssuingDistributionPoint(der)),
  nameConstraints: (der) => encodeNameConstraints(decodeNameConstraints(der)),
  cRLDistributionPoints: (der) => encodeDistributionPoints(decodeDistributionPoints(der)),
  certificatePolicies: (der) => encodeCertificatePolicies(decodeCertificatePolicies(der)),
  policyMappings: (der) => encodePolicyMappings(decodePolicyMappings(der)),
  authorityKeyIdentifier: (der) => encodeAuthorityKeyIdentifier(decodeAuthorityKeyIdentifier(der)),
  policyConstraints: (der) => encodePolicyConstraints(decodePolicyConstraints(der)),
  extKeyUsage: (der) => encodeExtKeyUsage(decodeExtKeyUsage(der)),
  freshestCRL: (der) => encodeDistributionPoints(decodeDistributionPoints(der)),
  inhibitAnyPolicy: (der) => encodeInhibitAnyPolicy(decodeInhibitAnyPolicy(der)),
  authorityInfoAccess: (der) => encodeInfoAccess(decodeInfoAccess(der)),
  subjectInfoAccess: (der) => encodeInfoAccess(decodeInfoAccess(der)),
  netscapeCertType: (der) => encodeNetscapeCertType(decodeNetscapeCertType(der)),
  netscapeComment: (der) => encodeNetscapeComment(decodeNetscapeComment(der)),
};

// A BMPString is written with a byte order mark, which reading keeps as a character, so it would be there twice.
const notRepeatable = new Set(['certificatePolicies notice only']);

describe('extensions', () => {
  for (const [vector, name, critical, encode] of cases) {
    const expected = vectors[vector] ?? 'no such vector';
    if (expected.startsWith('throws')) {
      it(`refuse what JSS refuses: ${vector}`, () => assert.throws(encode, DerError));
      continue;
    }
    it(`have the bytes of JSS: ${vector}`, () => {
      const valueDer = encode();
      assert.equal(encodeExtension({ oid: extensionOids[name], critical, valueDer }).toString('hex'), expected);
      const repeat = again[name];
      if (repeat === undefined || notRepeatable.has(vector)) return;
      assert.equal(repeat(valueDer).toString('hex'), valueDer.toString('hex'));
    });
  }

  it('leave no vector untried', () => {
    const tried = new Set([...cases.map(([vector]) => vector), ...refusedHere]);
    const untried = Object.keys(vectors).filter((name) => !tried.has(name) && !/^(algorithm|validity) /.test(name));
    assert.deepEqual(untried, []);
  });

  it('are decoded or refused with DerError, whatever their bytes', () => {
    const decoders = Object.values(again);
    const samples = cases.flatMap(([vector]) => {
      const hex = vectors[vector] ?? '';
      return hex.startsWith('30') ? [Buffer.from(hex, 'hex')] : [];
    });
    const mutated = fc
      .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
      .map(([sample, changes, length]) => {
        const bytes = Buffer.from(sample.subarray(9));
        for (const [at, octet] of changes) bytes[at % bytes.length] = octet;
        return bytes.subarray(0, length % 4 === 0 ? length % bytes.length : bytes.length);
      });
    fc.assert(
      fc.property(
        fc.oneof(mutated, fc.uint8Array({ maxLength: 40 })),
        fc.constantFrom(...decoders),
        (bytes, decode) => {
          try {
            decode(Buffer.from(bytes));
          } catch (error) {
            assert.ok(error instanceof DerError || (error as Error).name === 'NameSyntaxError', `${error}`);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('general names', () => {
  it('are shown as Dogtag shows them', () => {
    assert.deepEqual(manyNames.map(formatGeneralName), [
      'DNSName: a.example.test',
      'RFC822Name: a@b.c',
      'URIName: http://x/y',
      'IPAddress: 10.0.0.1',
      'IPAddress: 2001:db8:0:0:0:0:0:1',
      'OIDName: 1.2.3.4',
      'CN=a,O=X',
      'EDIPartyName:   partyName = party',
      'EDIPartyName:   nameAssigner = assigner,  partyName = party',
      'OtherName: (UTF8String)1.3.6.1.4.1.311.20.2.3,user@REALM',
    ]);
  });

  it('take IP addresses in every form of RFC 4291 and nothing else', () => {
    const forms: readonly (readonly [string, string | null])[] = [
      ['::', '00'.repeat(16)],
      ['::1', `${'00'.repeat(15)}01`],
      ['1::', `0001${'00'.repeat(14)}`],
      ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
      ['::ffff:10.0.0.1', `${'00'.repeat(10)}ffff0a000001`],
      ['1:2:3:4:5:6:10.0.0.1', '0001000200030004000500060a000001'],
      ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
      ['192.0.2.255', 'c00002ff'],
      ['1:2:3:4:5:6:7:8:9', null],
      ['1:2:3:4:5:6:7:8::', null],
      ['1::2::3', null],
      [':1', null],
      ['12345::', null],
      ['::g', null],
      ['1.2.3', null],
      ['1.2.3.256', null],
      ['1.2.3.4.5', null],
      ['::1.2.3', null],
      ['', null],
    ];
    for (const [text, hex] of forms) assert.equal(findIpAddressOctets(text)?.toString('hex') ?? null, hex, text);
  });
});
