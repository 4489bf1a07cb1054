// Tests of the reading of sources on which the house rules stand: what is code, what is comment or text, and which imports there are.
import assert from 'node:assert/strict';
import { blankOut, importsOf, listFiles, projectFolder, readSource, sourceParts } from './source-files.ts';

const specifiers = (text: string) => importsOf({ text, code: blankOut(text) }).map(({ specifier }) => specifier);
const typeOnly = (text: string) => importsOf({ text, code: blankOut(text) }).map(({ isTypeOnly }) => isTypeOnly);

describe('blankOut', () => {
  const cases: readonly (readonly [string, string])[] = [
    ["a('b') // c", "a(' ')     "],
    ['a /* b\nc */ d', 'a     \n     d'],
    ['"\\"" + x', '"  " + x'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is a source
    ['`a${b + `c${d}e`}f` + g', '` ${b + ` ${d} `} ` + g'],
    ['const r = /a"b/g; c', 'const r = /   /g; c'],
    ['a / b / c', 'a / b / c'],
    ['return /[/"]/.test(a)', 'return /    /.test(a)'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is a source
    ['f({ a: `${{ b: 1 }.b}` })', 'f({ a: `${{ b: 1 }.b}` })'],
  ];
  for (const [text, expected] of cases)
    it(`leaves the code of ${JSON.stringify(text)}`, () => assert.equal(blankOut(text), expected));

  it('keeps every position and line end of every source', () => {
    const files = listFiles(projectFolder, sourceParts, ['.ts']);
    assert(files.length > 100);
    for (const path of files) {
      const { text, code } = readSource(projectFolder, path);
      assert.equal(code.length, text.length, path);
      assert.equal(code.replaceAll(/[^\n]/g, ''), text.replaceAll(/[^\n]/g, ''), path);
      // Braces outside texts are balanced in every file that parses, so a mistake in reading shows here.
      assert.equal(code.split('{').length, code.split('}').length, path);
    }
  });
});

describe('importsOf', () => {
  it('finds every form of import', () => {
    assert.deepEqual(
      specifiers(`import a from 'a';
import { b,
  c } from "b";
import * as d from './d.ts';
import './e.ts';
export * from './f.ts';
export { g } from '#g';
export type { h } from 'h';
const i = await import('i');
import j, { type k } from 'j';`),
      ['a', 'b', './d.ts', './e.ts', './f.ts', '#g', 'h', 'i', 'j'],
    );
  });

  it('is not fooled by comments, texts and other words', () => {
    assert.deepEqual(
      specifiers(`// import a from 'a';
const text = "import b from 'b'";
export const from = 'c';
export function important(): string { return 'd'; }`),
      [],
    );
  });

  it('knows imports of types alone', () => {
    assert.deepEqual(
      typeOnly("import type { a } from 'a';\nimport { type b, type c } from 'b';\nexport type { d } from 'd';"),
      [true, true, true],
    );
    assert.deepEqual(
      typeOnly("import { type a, b } from 'a';\nimport c, { type d } from 'b';\nimport 'e';\nimport {} from 'f';"),
      [false, false, false, false],
    );
  });
});
