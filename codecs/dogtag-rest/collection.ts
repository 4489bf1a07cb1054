// Lists: how many there are, a page of them, and links to the next and the previous page.

import type { BodyOf, BodySchema, CollectionNames, Link } from './body-schema.ts';
import {
  atomNameSpace,
  encodeJsonBody,
  encodeJsonLink,
  encodeXmlElement,
  encodeXmlLink,
  xmlDeclaration,
} from './encode-body.ts';
import { type JsonStyle, jaxbJson } from './json-style.ts';

export interface Collection<T> {
  /** Null where nobody has counted (certificates in version 2 of the interface). */
  readonly total: number | null;
  readonly entries: readonly T[];
  readonly links: readonly Link[];
}

/** `{"total":..,"entries":[..],"Link":[..]}`; links in 10.x only. */
export function encodeJsonCollection<S extends BodySchema>(
  schema: S,
  collection: Collection<BodyOf<S>>,
  style: JsonStyle = jaxbJson,
): string {
  return [...jsonCollectionPieces(schema, collection, style)].join('');
}

/** The same piece by piece, for lists so long that others must not wait until all of it is written. */
export function* jsonCollectionPieces<S extends BodySchema>(
  schema: S,
  { total, entries, links }: Collection<BodyOf<S>>,
  style: JsonStyle = jaxbJson,
): Generator<string, undefined, undefined> {
  const { indented } = style;
  const [margin, colon, comma, space] = indented ? ['\n  ', ' : ', ', ', ' '] : ['', ':', ',', ''];
  // Jackson knows nothing of JAXB's names for lists.
  const name = style.members === 'jaxb' ? (schema.collection?.json ?? 'entries') : 'entries';
  yield `{${margin}${total === null ? '' : `"total"${colon}${total},${margin}`}"${name}"${colon}[${space}`;
  for (const [index, entry] of entries.entries())
    yield (index === 0 ? '' : comma) + encodeJsonBody(schema, entry, style, 1);
  const end = `${entries.length === 0 ? '' : space}]`;
  yield style.members === 'jaxb'
    ? `${end},"Link":[${links.map(encodeJsonLink).join(',')}]}`
    : `${end}${indented ? '\n' : ''}}`;
}

const instanceNameSpace = 'http://www.w3.org/2001/XMLSchema-instance';

/** The root is the entry's with an s. JAXB writes every entry twice, once by its collection's name and once by its own; clients read either. */
export function encodeXmlCollection<S extends BodySchema>(schema: S, collection: Collection<BodyOf<S>>): string {
  return [...xmlCollectionPieces(schema, collection)].join('');
}

/** The same piece by piece. */
export function* xmlCollectionPieces<S extends BodySchema>(
  schema: S,
  { total, entries, links }: Collection<BodyOf<S>>,
): Generator<string, undefined, undefined> {
  const { root, typeName, item } = schema.collection ?? defaultNames(schema);
  const typed = ` xmlns:xsi="${instanceNameSpace}" xsi:type="${typeName}"`;
  yield `${xmlDeclaration}<${root}${atomNameSpace}>`;
  for (const entry of entries) yield encodeXmlElement(schema, entry, 'entries', typed);
  yield `${links.map((link) => encodeXmlLink(link, 'Link')).join('')}${total === null ? '' : `<total>${total}</total>`}`;
  for (const entry of entries) yield encodeXmlElement(schema, entry, item);
  yield `</${root}>`;
}

/** A bare array, where Dogtag wraps nothing around a list. */
export function encodeJsonList<S extends BodySchema>(
  schema: S,
  entries: readonly BodyOf<S>[],
  style: JsonStyle = jaxbJson,
): string {
  const [comma, space] = style.indented ? [', ', ' '] : [',', ''];
  const written = entries.map((entry) => encodeJsonBody(schema, entry, style));
  return `[${space}${written.join(comma)}${entries.length === 0 ? '' : space}]`;
}

/** The same in XML, as RESTEasy names it. */
export function encodeXmlList<S extends BodySchema>(schema: S, entries: readonly BodyOf<S>[]): string {
  const written = entries.map((entry) => encodeXmlElement(schema, entry, schema.root));
  const tag = `collection${schema.declaresAtom === true ? atomNameSpace : ''}`;
  return xmlDeclaration + (entries.length === 0 ? `<${tag}/>` : `<${tag}>${written.join('')}</collection>`);
}

function defaultNames({ root }: BodySchema): CollectionNames {
  return { root: `${root}s`, typeName: root.charAt(0).toLowerCase() + root.slice(1), json: 'entries', item: root };
}
