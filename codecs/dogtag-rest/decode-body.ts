// Reads a described body from JSON as Jackson coerces it, or from XML as JAXB does. Where they would answer with an exception's text, a
// BodyError says the same without the insides.
import { parseIdentifier } from '#codecs/dogtag-text';
import { findXmlChild, readXml, type XmlElement, XmlError, xmlChildren } from '#codecs/xml';
import { BodyError } from './body-error.ts';
import type { BodyOf, BodySchema, Field, Link, NamedText } from './body-schema.ts';
import { decodeJsonText } from './json-encoding.ts';
import { type JsonStyle, jaxbJson, membersOf } from './json-style.ts';
import { JsonNumber, type JsonObject, type JsonValue, parseJson } from './json-text.ts';

/** Null when the body is empty, white space or `null`, as Jackson has it. Throws BodyError. */
export function decodeJsonBody<S extends BodySchema>(
  schema: S,
  bytes: Uint8Array,
  style: JsonStyle = jaxbJson,
): BodyOf<S> | null {
  const value = parseJson(decodeJsonText(bytes)) ?? null;
  return value === null ? null : decodeJsonObject(schema, value, 'The request body', style);
}

/** Throws BodyError, for an empty body too: JAXB needs a document. */
export function decodeXmlBody<S extends BodySchema>(schema: S, bytes: Uint8Array): BodyOf<S> {
  let root: XmlElement;
  try {
    root = readXml(bytes);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new BodyError(`The request body is not valid XML: ${error.message}, at character ${error.offset + 1}`);
  }
  if (root.name !== schema.root || root.attributes.has('xmlns')) {
    throw new BodyError(`The request body is not valid: unexpected element ${root.name}, expected ${schema.root}`);
  }
  return decodeXmlElement(schema, root);
}

/** Reads an element whatever its name. Throws BodyError. */
export function decodeXmlElement<S extends BodySchema>(schema: S, source: XmlElement): BodyOf<S> {
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema.fields))
    values[key] = field.since === 11 ? decodeJsonField(field, null, jaxbJson) : decodeXmlField(field, source);
  return values as BodyOf<S>;
}

/** Reads a value that must be an object; `what` names it in the refusal. Throws BodyError. */
export function decodeJsonObject<S extends BodySchema>(
  schema: S,
  value: JsonValue,
  what: string,
  style: JsonStyle = jaxbJson,
): BodyOf<S> {
  if (!(value instanceof Map)) throw new BodyError(`${what} is not a JSON object`);
  const members: JsonObject = value;
  const values: Record<string, unknown> = {};
  if (schema.laterMap !== undefined && style.members === 'jackson')
    return decodeJsonMap(schema, members, style) as BodyOf<S>;
  const known = new Set<string>();
  for (const [key, field] of Object.entries(schema.fields)) values[key] = decodeJsonField(field, null, style);
  for (const { key, name, field } of membersOf(schema, style)) {
    known.add(name);
    values[key] = decodeJsonField(field, members.get(name) ?? null, style);
  }
  if (schema.unknownMembers === 'refuse' && style.members === 'jaxb') {
    for (const name of members.keys()) {
      // These words are Dogtag's own; they name the class, which is part of its public client library.
      if (!known.has(name)) {
        throw new BodyError(`Unrecognized field "${name}" (class ${schema.className}), not marked as ignorable`);
      }
    }
  }
  return values as BodyOf<S>;
}

function decodeJsonMap(schema: BodySchema, members: JsonObject, style: JsonStyle): Record<string, unknown> {
  const { list = '', name = '', items = '' } = schema.laterMap ?? {};
  const field = schema.fields[list];
  const itemsField = field?.kind === 'objects' ? field.schema.fields[items] : undefined;
  if (itemsField === undefined) throw new Error(`${schema.root} has no list ${list} of bodies with ${items}`);
  return {
    [list]: [...members].map(([named, value]) => ({
      [name]: named,
      [items]: decodeJsonField(itemsField, value, style),
    })),
  };
}

function decodeJsonField(field: Field, value: JsonValue, style: JsonStyle): unknown {
  switch (field.kind) {
    case 'optional-flag':
      return value === null ? null : decodeJsonFlag(field, value);
    case 'integer':
      return decodeInteger(field, value instanceof JsonNumber ? value.text : jsonText(value, field.json));
    case 'flag':
      return decodeJsonFlag(field, value);
    case 'number':
      return decodeJsonNumber(field, value, field.bits);
    case 'object':
      return value === null ? null : decodeJsonObject(field.schema, value, field.json, style);
    case 'objects':
      return jsonItems(value, field.json).map((item) =>
        decodeJsonObject(field.schema, item, `An item of ${field.json}`, style),
      );
    case 'map':
      return jsonMembers(value, field.json).map((item) =>
        decodeJsonObject(field.schema, item, `A member of ${field.json}`, style),
      );
    case 'texts':
      return jsonItems(style.members === 'jackson' ? value : jsonMember(value, field.item, field.json), field.item).map(
        (item) => jsonText(item, field.item) ?? '',
      );
    case 'values':
      return style.members === 'jackson'
        ? jsonNamed(value, field.json)
        : jsonItems(jsonMember(value, field.item, field.json), field.item).map(decodeJsonAttribute);
    case 'attributes':
      return jsonItems(jsonMember(value, 'Attribute', field.json), 'Attribute').map(decodeJsonAttribute);
    case 'link':
      return value === null ? null : decodeJsonLink(value);
    default:
      return decodeScalar(field, jsonText(value, field.json));
  }
}

/** A string, or what Jackson makes of a number or a boolean. */
function jsonText(value: JsonValue, name: string): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof JsonNumber) return value.text;
  throw new BodyError(`${name} is not text`);
}

function jsonItems(value: JsonValue, name: string): readonly JsonValue[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new BodyError(`${name} is not an array`);
  return value as readonly JsonValue[];
}

function jsonMembers(value: JsonValue, name: string): readonly JsonValue[] {
  if (value === null) return [];
  if (!(value instanceof Map)) throw new BodyError(`${name} is not a JSON object`);
  return [...(value as JsonObject).values()];
}

function jsonNamed(value: JsonValue, what: string): readonly NamedText[] {
  if (value === null) return [];
  if (!(value instanceof Map)) throw new BodyError(`${what} is not a JSON object`);
  return [...(value as JsonObject)].map(([name, one]) => ({ name, value: jsonText(one, name) ?? '' }));
}

function jsonMember(value: JsonValue, member: string, name: string): JsonValue {
  if (value === null) return null;
  if (!(value instanceof Map)) throw new BodyError(`${name} is not a JSON object`);
  return (value as JsonObject).get(member) ?? null;
}

function decodeJsonFlag(field: Field, value: JsonValue): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null || value === '') return false;
  if (value instanceof JsonNumber) return Number(value.text) !== 0;
  if (value === 'true' || value === 'True' || value === 'TRUE') return true;
  if (value === 'false' || value === 'False' || value === 'FALSE') return false;
  throw new BodyError(`${field.json} is neither true nor false`);
}

function decodeJsonNumber(field: Field, value: JsonValue, bits: 32 | 64): number | null {
  const written = jsonText(value, field.json)?.trim() ?? '';
  if (written === '') return null;
  if (value instanceof JsonNumber) return checkedNumber(field, Math.trunc(Number(written)), bits);
  return decodeNumberText(field, written, bits);
}

function decodeInteger(field: Field, written: string | null): bigint | null {
  const digits = (written ?? '').trim();
  if (digits === '') return null;
  if (!/^[+-]?[0-9]{1,400}$/.test(digits)) throw new BodyError(`${field.json} is not a whole number`);
  return BigInt(digits.replace(/^\+/, ''));
}

function decodeNumberText(field: Field, written: string, bits: 32 | 64): number {
  if (!/^[+-]?[0-9]+$/.test(written)) throw new BodyError(`${field.json} is not a whole number`);
  return checkedNumber(field, Number(written), bits);
}

function checkedNumber(field: Field, value: number, bits: 32 | 64): number {
  const limit = bits === 32 ? 0x80000000 : Number.MAX_SAFE_INTEGER;
  if (!(value >= -limit && value < limit)) throw new BodyError(`${field.json} is out of range`);
  return value;
}

function decodeJsonAttribute(value: JsonValue): NamedText {
  return {
    name: jsonText(jsonMember(value, 'name', 'Attribute'), 'name') ?? '',
    value: jsonText(jsonMember(value, 'value', 'Attribute'), 'value') ?? '',
  };
}

function decodeJsonLink(value: JsonValue): Link {
  return {
    rel: jsonText(jsonMember(value, 'rel', 'Link'), 'rel') ?? '',
    href: jsonText(jsonMember(value, 'href', 'Link'), 'href') ?? '',
    type: jsonText(jsonMember(value, 'type', 'Link'), 'type'),
  };
}

function decodeXmlField(field: Field, source: XmlElement): unknown {
  const child = field.xml.as === 'element' ? findXmlChild(source, field.xml.name) : null;
  const written = field.xml.as === 'element' ? (child?.text ?? null) : (source.attributes.get(field.xml.name) ?? null);
  switch (field.kind) {
    case 'optional-flag':
      return written === null ? null : /^\s*(?:true|1)\s*$/.test(written);
    case 'integer':
      return decodeInteger(field, written);
    case 'flag':
      return /^\s*(?:true|1)\s*$/.test(written ?? '');
    case 'number':
      return (written ?? '').trim() === '' ? null : decodeNumberText(field, (written ?? '').trim(), field.bits);
    case 'object':
      return child === null ? null : decodeXmlElement(field.schema, child);
    case 'objects':
      return xmlChildren(source, field.xml.name).map((item) => decodeXmlElement(field.schema, item));
    case 'map':
      return (child === null ? [] : xmlChildren(child, 'entry')).flatMap((entry) =>
        xmlChildren(entry, 'value').map((item) => decodeXmlElement(field.schema, item)),
      );
    case 'texts':
      return child === null ? [] : xmlChildren(child, field.item).map((item) => item.text);
    case 'values':
      return child === null ? [] : xmlChildren(child, field.item).map(decodeXmlAttribute);
    case 'attributes':
      return child === null ? [] : xmlChildren(child, 'Attribute').map(decodeXmlAttribute);
    case 'link':
      return child === null ? null : decodeXmlLink(child);
    default:
      return decodeScalar(field, written);
  }
}

function decodeXmlAttribute(source: XmlElement): NamedText {
  return { name: source.attributes.get('name') ?? '', value: source.text };
}

function decodeXmlLink(source: XmlElement): Link {
  const { attributes } = source;
  return { rel: attributes.get('rel') ?? '', href: attributes.get('href') ?? '', type: attributes.get('type') ?? null };
}

function decodeScalar(field: Field, written: string | null): unknown {
  if (written === null || field.kind === 'text') return written;
  if (written === '') return null;
  if (field.kind === 'identifier') {
    const value = parseIdentifier(written);
    if (value === null) throw new BodyError(`${field.json} is not an identifier`);
    return value;
  }
  const milliseconds = /^\s*[+-]?[0-9]{1,16}\s*$/.test(written) ? Number(written) : Number.NaN;
  if (Number.isNaN(new Date(milliseconds).getTime()))
    throw new BodyError(`${field.json} is not a time in milliseconds`);
  return new Date(milliseconds);
}
