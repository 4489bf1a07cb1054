// The two ways in which Dogtag has written JSON: by JAXB's annotations in 10.x, by Jackson's own from 11.0 on, there also indented.
import type { BodySchema, Field } from './body-schema.ts';

export interface JsonStyle {
  /**
   * jaxb: every field with its own rule for nulls, times as text, texts and links wrapped.
   * jackson: no nulls and no links, times as numbers, texts as a plain array, members as `BodySchema.later` names them.
   */
  readonly members: 'jaxb' | 'jackson';
  /** Over several lines, as Jackson's default pretty printer writes (version 2 of the interface). */
  readonly indented: boolean;
}

export const jaxbJson: JsonStyle = { members: 'jaxb', indented: false };
export const jacksonJson: JsonStyle = { members: 'jackson', indented: false };
export const indentedJson: JsonStyle = { members: 'jackson', indented: true };

export interface Member {
  /** Of the value. */
  readonly key: string;
  /** In JSON. */
  readonly name: string;
  readonly field: Field;
}

const jaxbMembers = new WeakMap<BodySchema, readonly Member[]>();
const jacksonMembers = new WeakMap<BodySchema, readonly Member[]>();

/** The members that a body has in this style, in their order. */
export function membersOf(schema: BodySchema, { members }: JsonStyle): readonly Member[] {
  const [known, list] = members === 'jaxb' ? [jaxbMembers, listJaxb] : [jacksonMembers, listJackson];
  let found = known.get(schema);
  if (found === undefined) {
    found = list(schema);
    known.set(schema, found);
  }
  return found;
}

function listJaxb({ fields }: BodySchema): readonly Member[] {
  return Object.entries(fields).flatMap(([key, field]) =>
    field.since === 11 || field.isLeftOutOfJaxbJson === true ? [] : [{ key, name: field.json, field }],
  );
}

function listJackson({ fields, later }: BodySchema): readonly Member[] {
  return (later ?? Object.keys(fields)).flatMap((entry) => {
    const [key, name] = typeof entry === 'string' ? [entry, fields[entry]?.json] : entry;
    const field = fields[key];
    return field === undefined || name === undefined || field.kind === 'link' ? [] : [{ key, name, field }];
  });
}

const step = '  ';

/** `depth` is that of the object itself; members have been written one deeper. */
export function jsonObject(members: readonly string[], { indented }: JsonStyle, depth: number): string {
  if (!indented) return `{${members.join(',')}}`;
  if (members.length === 0) return '{ }';
  const margin = `\n${step.repeat(depth)}`;
  return `{${margin}${step}${members.join(`,${margin}${step}`)}${margin}}`;
}

/** Arrays stay on their line, whatever is in them, and make nothing deeper. */
export function jsonArray(items: readonly string[], { indented }: JsonStyle): string {
  if (!indented) return `[${items.join(',')}]`;
  return items.length === 0 ? '[ ]' : `[ ${items.join(', ')} ]`;
}

export function jsonMember(encodedName: string, encodedValue: string, { indented }: JsonStyle): string {
  return `${encodedName}${indented ? ' : ' : ':'}${encodedValue}`;
}
