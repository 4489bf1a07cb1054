// Names against what JSS 4.8 made of the same text and the same bytes (compat-fixtures/vectors/x500-names.json).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  attributeTexts,
  decodeName,
  emptyNameDer,
  encodeName,
  encodeNameText,
  formatName,
  NameSyntaxError,
  type ParseNameOptions,
  parseName,
} from '../index.ts';

interface ParseVector {
  readonly options: 'default' | 'utf8' | 'printable-first';
  readonly text: string;
  /** Hexadecimal; null when JSS refuses the text. */
  readonly der: string | null;
  readonly formatted?: string | null;
}
interface FormatVector {
  readonly der: string;
  /** Null when JSS fails to print it. */
  readonly text?: string | null;
  readonly refused?: boolean;
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../compat-fixtures/vectors/x500-names.json', import.meta.url), 'utf8'),
) as { readonly parse: readonly ParseVector[]; readonly format: readonly FormatVector[] };

const optionsOf: Readonly<Record<ParseVector['options'], ParseNameOptions>> = {
  default: {},
  utf8: { everyAttributeIsDirectoryString: true, stringTypes: ['utf8String'] },
  'printable-first': { stringTypes: ['printableString', 'utf8String'] },
};

// JSS reads digits of any script as an object identifier, and keeps another one for printing than for the bytes.
const understoodOnlyByJss = new Set(['٣.٢.١=a']);
// JSS breaks off at the fiftieth attribute of one RDN.
const attributesMaxOfJss = 50;

function parsed(vector: ParseVector): string | null {
  try {
    return encodeNameText(vector.text, optionsOf[vector.options]).toString('hex');
  } catch (error) {
    assert.ok(error instanceof NameSyntaxError, `${error}`);
    return null;
  }
}

describe('distinguished names', () => {
  it('become the bytes that JSS makes of the same text', () => {
    assert.ok(vectors.parse.length > 1000);
    for (const vector of vectors.parse.filter(({ text }) => !understoodOnlyByJss.has(text))) {
      assert.equal(parsed(vector), vector.der, JSON.stringify(vector));
    }
  });

  it('are printed as JSS prints them', () => {
    assert.ok(vectors.format.length > 500);
    for (const { der, text, refused } of vectors.format) {
      const bytes = Buffer.from(der, 'hex');
      if (refused === true) {
        const printable = tryFormat(bytes);
        assert.ok(printable === null || printable.split('+').length > attributesMaxOfJss, der);
        continue;
      }
      const printed = formatName(bytes);
      // Where JSS fails to print at all we show hexadecimal.
      if (text === null) assert.match(printed, /=#[0-9A-F]+/, der);
      else assert.equal(printed, text, der);
    }
    for (const { der, formatted } of vectors.parse.filter(({ text }) => !understoodOnlyByJss.has(text))) {
      if (der !== null && formatted !== null) assert.equal(formatName(Buffer.from(der, 'hex')), formatted);
    }
  });

  it('keep their bytes when they are decoded and encoded again', () => {
    for (const { der } of vectors.parse) {
      if (der === null) continue;
      const bytes = Buffer.from(der, 'hex');
      assert.ok(encodeName(decodeName(bytes)).equals(bytes));
    }
  });

  it('give the same bytes again from their own printed form', () => {
    const value = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
    const keyword = fc.constantFrom('CN', 'O', 'OU', 'L', 'UID', 'TITLE');
    const rdn = fc.array(fc.tuple(keyword, value), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(rdn, { minLength: 1, maxLength: 4 }), (rdns) => {
        const text = rdns
          .map((pairs) => pairs.map(([key, plain]) => `${key}=${plain.replace(/[,+=<>#;\\" ]/g, '\\$&')}`).join('+'))
          .join(',');
        const der = encodeNameText(text);
        assert.ok(encodeNameText(formatName(der)).equals(der));
      }),
    );
  });

  it('answer any text with a name or a NameSyntaxError', () => {
    const piece = fc.constantFrom('CN', 'O', '=', ',', '+', ';', '"', '\\', '#', '0C', '>', ' ', '1.2.3', 'é', '\\C3');
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        try {
          formatName(parseName(pieces.join('')));
        } catch (error) {
          assert.ok(error instanceof NameSyntaxError, `${error}`);
        }
      }),
    );
  });

  it('may be empty', () => {
    assert.deepEqual(parseName(''), []);
    assert.equal(formatName(emptyNameDer), '');
  });

  it('list the values of one attribute type, most specific first', () => {
    const name = parseName('CN=b,OU=x+CN=a,DC=example,DC=test');
    assert.deepEqual(attributeTexts(name, '2.5.4.3'), ['b', 'a']);
    assert.deepEqual(attributeTexts(name, '0.9.2342.19200300.100.1.25'), ['example', 'test']);
  });

  it('are refused beyond their limits', () => {
    assert.throws(() => parseName(`CN=${'a'.repeat(70_000)}`), NameSyntaxError);
    assert.throws(() => parseName(Array(300).fill('CN=a').join(',')), NameSyntaxError);
    assert.throws(() => parseName(Array(300).fill('CN=a').join('+')), NameSyntaxError);
  });
});

function tryFormat(bytes: Buffer): string | null {
  try {
    return formatName(bytes);
  } catch {
    return null;
  }
}
