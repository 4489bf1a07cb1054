// The dialect of the profile servlets (profileReview, profileProcess, profileList): nested sets and lists, printed by hand with a line
// feed after every tag and around every text.
import { readXml, type XmlElement } from '#codecs/xml';
import { inHashtableOrder } from './hashtable-order.ts';
import { page } from './page.ts';
import { escapeScriptText } from './script-text.ts';

/** Null is printed as nothing in XML and as the word null in a page. */
export type ArgsetValue = string | null | ArgsetSet | ArgsetList;
export interface ArgsetSet {
  /** In the order in which Dogtag sets them. */
  readonly set: readonly (readonly [string, ArgsetValue])[];
}
export interface ArgsetList {
  readonly list: readonly ArgsetSet[];
}

/**
 * Dogtag escapes `&` alone here, so that a value with `<` makes its document unreadable; here `<` and `>` are escaped too. That is a
 * difference only where Dogtag's answer could not be read at all.
 */
export function encodeArgsetXml(output: ArgsetSet): string {
  return `<xml>\n${encodeValue('output', output)}</xml>\n`;
}

/** What a document carries, with exactly the added line feeds taken off its texts. Throws XmlError. */
export function decodeArgsetXml(bytes: Uint8Array): ArgsetSet {
  const output = readXml(bytes).children.find((child) => child.name === 'output');
  const decoded = output === undefined ? null : decodeValue(output);
  return decoded !== null && typeof decoded === 'object' && 'set' in decoded ? decoded : { set: [] };
}

/** A page of our own that carries Dogtag's script variables. */
export function encodeArgsetPage(title: string, output: ArgsetSet): string {
  const shown = output.set.flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return page(title, scriptOfSet('', output), shown);
}

function encodeValue(name: string, value: ArgsetValue): string {
  return `<${name}>\n${encodeContent(name, value)}</${name}>\n`;
}

function encodeContent(name: string, value: ArgsetValue): string {
  if (value === null) return '\n';
  if (typeof value === 'string') return `${escapeArgsetText(value)}\n`;
  if ('list' in value) return `<list>\n${value.list.map((item) => encodeValue(name, item)).join('')}</list>\n`;
  return `<set>\n${inHashtableOrder(value.set)
    .map(([key, item]) => encodeValue(key, item))
    .join('')}</set>\n`;
}

function escapeArgsetText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

function decodeValue(source: XmlElement): ArgsetValue {
  const [only] = source.children;
  if (only?.name === 'list') return { list: only.children.map(decodeListItem) };
  if (only?.name === 'set') return { set: only.children.map((child) => [child.name, decodeValue(child)] as const) };
  return source.text.replace(/^\n/, '').replace(/\n$/, '');
}

function decodeListItem(source: XmlElement): ArgsetSet {
  const value = decodeValue(source);
  return typeof value === 'object' && value !== null && 'set' in value ? value : { set: [] };
}

function scriptOfSet(prefix: string, value: ArgsetSet): string[] {
  return inHashtableOrder(value.set).flatMap(([name, item]) => {
    const variable = prefix === '' ? name : `${prefix}.${name}`;
    if (item === null || typeof item === 'string')
      return [`${variable}="${item === null ? 'null' : escapeScriptText(item)}";`];
    return 'set' in item ? scriptOfSet(variable, item) : scriptOfList(variable, item);
  });
}

/** An element of a nested list is a variable of its own, named by the part behind the first dot. */
function scriptOfList(variable: string, value: ArgsetList): string[] {
  const dot = variable.indexOf('.');
  const element = dot < 0 ? variable : variable.slice(dot + 1);
  const items = value.list.flatMap((item, index) => [
    `${element} = new Object;`,
    ...scriptOfSet(element, item),
    `${variable}Set[${index}] = ${element};`,
  ]);
  return [`${variable}Set = new Array;`, ...items];
}
