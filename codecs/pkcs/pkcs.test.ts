// Requests, chains and key files: against recorded bytes of Dogtag, files made by openssl and NSS, and hostile input.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ContentInfo, SignedData } from 'pkijs';
import {
  DerError,
  encodeBitString,
  encodeBoolean,
  encodeCharacterString,
  encodeConstructed,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSet,
} from '#codecs/der';
import { encodePem } from '#codecs/pem';
import { encodeNameText, extensionOids, findSignatureAlgorithm } from '#codecs/x509';
import {
  decodeCertificateChain,
  decodeCertificationRequest,
  decodePkcs12,
  decodeSignedPublicKey,
  encodeCertificateChain,
  extensionRequestOid,
  findRequestBytes,
  Pkcs12Error,
} from './index.ts';

const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../compat-fixtures/vectors/${name}`, import.meta.url), 'utf8')) as T;

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keyDer = key.publicKey.export({ format: 'der', type: 'spki' });
const algorithmDer = findSignatureAlgorithm('SHA256withEC')?.der ?? Buffer.alloc(0);
const subjectDer = encodeNameText('CN=a,O=X');

function request(attributes: Buffer | null, version = 0): Buffer {
  const info = encodeSequence(encodeInteger(version), subjectDer, keyDer, ...(attributes === null ? [] : [attributes]));
  return encodeSequence(info, algorithmDer, encodeBitString(sign('sha256', info, key.privateKey)));
}

/** Signatures differ from run to run; without `+` and `/` an unknown armour would make base64url of the whole text. */
function requestThatIsNoBase64url(): Buffer {
  let der = request(null);
  while (!/[+/]/.test(der.toString('base64'))) der = request(null);
  return der;
}

const attribute = (oid: string, ...values: readonly Buffer[]): Buffer =>
  encodeSequence(encodeObjectIdentifier(oid), encodeSet(...values));
const extension = (critical: Buffer): Buffer =>
  encodeSequence(encodeObjectIdentifier(extensionOids.keyUsage), critical, encodeOctetString(Buffer.of(3, 2, 7, 128)));

describe('certification requests', () => {
  it('give what was asked and the bytes that were signed', () => {
    const der = request(
      encodeConstructed(0xa0, [
        attribute('1.2.840.113549.1.9.7', encodeCharacterString('printableString', 'secret')),
        attribute(extensionRequestOid, encodeSequence()),
        attribute(extensionRequestOid, encodeSequence(extension(encodeBoolean(true)))),
      ]),
    );
    const decoded = decodeCertificationRequest(der);
    assert.ok(decoded.subjectDer.equals(subjectDer));
    assert.ok(decoded.subjectPublicKeyInfoDer.equals(keyDer));
    assert.ok(decoded.signatureAlgorithmDer.equals(algorithmDer));
    assert.equal(decoded.attributes.length, 3);
    // The last of several lists counts, as in Dogtag.
    assert.deepEqual(
      decoded.extensions?.map(({ oid, critical }) => [oid, critical]),
      [[extensionOids.keyUsage, true]],
    );
    const publicKey = createPublicKey({ key: decoded.subjectPublicKeyInfoDer, format: 'der', type: 'spki' });
    assert.ok(verify('sha256', decoded.signedDer, publicKey, decoded.signature.bits));
  });

  it('may lack attributes, leave them empty, and name any version', () => {
    assert.equal(decodeCertificationRequest(request(null)).extensions, null);
    assert.deepEqual(decodeCertificationRequest(request(encodeConstructed(0xa0, []))).attributes, []);
    assert.equal(decodeCertificationRequest(request(null, 2)).extensions, null);
  });

  it('may write TRUE loosely and FALSE needlessly in extensions, as old tool kits do', () => {
    for (const [critical, expected] of [
      [Buffer.of(1, 1, 1), true],
      [encodeBoolean(false), false],
    ] as const) {
      const attributes = encodeConstructed(0xa0, [attribute(extensionRequestOid, encodeSequence(extension(critical)))]);
      assert.equal(decodeCertificationRequest(request(attributes)).extensions?.[0]?.critical, expected);
    }
  });

  it('are found in text with any armour that Dogtag takes, or none', () => {
    const der = request(null);
    const base64 = der.toString('base64');
    const texts = [
      base64,
      encodePem('CERTIFICATE REQUEST', der),
      encodePem('NEW CERTIFICATE REQUEST', der, { newline: '\r\n', lineLength: 76 }),
      `-----BEGIN CERTIFICATE REQUEST-----${base64}-----END CERTIFICATE REQUEST-----`,
      base64.replace(/(.{10})/g, '$1 \n'),
      base64.replace(/=+$/, ''),
      der.toString('base64url'),
      `\r\n\r\n${base64}\r\n`,
    ];
    for (const text of texts) assert.ok(findRequestBytes(text)?.equals(der), JSON.stringify(text));
  });

  it('are not found in text that Dogtag cannot read either', () => {
    const der = requestThatIsNoBase64url();
    const base64 = der.toString('base64');
    for (const text of ['', '   ', '!!!!', encodePem('RENEWAL CERTIFICATE REQUEST', der), `${base64}=A`]) {
      assert.equal(findRequestBytes(text), null, JSON.stringify(text.slice(0, 60)));
    }
    assert.equal(findRequestBytes('A'.repeat(3_000_000)), null);
  });

  it('are decoded or refused with DerError, whatever octets change', () => {
    const attributes = encodeConstructed(0xa0, [
      attribute(extensionRequestOid, encodeSequence(extension(encodeBoolean(true)))),
    ]);
    const der = request(attributes);
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), fc.option(fc.nat(der.length)), (at, octet, cut) => {
        const bytes = Buffer.from(der);
        bytes[at] = octet;
        for (const decode of [decodeCertificationRequest, decodeSignedPublicKey, decodeCertificateChain]) {
          try {
            decode(bytes.subarray(0, cut ?? bytes.length));
          } catch (error) {
            assert.ok(error instanceof DerError, `${error}`);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('requests of browsers', () => {
  it('give key, challenge and the bytes that were signed', () => {
    const signed = encodeSequence(keyDer, encodeCharacterString('ia5String', 'challenge'));
    const der = encodeSequence(signed, algorithmDer, encodeBitString(sign('sha256', signed, key.privateKey)));
    const decoded = decodeSignedPublicKey(der);
    assert.ok(decoded.subjectPublicKeyInfoDer.equals(keyDer));
    assert.equal(decoded.challenge, 'challenge');
    assert.ok(verify('sha256', decoded.signedDer, key.publicKey, decoded.signature.bits));
  });
});

describe('certificate chains', () => {
  const certificates = fixture<{ der: string }[]>('certificates.json').map(({ der }) => Buffer.from(der, 'base64'));
  const chains =
    fixture<{ name: string; order: 'sorted' | 'given'; content: 'empty' | 'absent'; message: string }[]>(
      'certificate-chains.json',
    );

  for (const { name, order, content, message } of chains) {
    it(`have the bytes of Dogtag: ${name}`, () => {
      const der = Buffer.from(message, 'base64');
      assert.ok(encodeCertificateChain(decodeCertificateChain(der), { order, content }).equals(der));
    });
  }

  it('are read by another implementation, in every form', () => {
    for (const order of ['sorted', 'given'] as const) {
      for (const content of ['empty', 'absent'] as const) {
        const der = encodeCertificateChain(certificates.slice(0, 3), { order, content });
        const schema = ContentInfo.fromBER(der).content;
        assert.equal(new SignedData({ schema }).certificates?.length, 3);
        const found = decodeCertificateChain(der);
        const expected = order === 'given' ? certificates.slice(0, 3) : certificates.slice(0, 3).sort(Buffer.compare);
        assert.deepEqual(found, expected);
      }
    }
  });

  it('may be empty', () => {
    const der = encodeCertificateChain([], { order: 'given', content: 'absent' });
    assert.deepEqual(decodeCertificateChain(der), []);
  });
});

describe('PKCS#12', function () {
  // NSS asks for 600,000 rounds of hashing, several times per file.
  this.timeout(60_000);
  const files =
    fixture<{ name: string; password: string; keys: string[]; certificates: string[]; file: string }[]>('pkcs12.json');

  for (const { name, password, keys, certificates, file } of files) {
    const bytes = Buffer.from(file, 'base64');
    it(`is opened: ${name}`, () => {
      const content = decodePkcs12(bytes, password);
      const privateKeys = content.keys.map(({ pkcs8Der }) =>
        createPrivateKey({ key: pkcs8Der, format: 'der', type: 'pkcs8' }),
      );
      assert.deepEqual(
        privateKeys.map(({ asymmetricKeyType }) => asymmetricKeyType),
        keys,
      );
      const judged = content.certificates.map(({ certificateDer }) => new X509Certificate(certificateDer));
      assert.deepEqual(
        judged.map(({ subject }) => subject.replaceAll('\n', ', ')),
        certificates,
      );
      for (const privateKey of privateKeys) assert.ok(judged.some((found) => found.checkPrivateKey(privateKey)));
      for (const { localKeyId } of content.keys) {
        assert.ok(localKeyId === null || content.certificates.some((found) => found.localKeyId === localKeyId));
      }
    });

    if (name.startsWith('nss')) continue;
    it(`says that the password is wrong: ${name}`, () => {
      assert.throws(
        () => decodePkcs12(bytes, `${password}x`),
        (error: unknown) =>
          error instanceof Pkcs12Error && error.code === 'wrong-password' && !error.message.includes(`${password}x`),
      );
    });
  }

  it('keeps friendly names in any script', () => {
    const file = files.find(({ name }) => name === 'ec-aes');
    assert.ok(file !== undefined);
    const { keys } = decodePkcs12(Buffer.from(file.file, 'base64'), file.password);
    assert.deepEqual(
      keys.map(({ friendlyName }) => friendlyName),
      ['ec käy'],
    );
  });

  it('is opened or refused with Pkcs12Error, whatever octets change', () => {
    const cheap = files.filter(({ name }) => ['plain', 'nomac'].includes(name));
    fc.assert(
      fc.property(fc.constantFrom(...cheap), fc.nat(), fc.nat(255), fc.option(fc.nat()), (file, at, octet, cut) => {
        const bytes = Buffer.from(file.file, 'base64');
        // Octets of iteration counts are left alone, lest the test hashes for hours.
        bytes[at % 100] = octet;
        try {
          decodePkcs12(bytes.subarray(0, cut === null ? bytes.length : cut % bytes.length), file.password);
        } catch (error) {
          assert.ok(error instanceof Pkcs12Error, `${error}`);
        }
      }),
      { numRuns: 200 },
    );
  });
});
