// Facts about how the versions of the REST interface differ.
import assert from 'node:assert/strict';
import { systemClock } from '#platform';
import { dogtag10, dogtag11, readDialectSettings } from '../dialect-settings.ts';
import type { RestRefusal } from './rest-dialect.ts';
import { restDialectsOf } from './rest-dialects.ts';

const dialects = (product: typeof dogtag10) =>
  restDialectsOf(readDialectSettings({ clock: systemClock, timeZone: 'Etc/UTC', product }));
const ten = dialects(dogtag10).v1;
const eleven = dialects(dogtag11).v1;
const { v2 } = dialects(dogtag11);

const accepting = (accept?: string) => (accept === undefined ? {} : { accept });

describe('The versions of the REST interface', () => {
  it('prefer XML in 10.x and JSON later; version 2 knows nothing else', () => {
    for (const accept of [undefined, '*/*', 'application/*']) {
      assert.deepEqual(ten.negotiate(accepting(accept), false), { form: 'xml', bodyForm: 'json' });
      assert.deepEqual(eleven.negotiate(accepting(accept), false), { form: 'json', bodyForm: 'json' });
    }
    assert.deepEqual(eleven.negotiate(accepting('application/xml'), false), { form: 'xml', bodyForm: 'json' });
    assert.deepEqual(v2.negotiate(accepting('text/html'), true), { form: 'json', bodyForm: 'json' });
    for (const dialect of [ten, eleven]) {
      const negotiated = dialect.negotiate(accepting('text/html'), false);
      assert.ok('refused' in negotiated);
      assert.equal(negotiated.refused.status, 406);
    }
  });

  it('tell addresses each in its own way', () => {
    const addresses = (dialect: typeof ten) => [
      dialect.addressOf('certrequests', '7', 'https://h'),
      dialect.addressOf('profiles', 'p', 'https://h'),
    ];
    assert.deepEqual(addresses(ten), ['https://h/ca/rest/certrequests/7', 'https://h/ca/rest/profiles/p']);
    assert.deepEqual(addresses(eleven), ['https://h/ca/v1/7', 'https://h/ca/v1/profiles/p']);
    assert.deepEqual(addresses(v2), [null, 'https://h/ca/v2/profiles/p']);
  });

  it('say that version 1 goes from 11.10 on', () => {
    assert.deepEqual(ten.headers, {});
    assert.equal(eleven.headers.Deprecation, 'true');
    assert.deepEqual(dialects({ ...dogtag11, version: '11.9.0' }).v1.headers, {});
    assert.deepEqual(v2.headers, {});
  });

  it('lose no character, although version 2 is written in ISO-8859-1', () => {
    const octets = v2.encodeText('{"a":"ü\u202f𝄞"}', true);
    assert.equal(octets.at(-1), 0x0a);
    assert.deepEqual(JSON.parse(octets.toString('latin1')), { a: 'ü\u202f𝄞' });
    assert.ok(octets.every((octet) => octet < 0x80 || octet === 0xfc));
  });

  it('refuse what they cannot read with nothing, with words, or with a page', () => {
    const status = (refusal: RestRefusal, dialect: typeof ten) => refusal.encode('json', dialect).status;
    for (const dialect of [ten, eleven]) {
      assert.equal(status(dialect.unreadablePath('zzz', 'Id not valid'), dialect), 404);
      assert.equal(status(dialect.unreadableQuery('zzz'), dialect), 404);
      assert.equal(status(dialect.unreadableBody({ message: 'x', kind: 'no-json' }), dialect), 400);
    }
    const refused = v2.unreadablePath('zzz', 'Id not valid').encode('json', v2);
    assert.equal(refused.status, 400);
    assert.match(refused.body.toString(), /"Message" : "Id not valid: zzz"\n\}$/);
    const page = v2.unreadableQuery('<b>').encode('json', v2);
    assert.equal(page.status, 500);
    assert.match(page.body.toString(), /For input string: &quot;&lt;b&gt;&quot;/);
    assert.equal(status(v2.unreadableBody({ message: 'x', kind: 'no-json' }), v2), 500);
  });
});
