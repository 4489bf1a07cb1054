// What showing a CRL costs those who wait meanwhile, and that it is the CRL of now.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { assembleCertificateList, encodeNameText, encodeTbsCertList } from '#codecs/x509';
import { systemClock } from '#platform';
import type { CrlRecord, RaClient } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { dogtag10, readDialectSettings } from '../dialect-settings.ts';
import { getCrl } from './ee/get-crl.ts';
import type { ServletCall } from './servlet-call.ts';
import { crlText } from './shown-crl.ts';

const settings = readDialectSettings({ clock: systemClock, timeZone: 'Etc/UTC', product: dogtag10 });
const thisUpdate = new Date('2026-11-28T00:00:00Z');

function crlOf(crlNumber: bigint, serials: readonly number[], more: Partial<CrlRecord> = {}): CrlRecord {
  const revokedCertificates = serials.map((serial) => ({
    serialNumber: BigInt(serial),
    revocationDate: thisUpdate,
    reasonCode: null,
    invalidityDate: null,
  }));
  const tbsDer = encodeTbsCertList({
    signatureAlgorithm: 'SHA256withRSA',
    issuerDer: encodeNameText('CN=Sample'),
    thisUpdate,
    nextUpdate: null,
    revokedCertificates,
    extensions: [],
  });
  // SHA256withRSA (RFC 4055 section 5).
  const algorithmDer = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
  const crlDer = assembleCertificateList(tbsDer, algorithmDer, Buffer.alloc(256));
  const numbers = { crlNumber, entryCount: serials.length, thisUpdate, nextUpdate: null };
  return { issuingPoint: 'MasterCRL', kind: 'full', crlDer, ...numbers, origin: 'native', ...more };
}

/** The page, and how often others had their turn meanwhile. */
async function show(crl: CrlRecord, fields: Record<string, string>) {
  const form = new Map(
    Object.entries({ crlIssuingPoint: 'MasterCRL', ...fields }).map(([name, value]) => [name, [value]]),
  );
  const ra = {
    findCrl: async (_: string, kind: CrlRecord['kind']) => (kind === 'full' ? crl : null),
  } as Partial<RaClient> as RaClient;
  let [turns, isDone] = [0, false];
  const others = (async () => {
    for (; !isDone; turns++) await setImmediate();
  })();
  const { body } = await getCrl({ request: { form } as unknown as GatewayRequest, ra, settings } as ServletCall);
  isDone = true;
  await others;
  return { text: body.toString(), turns };
}

const check = (crl: CrlRecord, serial: number) => show(crl, { op: 'checkCRL', certSerialNumber: String(serial) });
const display = (crl: CrlRecord, type: string, more: Record<string, string> = {}) =>
  show(crl, { op: 'displayCRL', crlDisplayType: type, ...more });
const many = Array.from({ length: 5_000 }, (_, index) => index * 7 + 1);

describe('A CRL that is shown', () => {
  it('says of an empty cache what Dogtag says, and nothing of it on a page', async () => {
    const text = await crlText(crlOf(4n, []), settings.zone, 'cached');
    assert.ok(text.endsWith('            Revoked Certificates: 0\n\n                CRL cache is empty. \n\n'), text);
    assert.ok(!(await crlText(crlOf(5n, [7]), settings.zone, 'cached')).includes('empty'));
  });

  it('is looked through once, in turns, whoever asks for whichever page of it', async () => {
    const crl = crlOf(100n, many);
    const first = await check(crl, 8);
    assert.match(first.text, /^header\.isOnCRL = true;$/m);
    assert.ok(first.turns >= 5, `${first.turns} turns`);
    // As read from the record once more.
    const again = { ...crl, crlDer: Buffer.from(crl.crlDer) };
    const second = await check(again, 9);
    assert.match(second.text, /^header\.isOnCRL = false;$/m);
    const page = await display(again, 'entireCRL', { pageStart: '5000', pageSize: '1' });
    assert.match(page.text, /5000-5000 of 5000/);
    assert.equal(page.text.match(/Serial Number: 0x/g)?.length, 2);
    for (const { turns } of [second, page]) assert.ok(turns < 5, `${turns} turns`);
  });

  it('is the one of now, also where its number was that of another', async () => {
    assert.match((await check(crlOf(101n, [5]), 5)).text, /isOnCRL = true/);
    assert.match((await check(crlOf(101n, [6]), 5)).text, /isOnCRL = false/);
    assert.match((await check(crlOf(101n, []), 5)).text, /isOnCRL = false/);
  });

  it('tells its header without being looked through', async () => {
    const { text } = await display(crlOf(102n, [1, 2], { entryCount: 12_345 }), 'crlHeader');
    assert.match(text, /Revoked Certificates: 12345/);
  });

  it('lets others have their turns while it is written', async () => {
    const { text, turns } = await display(crlOf(103n, many), 'entireCRL');
    assert.match(text, /Serial Number: 0x8\\n/);
    assert.ok(turns >= 50, `${turns} turns`);
  });

  it('has a hundred lines of base64 in each record', async () => {
    const crl = crlOf(104n, many);
    const { text } = await display(crl, 'base64Encoded');
    const records = [...text.matchAll(/^record\.crlBase64Encoded="(.*)";$/gm)].map(([, value = '']) => value);
    assert.equal(records.length, Math.ceil(crl.crlDer.length / 5_700));
    assert.deepEqual(new Set(records.slice(0, -1).map((record) => record.split('\\r').length - 1)), new Set([100]));
    const base64 = records
      .join('')
      .replaceAll(/\\r|\\n/g, '')
      .replaceAll('\\/', '/');
    assert.ok(Buffer.from(base64, 'base64').equals(crl.crlDer));
  });
});
