// Lists: how many there are, a page of them, and links to the next and the previous page.

import type { BodyOf, BodySchema, Link } from './body-schema.ts';
import {
  atomNameSpace,
  encodeJsonBody,
  encodeJsonLink,
  encodeXmlElement,
  encodeXmlLink,
  xmlDeclaration,
} from './encode-body.ts';

export interface Collection<T> {
  readonly total: number;
  readonly entries: readonly T[];
  readonly links: readonly Link[];
}

/** `{"total":..,"entries":[..],"Link":[..]}` */
export function encodeJsonCollection<S extends BodySchema>(schema: S, collection: Collection<BodyOf<S>>): string {
  return [...jsonCollectionPieces(schema, collection)].join('');
}

/** The same piece by piece, for lists so long that others must not wait until all of it is written. */
export function* jsonCollectionPieces<S extends BodySchema>(
  schema: S,
  { total, entries, links }: Collection<BodyOf<S>>,
): Generator<string, undefined, undefined> {
  yield `{"total":${total},"entries":[`;
  for (const [index, entry] of entries.entries()) yield (index === 0 ? '' : ',') + encodeJsonBody(schema, entry);
  yield `],"Link":[${links.map(encodeJsonLink).join(',')}]}`;
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
  const { root } = schema;
  const typeName = root.charAt(0).toLowerCase() + root.slice(1);
  const typed = ` xmlns:xsi="${instanceNameSpace}" xsi:type="${typeName}"`;
  yield `${xmlDeclaration}<${root}s${atomNameSpace}>`;
  for (const entry of entries) yield encodeXmlElement(schema, entry, 'entries', typed);
  yield `${links.map((link) => encodeXmlLink(link, 'Link')).join('')}<total>${total}</total>`;
  for (const entry of entries) yield encodeXmlElement(schema, entry, root);
  yield `</${root}s>`;
}
