// Facts of telling whose key is missing and where it is.
import assert from 'node:assert/strict';
import { type AuthorityDescription, type AuthorityKeyPlace, authorityId } from '#ca-core/engine';
import { authoritiesAsData, missingKeyLines } from './show-authority-keys.ts';

const id = authorityId('11111111-2222-3333-4444-555555555555');
const authority = (given: Partial<AuthorityDescription> = {}): AuthorityDescription => ({
  id,
  isHostAuthority: false,
  parentId: null,
  subject: 'CN=Sub',
  issuer: 'CN=Host',
  serialNumber: 12n,
  enabled: true,
  description: null,
  ready: false,
  certificateDer: Buffer.alloc(1),
  chainDer: [],
  ...given,
});
const place = (given: Partial<AuthorityKeyPlace> = {}): AuthorityKeyPlace => ({
  id,
  isHostAuthority: false,
  hasCertificate: true,
  toldSubject: 'CN=Sub',
  serialNumber: 12n,
  keyNickname: `caSigningCert cert-pki-ca ${id}`,
  keyHosts: ['ipa1.example.test:443', 'ipa2.example.test:443'],
  ...given,
});

describe('where keys of authorities are', () => {
  it('is told of those that are not in the signer, with the next step', () => {
    const lines = missingKeyLines([authority()], [place()]);
    assert.deepEqual(lines, [
      `CN=Sub: its key is in the NSS database of ipa1.example.test:443, ipa2.example.test:443 under the nickname "caSigningCert cert-pki-ca ${id}"`,
      'bring it: retag authority take-key --help',
    ]);
    assert.deepEqual(missingKeyLines([authority({ ready: true })], [place()]), []);
  });

  it('is told of authorities whose certificate is missing too, and where Dogtag says nothing', () => {
    const lines = missingKeyLines([], [place({ hasCertificate: false, keyHosts: [], keyNickname: null })]);
    assert.equal(
      lines[0],
      'CN=Sub: its key is not in the signer, and Dogtag does not say where it is; its certificate (serial number 12) is not in the record either',
    );
  });

  it('is data for machines, without the certificates', () => {
    const other = authorityId('99999999-2222-3333-4444-555555555555');
    const data = authoritiesAsData([authority()], [place(), place({ id: other, hasCertificate: false })]);
    assert.equal(data.length, 2);
    assert.deepEqual(
      Object.keys(data[0] ?? {}).filter((name) => /Der$/.test(name)),
      [],
    );
    assert.match(
      JSON.stringify(data[0], (_, value) => (typeof value === 'bigint' ? String(value) : value)),
      /keyHosts/,
    );
    assert.match(
      JSON.stringify(data[1], (_, value) => (typeof value === 'bigint' ? String(value) : value)),
      /"certificateMissing":true/,
    );
  });
});
