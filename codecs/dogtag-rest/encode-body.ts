// Writes a described body as Jackson and JAXB write it: member order, nulls, empty elements and escapes.
import { formatHexIdentifier } from '#codecs/dogtag-text';
import { escapeXmlAttribute, escapeXmlText } from '#codecs/xml';
import type { BodyOf, BodySchema, Field, Link, NamedText } from './body-schema.ts';
import { type JsonStyle, jaxbJson, jsonArray, jsonMember, jsonObject, membersOf } from './json-style.ts';
import { encodeJsonString } from './json-text.ts';

type Values = Readonly<Record<string, unknown>>;

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
export const atomNameSpace = ' xmlns:ns2="http://www.w3.org/2005/Atom"';

/** The body as JSON text, as 10.x writes it unless another style is asked for. `depth`: how deep in an indented text it stands. */
export function encodeJsonBody<S extends BodySchema>(
  schema: S,
  body: BodyOf<S>,
  style: JsonStyle = jaxbJson,
  depth = 0,
): string {
  const values: Values = body;
  if (schema.laterMap !== undefined && style.members === 'jackson') return encodeJsonMap(schema, values, style, depth);
  const members: string[] = [];
  for (const { key, name, field } of membersOf(schema, style)) {
    const value = values[key] ?? null;
    if (isShown(field, value, style))
      members.push(jsonMember(encodeJsonString(name), encodeJsonValue(field, value, style, depth + 1), style));
  }
  return jsonObject(members, style, depth);
}

/** A list whose bodies are members by their own names. */
function encodeJsonMap(schema: BodySchema, values: Values, style: JsonStyle, depth: number): string {
  const { list = '', name = '', items = '' } = schema.laterMap ?? {};
  const field = schema.fields[list];
  const itemsField = field?.kind === 'objects' ? field.schema.fields[items] : undefined;
  if (itemsField === undefined) throw new Error(`${schema.root} has no list ${list} of bodies with ${items}`);
  const members = ((values[list] ?? []) as Values[]).map((entry) =>
    jsonMember(
      encodeJsonString(String(entry[name] ?? '')),
      encodeJsonValue(itemsField, entry[items] ?? [], style, depth + 1),
      style,
    ),
  );
  return jsonObject(members, style, depth);
}

/** The body as an XML document. */
export function encodeXmlBody<S extends BodySchema>(schema: S, body: BodyOf<S>): string {
  return (
    xmlDeclaration + encodeXmlElement(schema, body, schema.root, schema.declaresAtom === true ? atomNameSpace : '')
  );
}

/** The body as one element with this name; `opening` is put behind the name in its tag as it is. */
export function encodeXmlElement<S extends BodySchema>(schema: S, body: BodyOf<S>, name: string, opening = ''): string {
  const values: Values = body;
  let tag = `<${name}${opening}`;
  let content = '';
  for (const key of schema.xmlOrder ?? Object.keys(schema.fields)) {
    const field = schema.fields[key];
    const value = values[key] ?? null;
    if (field === undefined || field.since === 11 || value === null) continue;
    if (field.xml.as === 'attribute') tag += ` ${field.xml.name}="${escapeXmlAttribute(scalarText(field, value))}"`;
    else content += encodeXmlField(field, value);
  }
  return content === '' ? `${tag}/>` : `${tag}>${content}</${name}>`;
}

export function encodeJsonLink(link: Link): string {
  const type = link.type === null ? 'null' : encodeJsonString(link.type);
  return (
    '{"extensionAttributes":{},"lang":null,"base":null,' +
    `"href":${encodeJsonString(link.href)},"rel":${encodeJsonString(link.rel)},"type":${type},` +
    '"hreflang":null,"title":null,"length":null}'
  );
}

export function encodeXmlLink(link: Link, name: string): string {
  const type = link.type === null ? '' : ` type="${escapeXmlAttribute(link.type)}"`;
  return `<${name} href="${escapeXmlAttribute(link.href)}" rel="${escapeXmlAttribute(link.rel)}"${type}/>`;
}

function isShown(field: Field, value: unknown, { members }: JsonStyle): boolean {
  if (members === 'jackson') return value !== null;
  if (field.shown === 'always') return true;
  if (value === null) return false;
  return (
    field.shown === 'not-null' || !(value === '' || (field.kind === 'objects' && (value as unknown[]).length === 0))
  );
}

function encodeJsonValue(field: Field, value: unknown, style: JsonStyle, depth: number): string {
  if (value === null) return 'null';
  switch (field.kind) {
    case 'flag':
    case 'optional-flag':
    case 'integer':
    case 'number':
      return String(value);
    case 'time':
      return style.members === 'jackson' ? scalarText(field, value) : encodeJsonString(scalarText(field, value));
    case 'identifier':
      return encodeJsonString(
        style.members === 'jackson' ? formatHexIdentifier(value as bigint) : scalarText(field, value),
      );
    case 'text':
      return encodeJsonString(scalarText(field, value));
    case 'object':
      return encodeJsonBody(field.schema, value as Values as BodyOf<BodySchema>, style, depth);
    case 'objects': {
      const items = value as BodyOf<BodySchema>[];
      return jsonArray(
        items.map((item) => encodeJsonBody(field.schema, item, style, depth)),
        style,
      );
    }
    case 'map': {
      const members = (value as Values[]).map((item) =>
        jsonMember(
          encodeJsonString(String(item[field.key] ?? '')),
          encodeJsonBody(field.schema, item as BodyOf<BodySchema>, style, depth + 1),
          style,
        ),
      );
      return jsonObject(members, style, depth);
    }
    case 'texts': {
      const items = jsonArray((value as string[]).map(encodeJsonString), style);
      return style.members === 'jackson' ? items : jsonObject([`${encodeJsonString(field.item)}:${items}`], style, 0);
    }
    case 'attributes':
      return encodeJsonAttributes('Attribute', value as NamedText[], style, depth);
    case 'values':
      return style.members === 'jackson'
        ? jsonObject(
            (value as NamedText[]).map((one) =>
              jsonMember(encodeJsonString(one.name), encodeJsonString(one.value), style),
            ),
            style,
            depth,
          )
        : encodeJsonAttributes(field.item, value as NamedText[], style, depth);
    case 'link':
      return encodeJsonLink(value as Link);
  }
}

function encodeJsonAttributes(item: string, attributes: readonly NamedText[], style: JsonStyle, depth: number): string {
  const items = attributes.map(({ name, value }) =>
    jsonObject(
      [jsonMember('"name"', encodeJsonString(name), style), jsonMember('"value"', encodeJsonString(value), style)],
      style,
      depth + 1,
    ),
  );
  return jsonObject([jsonMember(encodeJsonString(item), jsonArray(items, style), style)], style, depth);
}

function encodeXmlField(field: Field, value: unknown): string {
  const name = field.xml.name;
  switch (field.kind) {
    case 'object':
      return encodeXmlElement(field.schema, value as Values as BodyOf<BodySchema>, name);
    case 'objects':
      return (value as Values[])
        .map((item) => encodeXmlElement(field.schema, item as BodyOf<BodySchema>, name))
        .join('');
    case 'map': {
      const entries = (value as Values[]).map((item) => {
        const content = encodeXmlElement(field.schema, item as BodyOf<BodySchema>, 'value');
        return `<entry>${encodeXmlText('key', String(item[field.key] ?? ''))}${content}</entry>`;
      });
      return entries.length === 0 ? `<${name}/>` : `<${name}>${entries.join('')}</${name}>`;
    }
    case 'texts': {
      const items = (value as string[]).map((item) => encodeXmlText(field.item, item));
      return items.length === 0 ? `<${name}/>` : `<${name}>${items.join('')}</${name}>`;
    }
    case 'attributes':
    case 'values': {
      const item = field.kind === 'values' ? field.item : 'Attribute';
      const items = (value as NamedText[]).map((one) => encodeXmlAttributeElement(one, item));
      return items.length === 0 ? `<${name}/>` : `<${name}>${items.join('')}</${name}>`;
    }
    case 'link':
      return encodeXmlLink(value as Link, name);
    default:
      return encodeXmlText(name, scalarText(field, value));
  }
}

function encodeXmlAttributeElement({ name, value }: NamedText, item: string): string {
  return `<${item} name="${escapeXmlAttribute(name)}">${escapeXmlText(value)}</${item}>`;
}

/** JAXB writes an empty text with both tags. */
function encodeXmlText(name: string, text: string): string {
  return `<${name}>${escapeXmlText(text)}</${name}>`;
}

function scalarText(field: Field, value: unknown): string {
  if (field.kind === 'identifier' && field.radix === 'hexadecimal') return formatHexIdentifier(value as bigint);
  if (field.kind === 'time') return String((value as Date).getTime());
  return String(value);
}
