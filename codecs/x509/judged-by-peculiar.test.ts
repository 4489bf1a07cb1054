// What we write, read by a library that shares no code with us (@peculiar/x509, over WebCrypto): fields, extensions and signatures, for any content.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509Crl,
} from '@peculiar/x509';
import fc from 'fast-check';
import { assembleCertificationRequest, encodeCertificationRequestInfo } from '#codecs/pkcs';
import {
  assembleCertificate,
  assembleCertificateList,
  computeKeyIdentifier,
  decodeSubjectPublicKeyInfo,
  encodeAuthorityKeyIdentifier,
  encodeBasicConstraints,
  encodeCrlNumber,
  encodeExtKeyUsage,
  encodeGeneralNames,
  encodeKeyUsage,
  encodeNameText,
  encodeSubjectKeyIdentifier,
  encodeTbsCertificate,
  encodeTbsCertList,
  extensionOids,
  findSignatureAlgorithm,
  type KeyUsageName,
} from './index.ts';

interface Issuer {
  readonly algorithm: string;
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

const issuers: readonly Issuer[] = [
  { algorithm: 'SHA256withRSA', keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) },
  { algorithm: 'SHA512withRSA', keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) },
  { algorithm: 'SHA256withEC', keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  { algorithm: 'SHA384withEC', keys: generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
];
const issuer = fc.constantFrom(...issuers);

const spkiOf = ({ keys }: Issuer) => keys.publicKey.export({ type: 'spki', format: 'der' });
const digestOf = ({ algorithm }: Issuer) => algorithm.slice(0, algorithm.indexOf('with')).toLowerCase();
const algorithmDer = ({ algorithm }: Issuer) => findSignatureAlgorithm(algorithm)?.der ?? Buffer.alloc(0);
const signatureOf = (by: Issuer, der: Uint8Array) => sign(digestOf(by), der, by.keys.privateKey);

const second = fc
  .integer({ min: Date.UTC(1960, 0) / 1000, max: Date.UTC(2099, 0) / 1000 })
  .map((seconds) => new Date(seconds * 1000));
const serialNumber = fc.bigInt({ min: 1n, max: (1n << 159n) - 1n });
const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
const hostName = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));

/** Names of RFC 5280 beside the library's bits. */
const keyUsages: Readonly<Record<KeyUsageName, KeyUsageFlags>> = {
  digitalSignature: KeyUsageFlags.digitalSignature,
  nonRepudiation: KeyUsageFlags.nonRepudiation,
  keyEncipherment: KeyUsageFlags.keyEncipherment,
  dataEncipherment: KeyUsageFlags.dataEncipherment,
  keyAgreement: KeyUsageFlags.keyAgreement,
  keyCertSign: KeyUsageFlags.keyCertSign,
  cRLSign: KeyUsageFlags.cRLSign,
  encipherOnly: KeyUsageFlags.encipherOnly,
  decipherOnly: KeyUsageFlags.decipherOnly,
};

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const serialHex = (value: bigint) => {
  const digits = value.toString(16);
  return digits.padStart(digits.length + (digits.length % 2), '0');
};

describe('@peculiar/x509 as a judge', function () {
  this.timeout(60_000);

  it('reads every certificate as it was meant, and finds its signature good', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          by: issuer,
          serial: serialNumber,
          notBefore: second,
          notAfter: second,
          cn: hostName,
          hosts: fc.array(hostName, { minLength: 1, maxLength: 5 }),
          usages: fc.uniqueArray(fc.constantFrom(...(Object.keys(keyUsages) as KeyUsageName[])), { minLength: 1 }),
          purposes: fc.uniqueArray(
            fc.constantFrom('1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '2.5.29.37.0', '1.3.6.1.4.1.311.20.2.2'),
            {
              minLength: 1,
            },
          ),
          pathLength: fc.option(fc.integer({ min: 0, max: 200 })),
          isCritical: fc.boolean(),
        }),
        async ({ by, serial, notBefore, notAfter, cn, hosts, usages, purposes, pathLength, isCritical }) => {
          const subjectPublicKeyInfoDer = spkiOf(by);
          const keyIdentifier = computeKeyIdentifier(decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer));
          const extension = (oid: string, valueDer: Buffer) => ({ oid, critical: isCritical, valueDer });
          const tbsDer = encodeTbsCertificate(
            {
              version: 2,
              issuerDer: encodeNameText('CN=CA,O=X'),
              subjectDer: encodeNameText(`CN=${cn},O=X`),
              subjectPublicKeyInfoDer,
              notBefore,
              notAfter,
              signatureAlgorithm: by.algorithm,
              extensions: [
                extension(
                  extensionOids.basicConstraints,
                  encodeBasicConstraints({ cA: true, pathLenConstraint: pathLength }),
                ),
                extension(extensionOids.keyUsage, encodeKeyUsage(new Set(usages))),
                extension(extensionOids.extKeyUsage, encodeExtKeyUsage(purposes)),
                extension(
                  extensionOids.subjectAltName,
                  encodeGeneralNames(hosts.map((value) => ({ kind: 'dNSName', value }))),
                ),
                extension(extensionOids.subjectKeyIdentifier, encodeSubjectKeyIdentifier(keyIdentifier)),
                extension(
                  extensionOids.authorityKeyIdentifier,
                  encodeAuthorityKeyIdentifier({
                    keyIdentifier,
                    authorityCertIssuer: null,
                    authorityCertSerialNumber: null,
                  }),
                ),
              ],
            },
            serial,
          );
          const judged = new X509Certificate(assembleCertificate(tbsDer, algorithmDer(by), signatureOf(by, tbsDer)));
          assert.equal(judged.serialNumber, serialHex(serial));
          assert.equal(judged.subject, `O=X, CN=${cn}`);
          assert.equal(judged.issuer, 'O=X, CN=CA');
          assert.deepEqual([judged.notBefore, judged.notAfter], [notBefore, notAfter]);
          const basic = judged.getExtension(BasicConstraintsExtension);
          assert.deepEqual([basic?.ca, basic?.pathLength ?? null], [true, pathLength]);
          assert.equal(
            judged.getExtension(KeyUsagesExtension)?.usages,
            usages.reduce((bits, usage) => bits | keyUsages[usage], 0),
          );
          assert.deepEqual([...(judged.getExtension(ExtendedKeyUsageExtension)?.usages ?? [])], purposes);
          assert.deepEqual(
            judged.getExtension(SubjectAlternativeNameExtension)?.names.items.map(({ type, value }) => [type, value]),
            hosts.map((host) => ['dns', host]),
          );
          assert.equal(judged.getExtension(SubjectKeyIdentifierExtension)?.keyId, hex(keyIdentifier));
          assert.equal(judged.getExtension(AuthorityKeyIdentifierExtension)?.keyId, hex(keyIdentifier));
          for (const { critical } of judged.extensions) assert.equal(critical, isCritical);
          assert.equal(hex(new Uint8Array(judged.publicKey.rawData)), subjectPublicKeyInfoDer.toString('hex'));
          assert.ok(await judged.verify({ publicKey: judged.publicKey, signatureOnly: true }));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads every CRL as it was meant, and finds its signature good', async () => {
    const entry = fc.record({
      serialNumber,
      revocationDate: second,
      reasonCode: fc.option(fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 9, 10)),
      invalidityDate: fc.option(second),
    });
    await fc.assert(
      fc.asyncProperty(
        issuer,
        fc.array(entry, { maxLength: 30 }),
        second,
        second,
        fc.bigInt(0n, 1n << 64n),
        async (by, entries, thisUpdate, nextUpdate, number) => {
          const tbsDer = encodeTbsCertList({
            signatureAlgorithm: by.algorithm,
            issuerDer: encodeNameText('CN=CA,O=X'),
            thisUpdate,
            nextUpdate,
            revokedCertificates: entries,
            extensions: [{ oid: extensionOids.cRLNumber, critical: false, valueDer: encodeCrlNumber(number) }],
          });
          const judged = new X509Crl(assembleCertificateList(tbsDer, algorithmDer(by), signatureOf(by, tbsDer)));
          assert.equal(judged.issuer, 'O=X, CN=CA');
          assert.deepEqual([judged.thisUpdate, judged.nextUpdate], [thisUpdate, nextUpdate]);
          assert.deepEqual(
            judged.entries.map(({ serialNumber: serial, revocationDate, reason = null, invalidity = null }) => ({
              serial,
              revocationDate,
              reason,
              invalidity,
            })),
            entries.map((made) => ({
              serial: serialHex(made.serialNumber),
              revocationDate: made.revocationDate,
              reason: made.reasonCode,
              invalidity: made.invalidityDate,
            })),
          );
          const subjectPublicKeyInfoDer = spkiOf(by);
          const ca = encodeTbsCertificate(
            {
              version: 2,
              issuerDer: encodeNameText('CN=CA,O=X'),
              subjectDer: encodeNameText('CN=CA,O=X'),
              subjectPublicKeyInfoDer,
              notBefore: thisUpdate,
              notAfter: thisUpdate,
              signatureAlgorithm: by.algorithm,
              extensions: [],
            },
            1n,
          );
          const authority = new X509Certificate(assembleCertificate(ca, algorithmDer(by), signatureOf(by, ca)));
          assert.ok(await judged.verify({ publicKey: authority }));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reads every certificate request as it was meant, and finds its signature good', async () => {
    await fc.assert(
      fc.asyncProperty(issuer, hostName, async (by, cn) => {
        const infoDer = encodeCertificationRequestInfo({
          subjectDer: encodeNameText(`CN=${cn},O=X`),
          subjectPublicKeyInfoDer: spkiOf(by),
        });
        const der = assembleCertificationRequest(infoDer, algorithmDer(by), signatureOf(by, infoDer));
        const judged = new Pkcs10CertificateRequest(der);
        assert.equal(judged.subject, `O=X, CN=${cn}`);
        assert.ok(await judged.verify());
      }),
      { numRuns: 30 },
    );
  });

  it('would notice: a certificate with one other bit does not verify', async () => {
    const [by] = issuers;
    assert.ok(by);
    const tbsDer = encodeTbsCertificate(
      {
        version: 2,
        issuerDer: encodeNameText('CN=CA,O=X'),
        subjectDer: encodeNameText('CN=a,O=X'),
        subjectPublicKeyInfoDer: spkiOf(by),
        notBefore: new Date('2026-01-01T00:00:00Z'),
        notAfter: new Date('2027-01-01T00:00:00Z'),
        signatureAlgorithm: by.algorithm,
        extensions: [],
      },
      7n,
    );
    const signature = signatureOf(by, tbsDer);
    signature[10] = (signature[10] ?? 0) ^ 1;
    const judged = new X509Certificate(assembleCertificate(tbsDer, algorithmDer(by), signature));
    assert.equal(await judged.verify({ publicKey: judged.publicKey, signatureOnly: true }), false);
  });
});
