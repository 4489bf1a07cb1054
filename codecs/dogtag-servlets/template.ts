// The dialect of the older servlets (updateCRL, checkRequest, ...): three blocks of named values, as XML or inside a page.
import { escapeXmlText, readXml, type XmlElement } from '#codecs/xml';
import { inHashtableOrder } from './hashtable-order.ts';
import { pagePieces } from './page.ts';
import { escapeScriptText } from './script-text.ts';

export type TemplateValue = string | number | boolean;
/** In the order in which Dogtag sets them; it is not the order in which they are printed. */
export type TemplateBlock = readonly (readonly [string, TemplateValue])[];

export interface TemplateAnswer {
  readonly header: TemplateBlock;
  readonly fixed: TemplateBlock;
  readonly records: readonly TemplateBlock[];
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>';

export function encodeTemplateXml(answer: TemplateAnswer): string {
  return [...templateXmlPieces(answer)].join('');
}

/** The same piece by piece, for long lists: a piece for each record. */
export function* templateXmlPieces({ header, fixed, records }: TemplateAnswer): Iterable<string> {
  yield `${declaration}<xml>${encodeBlock('header', header)}${encodeBlock('fixed', fixed)}`;
  yield records.length === 0 ? '<records/>' : '<records>';
  for (const record of records) yield encodeBlock('record', record);
  yield records.length === 0 ? '</xml>' : '</records></xml>';
}

/** Values as text, by name; a repeated name keeps its last value. Throws XmlError. */
export function decodeTemplateXml(bytes: Uint8Array): {
  readonly header: ReadonlyMap<string, string>;
  readonly fixed: ReadonlyMap<string, string>;
  readonly records: readonly ReadonlyMap<string, string>[];
} {
  const root = readXml(bytes);
  const block = (name: string) => root.children.find((child) => child.name === name);
  return {
    header: textsOf(block('header')),
    fixed: textsOf(block('fixed')),
    records: (block('records')?.children ?? []).map(textsOf),
  };
}

/** A page of our own that carries Dogtag's script variables, which is what programs read out of the original; `more` is markup at its end. */
export function encodeTemplatePage(title: string, answer: TemplateAnswer, more: readonly string[] = []): string {
  return [...templatePagePieces(title, answer, more)].join('');
}

/** The same piece by piece, for long lists: two pieces for each record. */
export function templatePagePieces(
  title: string,
  answer: TemplateAnswer,
  more: readonly string[] = [],
): Iterable<string> {
  return pagePieces(title, scriptPieces(answer), shownBlocks(answer), more);
}

function* scriptPieces({ header, fixed, records }: TemplateAnswer): Iterable<string> {
  yield 'var header = new Object();\nvar fixed = new Object();\nvar recordSet = new Array;\nvar result = new Object();';
  for (const [name, value] of inHashtableOrder(header)) yield `header.${name} = ${scriptValue(value)};`;
  for (const [name, value] of inHashtableOrder(fixed)) yield `fixed.${name} = ${scriptValue(value)};`;
  if (records.length > 0) yield 'var recordCount = 0;\nvar record;';
  for (const record of records) {
    const values = inHashtableOrder(record).map(([name, value]) => `record.${name}=${scriptValue(value)};\n`);
    yield `record = new Object;\n${values.join('')}recordSet[recordCount++] = record;`;
  }
  yield 'result.header = header;\nresult.fixed = fixed;\nresult.recordSet = recordSet;';
}

function* shownBlocks({ header, fixed, records }: TemplateAnswer): Iterable<TemplateBlock> {
  for (const block of [header, fixed, ...records]) yield inHashtableOrder(block);
}

function encodeBlock(name: string, block: TemplateBlock): string {
  const items = inHashtableOrder(block).map(([key, value]) => {
    // Dogtag trims here, which is why the first line of a certificate's pretty print has lost its indentation.
    const text = String(value).trim();
    return text === '' ? `<${key}/>` : `<${key}>${escapeXmlText(text)}</${key}>`;
  });
  return items.length === 0 ? `<${name}/>` : `<${name}>${items.join('')}</${name}>`;
}

function textsOf(block: XmlElement | undefined): ReadonlyMap<string, string> {
  return new Map((block?.children ?? []).map((child) => [child.name, child.text]));
}

function scriptValue(value: TemplateValue): string {
  if (typeof value !== 'string') return String(value);
  return value === '' ? 'null' : `"${escapeScriptText(value)}"`;
}
