// The dialect of the older servlets (updateCRL, checkRequest, ...): three blocks of named values, as XML or inside a page.
import { escapeXmlText, readXml, type XmlElement } from '#codecs/xml';
import { inHashtableOrder } from './hashtable-order.ts';
import { page } from './page.ts';
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
  const records = answer.records.map((record) => encodeBlock('record', record)).join('');
  const recordsElement = records === '' ? '<records/>' : `<records>${records}</records>`;
  return `${declaration}<xml>${encodeBlock('header', answer.header)}${encodeBlock('fixed', answer.fixed)}${recordsElement}</xml>`;
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
  const lines = ['var header = new Object();', 'var fixed = new Object();', 'var recordSet = new Array;'];
  lines.push('var result = new Object();');
  for (const [name, value] of inHashtableOrder(answer.header)) lines.push(`header.${name} = ${scriptValue(value)};`);
  for (const [name, value] of inHashtableOrder(answer.fixed)) lines.push(`fixed.${name} = ${scriptValue(value)};`);
  if (answer.records.length > 0) lines.push('var recordCount = 0;', 'var record;');
  for (const record of answer.records) {
    lines.push('record = new Object;');
    for (const [name, value] of inHashtableOrder(record)) lines.push(`record.${name}=${scriptValue(value)};`);
    lines.push('recordSet[recordCount++] = record;');
  }
  lines.push('result.header = header;', 'result.fixed = fixed;', 'result.recordSet = recordSet;');
  const shown = [answer.header, answer.fixed, ...answer.records].flatMap((block) => [...inHashtableOrder(block)]);
  return page(title, lines, shown, more);
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
