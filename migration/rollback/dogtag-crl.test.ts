// Facts of Dogtag's answers about its CRL: what is done, what is under way, and what will never be.
import assert from 'node:assert/strict';
import { directoryLayout, universalTime } from '#codecs/dogtag-directory';
import { directoryEntry } from '#test/sample-directory';
import { createDogtagCrl, DogtagCrlError } from './dogtag-crl.ts';

const layout = directoryLayout('o=ipaca');
const dn = `cn=MasterCRL,${layout.issuingPoints}`;
const xml = (header: string, fixed = '') =>
  `<?xml version="1.0" encoding="UTF-8" standalone="no"?><xml><header>${header}</header><fixed>${fixed}</fixed><records/></xml>`;

function open(
  answer: string | { readonly status: number; readonly text: string },
  entry: Record<string, string> | null = { crlNumber: '0212' },
) {
  const targets: string[] = [];
  const crl = createDogtagCrl({
    reader: { findEntry: async () => (entry === null ? null : directoryEntry(dn, entry)) },
    layout,
    zone: universalTime,
    callAsAgent: async (target) => {
      targets.push(target);
      const { status, text } = typeof answer === 'string' ? { status: 200, text: answer } : answer;
      return { status, body: Buffer.from(text) };
    },
  });
  return { crl, targets };
}

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof DogtagCrlError, String(error));
  return error.message;
};

describe('Dogtag’s CRL', () => {
  it('has the number that stands in the directory', async () => {
    assert.equal((await open('').crl.read()).crlNumber, 12n);
    assert.match(await refusal(open('', null).crl.read()), /is not there/);
    assert.match(await refusal(open('', {}).crl.read()), /no CRL number/);
  });

  it('is ordered with an answer awaited, and made anew from the directory when that is wanted', async () => {
    const { crl, targets } = open(xml('<crlIssuingPoint>MasterCRL</crlIssuingPoint><time>798</time>'));
    assert.equal(await crl.update({ clearCache: true }), 'Success');
    await crl.update({ clearCache: false });
    assert.deepEqual(targets, [
      '/ca/agent/ca/updateCRL?crlIssuingPoint=MasterCRL&waitForUpdate=true&xml=true&clearCRLCache=true',
      '/ca/agent/ca/updateCRL?crlIssuingPoint=MasterCRL&waitForUpdate=true&xml=true',
    ]);
  });

  it('may be under way', async () => {
    for (const said of ['inProgress', 'notInitialized', 'Scheduled'])
      assert.equal(await open(xml(`<crlUpdate>${said}</crlUpdate>`)).crl.update({ clearCache: true }), said);
  });

  it('is refused with what to do about it', async () => {
    const refused = (answer: Parameters<typeof open>[0]) => refusal(open(answer).crl.update({ clearCache: true }));
    assert.match(await refused(xml('<crlUpdate>Disabled</crlUpdate>')), /set ca\.crl\.MasterCRL\.enable/);
    assert.match(await refused(xml('<crlUpdate>Failure</crlUpdate><error>no key</error>')), /it failed \("no key"\)/);
    assert.match(
      await refused(
        xml('', '<unexpectedError>You did not provide a valid certificate for this operation</unexpectedError>'),
      ),
      /You did not provide a valid certificate/,
    );
    assert.match(await refused(''), /Certificate Manager Agents/);
    assert.match(await refused('<html>'), /cannot be read/);
    assert.match(await refused({ status: 503, text: '' }), /answered 503/);
  });

  it('makes a leap only by an administrator’s hand', () => {
    const text = open('').crl.describeLeap(12345678901n);
    assert.ok(text.includes('1112345678901') && text.includes(dn) && text.includes('stop Dogtag'), text);
  });
});
