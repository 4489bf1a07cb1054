// Settings are refused with a sentence that helps, and parsers tell what they take.
import assert from 'node:assert/strict';
import { settings } from './index.ts';

const {
  flag,
  group,
  listOf,
  listSettings,
  oneOf,
  optional,
  purposed,
  SettingError,
  text,
  url,
  wholeNumber,
  withDefault,
} = settings;

const shape = group({
  name: purposed('Who it is', text),
  port: withDefault(wholeNumber(1, 9), 5),
  server: optional(group({ url: url('http:', 'https:'), password: text })),
  peers: withDefault(listOf(group({ name: text })), []),
  level: withDefault(oneOf('low', 'high'), 'low'),
  isOpen: withDefault(flag, false),
});

describe('settings', () => {
  it('are read into frozen values, with what stands for absent ones', () => {
    const parsed = shape({ name: 'a', server: null }, '');
    assert.deepEqual({ ...parsed }, { name: 'a', port: 5, server: null, peers: [], level: 'low', isOpen: false });
    assert.throws(() => Object.assign(parsed, { name: 'b' }), TypeError);
  });

  for (const [what, value, message] of [
    ['a missing key', {}, 'setting "name": expected a text that is not empty, found nothing'],
    ['an unknown key', { name: 'a', prot: 1 }, /^setting "prot": expected no such key; known are name, port, /],
    ['a number out of bounds', { name: 'a', port: 10 }, /"port": expected a whole number from 1 to 9, found 10/],
    ['a wrong choice', { name: 'a', level: 'middle' }, /"level": expected one of low, high, found "middle"/],
    [
      'another protocol',
      { name: 'a', server: { url: 'ftp://x', password: 'p' } },
      /"server.url": .* http:\/\/ or https:/,
    ],
    ['an item of a list', { name: 'a', peers: [{ name: 'b' }, { name: '' }] }, /"peers\[1\].name"/],
    ['a list that is none', { name: 'a', peers: {} }, /"peers": expected a list/],
    ['a group that is none', { name: 'a', server: [] }, /"server": expected an object/],
    ['a text for a flag', { name: 'a', isOpen: 'yes' }, /"isOpen": expected true or false/],
  ] as const)
    it(`say what is wrong about ${what}`, () => {
      assert.throws(
        () => shape(value, ''),
        (error) => {
          assert.ok(error instanceof SettingError);
          if (typeof message === 'string') assert.equal(error.message, message);
          else assert.match(error.message, message);
          return true;
        },
      );
    });

  it('never repeat a secret', () => {
    const server = { url: 'ldap://user:geheim@x', password: 7 };
    assert.throws(
      () => shape({ name: 'a', server: { ...server, url: 'http://x' } }, ''),
      /found a value that is not shown/,
    );
    assert.throws(
      () => shape({ name: 'a', server }, ''),
      (error) => error instanceof Error && !error.message.includes('geheim'),
    );
  });

  it('list their keys with what they take, what stands for them and what they are for', () => {
    const lines = listSettings(shape).map(({ key, form }) => [key, form.expected, form.fallback, form.purpose]);
    assert.deepEqual(lines.slice(0, 5), [
      ['name', 'a text that is not empty', undefined, 'Who it is'],
      ['port', 'a whole number from 1 to 9', 5, undefined],
      ['server', 'an object', null, undefined],
      ['server.url', 'a URL starting with http:// or https://', undefined, undefined],
      ['server.password', 'a text that is not empty', undefined, undefined],
    ]);
    assert.equal(lines.find(([key]) => key === 'peers')?.[1], 'a list, each an object');
  });
});
