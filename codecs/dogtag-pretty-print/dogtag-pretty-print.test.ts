// The pretty print against what Dogtag printed of the same certificates and CRL, and the fingerprints against RFC 1319.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DerError } from '#codecs/der';
import { decodeCertificateList, orderRevokedCertificates } from '#codecs/x509';
import { type CrlEntriesForm, crlTextPieces, formatCertificate, formatFingerprints } from './index.ts';
import { digestMd2 } from './message-digest-2.ts';

interface Vectors {
  readonly certificates: readonly { readonly name: string; readonly base64: string; readonly text: string }[];
  readonly crl: { readonly base64: string; readonly texts: readonly { entries: CrlEntriesForm; text: string }[] };
}

const path = new URL('../../compat-fixtures/vectors/pretty-print.json', import.meta.url);
const { certificates, crl }: Vectors = JSON.parse(readFileSync(path, 'utf8'));

/** Where Dogtag's own text is cut off by a fault or shows less than the certificate has, and why ours is not the same. */
const better: Readonly<Record<string, string>> = {
  'pkup-one': 'a private key usage period with one date ends the text in the middle',
  'pkup-other': 'a private key usage period with one date ends the text in the middle',
  'san-edi': 'the name of an EDI party is printed as null',
};

describe('Pretty print of certificates', () => {
  it('has enough vectors to mean something', () => {
    assert.ok(certificates.length >= 60, `${certificates.length} vectors`);
  });

  for (const { name, base64, text } of certificates) {
    const reason = better[name];
    it(reason === undefined ? `is Dogtag's for ${name}` : `is better than Dogtag's for ${name}: ${reason}`, () => {
      const ours = formatCertificate(Buffer.from(base64, 'base64'));
      if (reason === undefined) assert.equal(ours, text);
      else assert.notEqual(ours, text);
    });
  }

  it('refuses bytes that are no certificate with a DerError', () => {
    const [whole] = certificates.map(({ base64 }) => Buffer.from(base64, 'base64'));
    assert.ok(whole !== undefined);
    for (const broken of [Buffer.alloc(0), whole.subarray(0, 100), Buffer.from('3000', 'hex')])
      assert.throws(() => formatCertificate(broken), DerError);
  });

  it('throws nothing but DerError whatever octet of a certificate is changed', () => {
    const sources = certificates.map(({ base64 }) => Buffer.from(base64, 'base64'));
    const changed = fc
      .tuple(fc.constantFrom(...sources), fc.nat(), fc.integer({ min: 0, max: 255 }))
      .map(([source, at, octet]) => {
        const copy = Buffer.from(source);
        copy[at % copy.length] = octet;
        return copy;
      });
    fc.assert(
      fc.property(changed, (der) => {
        try {
          formatCertificate(der);
        } catch (error) {
          assert.ok(error instanceof DerError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('Pretty print of CRLs', () => {
  for (const { entries, text } of crl.texts)
    it(`is Dogtag's for ${JSON.stringify(entries)}`, () => {
      const list = decodeCertificateList(Buffer.from(crl.base64, 'base64'));
      const ordered = orderRevokedCertificates(list.revokedCertificates());
      const printed = { count: ordered.length, entries: (start: number, end: number) => ordered.slice(start, end) };
      assert.equal([...crlTextPieces(list, printed, entries)].join(''), text);
    });
});

describe('Fingerprints', () => {
  it('have the MD2 of RFC 1319 appendix A.5', () => {
    const digests = {
      '': '8350e5a3e24c153df2275c9f80692773',
      a: '32ec01ec4a6dac72c0ab96fb34c0b5d1',
      abc: 'da853b0d3f88d99b30283a69e6ded6bb',
      'message digest': 'ab4f496bfb2a530b219ff33031fe06b0',
      abcdefghijklmnopqrstuvwxyz: '4e8ddff3650292ab5a4108c3aa47940b',
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890':
        'd5976f79d83d3a0dc9806c3c66f3efd8',
    };
    for (const [text, digest] of Object.entries(digests))
      assert.equal(Buffer.from(digestMd2(Buffer.from(text))).toString('hex'), digest);
  });

  it('stand at the margin when shown by themselves', () => {
    assert.match(formatFingerprints(Buffer.from('abc')), /^MD2:\n {8}DA:85:.*\nMD5:\n {8}90:01:.*\nSHA1:\n/);
  });
});
