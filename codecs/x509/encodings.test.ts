// Algorithm identifiers and validities against the bytes that JSS 4.8 writes (compat-fixtures/vectors/x509-extensions.json).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { encodeSequence, encodeTime } from '#codecs/der';
import { findSignatureAlgorithm } from './index.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../compat-fixtures/vectors/x509-extensions.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

describe('signature algorithms', () => {
  for (const [vector, hex] of Object.entries(vectors).filter(([name]) => name.startsWith('algorithm '))) {
    it(`have the AlgorithmIdentifier of JSS: ${vector.slice(10)}`, () => {
      assert.equal(findSignatureAlgorithm(vector.slice(10))?.der.toString('hex'), hex);
    });
  }
});

describe('validity', () => {
  // JSS switches to GeneralizedTime eight hours late (its constant is midnight in California). RFC 5280 section 4.1.2.5 leaves no room:
  // UTCTime of 2050 is read as 1950 by everybody else, so these hours are the one place where we differ.
  const lateInJss = new Set(['validity 2524608000000', 'validity 2524636799000']);
  for (const [vector, hex] of Object.entries(vectors).filter(([name]) => name.startsWith('validity '))) {
    const time = new Date(Number(vector.slice(9)));
    it(`at ${time.toISOString()} is ${lateInJss.has(vector) ? 'right, unlike that of JSS' : 'written as by JSS'}`, () => {
      const mine = encodeSequence(encodeTime(time), encodeTime(time)).toString('hex');
      if (lateInJss.has(vector)) assert.notEqual(mine, hex);
      else assert.equal(mine, hex);
    });
  }
});
