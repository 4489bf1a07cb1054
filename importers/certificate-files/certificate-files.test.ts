// Facts of reading certificates and CRLs from files that people keep in folders.
import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePem } from '#codecs/pem';
import { encodeCertificateChain } from '#codecs/pkcs';
import {
  assembleCertificateList,
  encodeCrlNumber,
  encodeNameText,
  encodeTbsCertList,
  extensionOids,
  findSignatureAlgorithm,
} from '#codecs/x509';
import { createSampleAuthority, type SampleAuthority } from '#test/sample-authority';
import { noAuthorities, openCertificateFiles, SourceError, type SourceRecordOf } from '../index.ts';

const authority = createSampleAuthority();

describe('a folder of certificate files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retag-files-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const put = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  const open = async (known = noAuthorities) => openCertificateFiles(folder, known);
  const certificates = async (known = noAuthorities) => {
    const found: SourceRecordOf<'certificate'>[] = [];
    for await (const { records } of (await open(known)).read('certificate', null))
      found.push(...records.filter((record) => record.kind === 'certificate'));
    return found;
  };
  const certificateOf = (serialNumber: bigint) => authority.issue({ serialNumber });
  const pem = (der: Uint8Array, label = 'CERTIFICATE') => encodePem(label, der);

  it('is read through to the bottom, in every form, each certificate once', async () => {
    await mkdir(join(folder, 'a/b'), { recursive: true });
    await put('1.pem', `Bag Attributes\n${pem(authority.certificateDer)}`);
    await put(
      'a/bundle',
      `first\n${pem(certificateOf(2n))}between\r\n${pem(certificateOf(3n)).replaceAll('\n', '\r\n')}`,
    );
    await put('a/b/4.der', certificateOf(4n));
    await put(
      '5.p7b',
      encodeCertificateChain([certificateOf(5n), authority.certificateDer], { order: 'given', content: 'absent' }),
    );
    await put('6.cer', certificateOf(6n).toString('base64'));
    await put('7.crt', pem(Buffer.concat([certificateOf(7n), Buffer.from([0x30, 0])]), 'TRUSTED CERTIFICATE'));
    await symlink('..', join(folder, 'a/b/up'));
    await symlink('1.pem', join(folder, 'link.0'));
    const found = await certificates();
    assert.deepEqual(
      found.map(({ value, entry }) => [value.serialNumber, entry.slice(folder.length + 1)]),
      [
        [1n, '1.pem'],
        [2n, 'a/bundle#1'],
        [3n, 'a/bundle#2'],
        [4n, 'a/b/4.der'],
        [5n, '5.p7b#1'],
        [6n, '6.cer'],
        [7n, '7.crt'],
      ],
    );
    assert.deepEqual((await (await open()).describe()).findings, []);
  });

  it('keeps what is good beside what is not, and names each bad file', async () => {
    await put('good.pem', `${pem(authority.certificateDer)}-----BEGIN CERTIFICATE-----\nAAAA`);
    await put('junk.crt', 'junk');
    await put('empty.pem', '');
    await put('cut.der', authority.certificateDer.subarray(0, 100));
    await put('key.pem', authority.privateKeyPem);
    await put('README', 'hello');
    await mkdir(join(folder, 'x.pem'));
    const source = await open();
    const { findings } = await source.describe();
    assert.deepEqual(
      findings.map(({ kind, verdict, entry }) => [entry.slice(folder.length + 1), kind, verdict]),
      [
        ['README', 'file-passed-over', 'accepted'],
        ['cut.der', 'file-not-understood', 'refused'],
        ['empty.pem', 'file-not-understood', 'refused'],
        ['good.pem', 'pem-block-unreadable', 'refused'],
        ['junk.crt', 'file-not-understood', 'refused'],
        ['key.pem', 'private-key-left-alone', 'accepted'],
      ],
    );
    assert.equal(await source.count('certificate'), 1);
  });

  it('has nothing to say when it holds neither certificates nor CRLs, or is not there', async () => {
    await put('junk.crt', 'junk');
    const isRefused = (error: unknown) =>
      error instanceof SourceError && error.code === 'malformed' && error.message.includes('junk.crt');
    await assert.rejects(open(), isRefused);
    await assert.rejects(
      openCertificateFiles(join(folder, 'nothing'), noAuthorities),
      /there is no such file or folder/,
    );
  });

  it('revokes what the newest CRL lists, once its signature was verified', async () => {
    await put('2.pem', pem(certificateOf(2n)));
    await put('3.pem', pem(certificateOf(3n)));
    await put('old.crl', crlOf(authority, 1n, [2n, 3n]));
    await put('new.crl', pem(crlOf(authority, 2n, [3n]), 'X509 CRL'));
    await put('forged.crl', crlOf(createSampleAuthority(), 9n, [2n]));
    const revoked = (found: readonly SourceRecordOf<'certificate'>[]) =>
      found.filter(({ value }) => value.revocation !== null).map(({ value }) => value.serialNumber);
    assert.deepEqual(revoked(await certificates()), []);
    const known = { ...noAuthorities, certificatesDer: [authority.certificateDer] };
    const found = await certificates(known);
    assert.deepEqual(revoked(found), [3n]);
    assert.equal(found[1]?.value.revocation?.reason, 1);
    const noted = (await (await open(known)).describe()).findings.map(({ kind, entry }) => [kind, entry]);
    assert.deepEqual(noted, [['crl-not-applied', join(folder, 'forged.crl')]]);
    await rm(join(folder, 'forged.crl'));
    const crls: unknown[] = [];
    for await (const { records } of (await open()).read('crl', null))
      for (const record of records)
        if (record.kind === 'crl') crls.push([record.value.issuingPoint, record.value.crlKind, record.value.crlNumber]);
    assert.deepEqual(crls, [
      ['MasterCRL', 'full', 1n],
      ['MasterCRL', 'full', 2n],
    ]);
  });

  it('brings an authority only when one is wanted, and the same one each time', async () => {
    await put('ca.pem', pem(authority.certificateDer));
    await put('2.pem', pem(certificateOf(2n)));
    await put('other.pem', pem(createSampleAuthority('CN=Other,O=SAMPLE').certificateDer));
    const authorityOf = async (wanted: Parameters<typeof openCertificateFiles>[1]['wanted']) => {
      const source = await open({ ...noAuthorities, wanted });
      for await (const { records } of source.read('authority', null))
        for (const record of records) if (record.kind === 'authority') return record.value;
      return null;
    };
    assert.equal(await authorityOf(null), null);
    const only = await authorityOf('only');
    assert.equal(only?.subject, authority.name);
    assert.match(only?.id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(await authorityOf({ subject: authority.name.replace(',', ', ').toLowerCase() }), only);
    await assert.rejects(authorityOf({ subject: 'CN=Nobody' }), /holds no CA "CN=Nobody"; it holds/);
    await rm(join(folder, '2.pem'));
    await assert.rejects(authorityOf('only'), /holds several CAs; name the one that is meant/);
  });

  it('goes on behind a checkpoint and puts issuers ahead of a large folder', async () => {
    const issuer = createSampleAuthority('CN=Late,O=SAMPLE');
    const ca = issuer.issue({ serialNumber: 99_999n, subject: issuer.name, isAuthority: true });
    const one = issuer.issue({ serialNumber: 1n });
    await put(
      'all.pem',
      [ca, one, ...Array.from({ length: 2100 }, (_, index) => issuer.issue({ serialNumber: BigInt(index + 2) }))]
        .map((der) => pem(der))
        .join(''),
    );
    const source = await open();
    const batches: {
      readonly isAhead: boolean;
      readonly first: bigint;
      readonly length: number;
      readonly checkpoint: string;
    }[] = [];
    for await (const { records, isAhead = false, checkpoint } of source.read('certificate', null)) {
      const [first] = records;
      assert.ok(first?.kind === 'certificate');
      batches.push({ isAhead, first: first.value.serialNumber, length: records.length, checkpoint });
    }
    assert.deepEqual(
      batches.map(({ isAhead, first, length }) => [isAhead, first, length]),
      [
        [true, 99_999n, 1],
        [false, 1n, 2000],
        [false, 2001n, 102],
      ],
    );
    const rest: number[] = [];
    for await (const { records } of source.read('certificate', batches[1]?.checkpoint ?? null))
      rest.push(records.length);
    assert.deepEqual(rest, [102]);
  }).timeout(20_000);
});

function crlOf({ name, privateKeyPem }: SampleAuthority, crlNumber: bigint, serials: readonly bigint[]): Buffer {
  const algorithm = findSignatureAlgorithm('SHA256withEC');
  assert.ok(algorithm !== null);
  const tbsDer = encodeTbsCertList({
    signatureAlgorithm: algorithm.name,
    issuerDer: encodeNameText(name),
    thisUpdate: new Date(Date.UTC(2026, 0, Number(crlNumber))),
    nextUpdate: null,
    revokedCertificates: serials.map((serialNumber) => ({
      serialNumber,
      revocationDate: new Date('2026-01-01T00:00:00Z'),
      reasonCode: 1,
      invalidityDate: null,
    })),
    extensions: [{ oid: extensionOids.cRLNumber, critical: false, valueDer: encodeCrlNumber(crlNumber) }],
  });
  return assembleCertificateList(tbsDer, algorithm.der, sign('sha256', tbsDer, createPrivateKey(privateKeyPem)));
}
