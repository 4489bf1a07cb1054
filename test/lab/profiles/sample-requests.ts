// The range of certificate requests that every profile is tried with: keys, names, extensions, encodings, and broken ones.
import {
  encodeBoolean,
  encodeConstructed,
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeNamedBits,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  tags,
} from '#codecs/der';
import {
  encodeCertificateRequestMessages,
  encodeCertificationRequest,
  encodeRequestedExtension,
  encodeSignedPublicKey,
  encodeTestName,
  generateEcKey,
  generateEd25519Key,
  generateRsaKey,
  type KeyPair,
  type NamePart,
  nameOids as oids,
  pemOf,
  type RequestedExtension,
  stringTags as strings,
} from '#test/certificate-request-builder';

export interface SampleRequest {
  readonly name: string;
  readonly type: string;
  readonly text: string;
  /** The key as token processing systems send it, for profiles that take it so. */
  readonly publickey: string;
}

export interface SampleKeys {
  readonly rsa: KeyPair;
  readonly others: Readonly<Record<string, KeyPair>>;
}

export function generateSampleKeys(): SampleKeys {
  return {
    rsa: generateRsaKey(2048),
    others: {
      'rsa-1024': generateRsaKey(1024),
      'rsa-2047': generateRsaKey(2047),
      'rsa-3072': generateRsaKey(3072),
      'rsa-4096': generateRsaKey(4096),
      'ec-p256': generateEcKey('P-256'),
      'ec-p384': generateEcKey('P-384'),
      'ec-p521': generateEcKey('P-521'),
      'ec-k256': generateEcKey('secp256k1'),
      ed25519: generateEd25519Key(),
    },
  };
}

const { utf8, printable, t61, ia5, bmp, universal, numeric } = strings;
const organization: NamePart = [oids.o, utf8, 'EXAMPLE.TEST'];
const rdn = (...parts: NamePart[]) => parts;
const host = rdn([oids.cn, utf8, 'host.example.test']);

/** Names that a requester might send, right and odd. */
export const sampleNames: Readonly<Record<string, Buffer>> = {
  plain: encodeTestName([rdn(organization), host]),
  'printable strings': encodeTestName([
    rdn([oids.c, printable, 'DE']),
    rdn([oids.o, printable, 'Example (Test), Inc.']),
    rdn([oids.cn, printable, 'host.example.test']),
  ]),
  'many types': encodeTestName([
    rdn([oids.dc, ia5, 'test']),
    rdn([oids.dc, ia5, 'example']),
    rdn([oids.c, printable, 'DE']),
    rdn([oids.st, utf8, 'Berlin']),
    rdn([oids.l, utf8, 'Berlin']),
    rdn([oids.street, utf8, 'Unter den Linden 1']),
    rdn([oids.o, utf8, 'EXAMPLE.TEST']),
    rdn([oids.ou, utf8, 'Web']),
    rdn([oids.title, utf8, 'Dr']),
    rdn([oids.givenName, utf8, 'Ann']),
    rdn([oids.sn, utf8, 'Example']),
    rdn([oids.serialNumber, printable, '12345']),
    rdn([oids.dnQualifier, printable, 'q']),
    rdn([oids.uid, utf8, 'ann']),
    rdn([oids.cn, utf8, 'host.example.test']),
    rdn([oids.email, ia5, 'ann@example.test']),
    rdn([oids.unstructuredName, ia5, 'unstructured']),
  ]),
  'several values in one RDN': encodeTestName([
    rdn(organization),
    rdn([oids.cn, utf8, 'host.example.test'], [oids.uid, utf8, 'ann'], [oids.ou, utf8, 'Web']),
  ]),
  'beyond ASCII': encodeTestName([
    rdn([oids.o, utf8, 'Müller & Söhne €']),
    rdn([oids.cn, utf8, 'höst.example.test 日本']),
  ]),
  'most specific first': encodeTestName([
    host,
    rdn([oids.ou, utf8, 'Web']),
    rdn(organization),
    rdn([oids.c, printable, 'DE']),
  ]),
  'several common names': encodeTestName([
    rdn(organization),
    rdn([oids.cn, utf8, 'one.example.test']),
    rdn([oids.cn, utf8, 'two.example.test']),
  ]),
  empty: encodeTestName([]),
  'no common name': encodeTestName([rdn(organization), rdn([oids.ou, utf8, 'Web'])]),
  'string types': encodeTestName([
    rdn([oids.o, t61, 'T61 é']),
    rdn([oids.ou, bmp, 'BMP é 日']),
    rdn([oids.l, universal, 'Universal é']),
    rdn([oids.serialNumber, numeric, '123 45']),
    rdn([oids.cn, ia5, 'host.example.test']),
  ]),
  'long common name': encodeTestName([rdn(organization), rdn([oids.cn, utf8, `${'a'.repeat(60)}.example.test`])]),
  'all too long': encodeTestName([
    rdn([oids.c, utf8, 'DEUT']),
    rdn([oids.st, utf8, 's'.repeat(129)]),
    rdn([oids.l, utf8, 'l'.repeat(129)]),
    rdn([oids.o, utf8, 'o'.repeat(65)]),
    rdn([oids.ou, utf8, 'u'.repeat(65)]),
    rdn([oids.uid, utf8, 'i'.repeat(65)]),
    rdn([oids.email, ia5, `${'e'.repeat(250)}@example.test`]),
    rdn([oids.cn, utf8, 'c'.repeat(65)]),
  ]),
  'unknown type': encodeTestName([rdn(organization), rdn(['1.3.6.1.4.1.99999.1', utf8, 'private']), host]),
  'special characters': encodeTestName([
    rdn([oids.o, utf8, 'Comma, Plus + "Quote" \\ Back']),
    rdn([oids.ou, utf8, ' leading and trailing ']),
    rdn([oids.ou, utf8, '#hash;semi<less>more=equals']),
    rdn([oids.cn, utf8, 'host.example.test']),
  ]),
  'control characters': encodeTestName([rdn([oids.o, utf8, 'line\nbreak\ttab']), host]),
  'empty value': encodeTestName([rdn([oids.ou, utf8, '']), rdn(organization), host]),
  wildcard: encodeTestName([rdn(organization), rdn([oids.cn, utf8, '*.example.test'])]),
  'name that is an address': encodeTestName([rdn(organization), rdn([oids.cn, utf8, '192.0.2.7'])]),
  'name that is an email': encodeTestName([
    rdn(organization),
    rdn([oids.cn, utf8, 'Ann Example']),
    rdn([oids.email, ia5, 'ann@example.test']),
  ]),
  'value that is no string': encodeTestName([rdn([oids.ou, 0x02, Buffer.from([5])]), host]),
};

const dns = (text: string) => encodeElement(0x82, Buffer.from(text, 'latin1'));
const email = (text: string) => encodeElement(0x81, Buffer.from(text, 'latin1'));
const uri = (text: string) => encodeElement(0x86, Buffer.from(text, 'latin1'));
const ip = (...octets: number[]) => encodeElement(0x87, Buffer.from(octets));
const principalName = (oid: string, text: string) =>
  encodeElement(
    0xa0,
    Buffer.concat([encodeObjectIdentifier(oid), encodeExplicit(0, encodeElement(utf8, Buffer.from(text)))]),
  );
const extension = (oid: string, valueDer: Uint8Array, critical = false): RequestedExtension => ({
  oid,
  critical,
  valueDer,
});
const san = (...names: Buffer[]) => extension('2.5.29.17', encodeSequence(...names));

/** Lists of extensions that a requester might ask for. */
export const sampleExtensions: Readonly<Record<string, readonly RequestedExtension[]>> = {
  'one DNS name': [san(dns('host.example.test'))],
  'several DNS names': [san(dns('host.example.test'), dns('alias.example.test'), dns('*.example.test'))],
  'names of every kind': [
    san(
      dns('host.example.test'),
      email('ann@example.test'),
      uri('https://host.example.test/x?y#z'),
      ip(192, 0, 2, 7),
      ip(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 0xcd, 0xef),
      encodeExplicit(4, sampleNames.plain ?? Buffer.alloc(0)),
      encodeElement(0x88, encodeObjectIdentifier('1.2.3.4').subarray(2)),
      principalName('1.3.6.1.4.1.311.20.2.3', 'ann@EXAMPLE.TEST'),
      encodeElement(
        0xa0,
        Buffer.concat([encodeObjectIdentifier('1.3.6.1.5.2.2'), encodeExplicit(0, encodeSequence(encodeInteger(1)))]),
      ),
    ),
  ],
  'critical names': [extension('2.5.29.17', encodeSequence(dns('host.example.test')), true)],
  'no names at all': [san()],
  'key usage': [extension('2.5.29.15', encodeNamedBits([true, false, true]), true)],
  'extended key usage': [
    extension(
      '2.5.29.37',
      encodeSequence(encodeObjectIdentifier('1.3.6.1.5.5.7.3.1'), encodeObjectIdentifier('1.3.6.1.5.5.7.3.17')),
    ),
  ],
  'basic constraints of an authority': [
    extension('2.5.29.19', encodeSequence(encodeBoolean(true), encodeInteger(3)), true),
  ],
  'subject key identifier': [extension('2.5.29.14', encodeOctetString(Buffer.from('0102030405060708', 'hex')))],
  'authority key identifier': [
    extension('2.5.29.35', encodeSequence(encodeElement(0x80, Buffer.from('abcdef', 'hex')))),
  ],
  'unknown extension': [extension('1.3.6.1.4.1.99999.2', encodeOctetString(Buffer.from('x')))],
  'unknown critical extension': [extension('1.3.6.1.4.1.99999.2', encodeOctetString(Buffer.from('x')), true)],
  'many extensions': [
    extension('2.5.29.15', encodeNamedBits([true, true, true, true]), true),
    san(dns('host.example.test')),
    extension('2.5.29.37', encodeSequence(encodeObjectIdentifier('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.14', encodeOctetString(Buffer.from('00112233', 'hex'))),
    extension('2.5.29.19', encodeSequence(), true),
    extension('1.3.6.1.5.5.7.1.24', encodeSequence(encodeInteger(5))),
  ],
  'Microsoft template': [
    extension('1.3.6.1.4.1.311.20.2', encodeElement(bmp, Buffer.from('WebServer', 'utf16le').swap16())),
  ],
  'names that cannot be read': [extension('2.5.29.17', Buffer.from('3003820a61', 'hex'))],
  'DNS name beyond ASCII': [san(encodeElement(0x82, Buffer.from('höst.example.test', 'utf8')))],
};

/** PKCS#10 for every key, name and list of extensions, and many forms that are odd or broken. */
export function makeSampleRequests(keys: SampleKeys): SampleRequest[] {
  const plain = { subjectDer: sampleNames.plain ?? Buffer.alloc(0), key: keys.rsa };
  const pkcs10 = (name: string, plan: Parameters<typeof encodeCertificationRequest>[0]): SampleRequest => ({
    name,
    type: 'pkcs10',
    text: pemOf(encodeCertificationRequest(plan)),
    publickey: tokenKeyText(plan.key),
  });
  return [
    ...Object.entries(keys.others).map(([name, key]) => pkcs10(`key ${name}`, { ...plain, key })),
    ...Object.entries(sampleNames).map(([name, subjectDer]) => pkcs10(`subject ${name}`, { ...plain, subjectDer })),
    ...Object.entries(sampleExtensions).map(([name, extensions]) =>
      pkcs10(`asks for ${name}`, { ...plain, extensions }),
    ),
    ...makeOddRequests(plain, pkcs10),
    ...makeMessages(keys),
    ...makeSignedKeys(keys),
  ];
}

function makeOddRequests(
  plain: { readonly subjectDer: Buffer; readonly key: KeyPair },
  pkcs10: (name: string, plan: Parameters<typeof encodeCertificationRequest>[0]) => SampleRequest,
): SampleRequest[] {
  const requestDer = encodeCertificationRequest(plain);
  const base64 = requestDer.toString('base64');
  const attributes = (...list: Buffer[]) => ({ ...plain, attributesDer: encodeConstructed(0xa0, list) });
  const text = (name: string, content: string, type = 'pkcs10'): SampleRequest => ({
    name,
    type,
    text: content,
    publickey: content,
  });
  return [
    pkcs10('signature broken', { ...plain, breakSignature: true }),
    pkcs10('signature with SHA-1', { ...plain, algorithm: 'rsa-sha1' }),
    pkcs10('signature with SHA-512', { ...plain, algorithm: 'rsa-sha512' }),
    pkcs10('version 1', { ...plain, version: 1 }),
    pkcs10('challenge password', attributes(attribute('1.2.840.113549.1.9.7', utf8Text('secret')))),
    pkcs10('friendly name', attributes(attribute('1.2.840.113549.1.9.20', utf8Text('my key')))),
    pkcs10('unknown attribute', attributes(attribute('1.3.6.1.4.1.99999.3', encodeInteger(1)))),
    pkcs10('attribute of two values', attributes(attribute('1.3.6.1.4.1.99999.3', encodeInteger(1), encodeInteger(2)))),
    pkcs10('attribute without value', attributes(attribute('1.3.6.1.4.1.99999.3'))),
    pkcs10('two extension requests', attributes(extensionAttribute('one DNS name'), extensionAttribute('key usage'))),
    pkcs10('attributes cut off', {
      ...plain,
      attributesDer: Buffer.from('a01630140609', 'hex'),
    }),
    pkcs10('empty attributes', { ...plain, attributesDer: Buffer.from('a000', 'hex') }),
    pkcs10('no attributes', { ...plain, attributesDer: Buffer.alloc(0) }),
    text('new header', pemOf(requestDer, 'NEW CERTIFICATE REQUEST')),
    text('CR LF', pemOf(requestDer, 'CERTIFICATE REQUEST', '\r\n')),
    text('one line without header', base64),
    text('lines without header', base64.replace(/.{64}/g, '$&\n')),
    text('text around it', `Subject: x\n${pemOf(requestDer)}\nbye`),
    text('header only', `-----BEGIN CERTIFICATE REQUEST-----\n${base64}`),
    text('other header', pemOf(requestDer, 'CERTIFICATE')),
    text('truncated', base64.slice(0, 200)),
    text('trailing octets', Buffer.concat([requestDer, Buffer.from('0500', 'hex')]).toString('base64')),
    text('no base64', 'this is no request!'),
    text('empty', ''),
    text('white space', ' \n '),
    text('unknown type', pemOf(requestDer), 'spkac'),
    text('type in capitals', pemOf(requestDer), 'PKCS10'),
    text('type with more behind', pemOf(requestDer), 'pkcs10x'),
    text('PKCS#10 called CRMF', base64, 'crmf'),
  ];
}

const utf8Text = (text: string) => encodeElement(utf8, Buffer.from(text));

function attribute(oid: string, ...values: Buffer[]): Buffer {
  return encodeSequence(encodeObjectIdentifier(oid), encodeConstructed(tags.set, values));
}

function extensionAttribute(name: string): Buffer {
  return attribute(
    '1.2.840.113549.1.9.14',
    encodeConstructed(tags.sequence, (sampleExtensions[name] ?? []).map(encodeRequestedExtension)),
  );
}

function makeMessages(keys: SampleKeys): SampleRequest[] {
  const subjectDer = sampleNames.plain ?? Buffer.alloc(0);
  const plain = { subjectDer, key: keys.rsa, proof: 'signature' } as const;
  const crmf = (name: string, plans: Parameters<typeof encodeCertificateRequestMessages>[0]): SampleRequest => ({
    name: `CRMF ${name}`,
    type: 'crmf',
    text: encodeCertificateRequestMessages(plans).toString('base64').replace(/.{64}/g, '$&\n'),
    publickey: tokenKeyText(plans[0]?.key ?? keys.rsa),
  });
  const curve = keys.others['ec-p256'] ?? keys.rsa;
  return [
    crmf('signed', [plain]),
    crmf('signed by a curve', [{ ...plain, key: curve }]),
    crmf('without proof', [{ ...plain, proof: 'none' }]),
    crmf('vouched for', [{ ...plain, proof: 'ra-verified' }]),
    crmf('with a broken proof', [{ ...plain, proof: 'broken-signature' }]),
    crmf('without subject', [{ ...plain, subjectDer: null }]),
    crmf('with extensions', [{ ...plain, extensions: sampleExtensions['many extensions'] ?? [] }]),
    crmf('with names', [{ ...plain, extensions: sampleExtensions['several DNS names'] ?? [] }]),
    crmf('of two messages', [plain, { ...plain, key: curve }]),
    crmf('of none', []),
  ];
}

function makeSignedKeys({ rsa, others }: SampleKeys): SampleRequest[] {
  const keygen = (name: string, text: string): SampleRequest => ({
    name: `keygen ${name}`,
    type: 'keygen',
    text,
    publickey: text,
  });
  const encode = (key: KeyPair, challenge = 'challenge') => encodeSignedPublicKey(key, challenge).toString('base64');
  return [
    keygen('signed', encode(rsa)),
    keygen('signed by a curve', encode(others['ec-p256'] ?? rsa)),
    keygen('without challenge', encode(rsa, '')),
    keygen('in lines', encode(rsa).replace(/.{64}/g, '$&\n')),
    keygen('that is none', 'bm90aGluZw=='),
  ];
}

function tokenKeyText({ publicKeyDer }: KeyPair): string {
  return publicKeyDer.toString('base64');
}
