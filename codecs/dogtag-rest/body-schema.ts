// How a REST body is described: its members once, with their places in JSON and in XML, from which both forms are read and written.

/** Where a field stands in XML. */
export interface XmlPlace {
  readonly as: 'element' | 'attribute';
  readonly name: string;
}

interface Place {
  readonly json: string;
  readonly xml: XmlPlace;
  /**
   * When JSON shows it. Dogtag's classes differ: most write nulls, the messages (templates, reviews, information) leave out what is null or
   * empty. XML always leaves out nulls.
   */
  readonly shown: 'always' | 'not-null' | 'not-empty';
  /** First release whose JSON has it; 10.x shows and reads nothing of it. */
  readonly since?: 11;
  /** Not in the JSON of 10.x, though in its XML. */
  readonly isLeftOutOfJaxbJson?: true;
}

export type Field =
  | (Place & { readonly kind: 'text' })
  | (Place & { readonly kind: 'flag' })
  /** One that need not be said. */
  | (Place & { readonly kind: 'optional-flag' })
  /** A whole number of any size. */
  | (Place & { readonly kind: 'integer' })
  /** A number of 32 or 64 bits. */
  | (Place & { readonly kind: 'number'; readonly bits: 32 | 64 })
  /** CertId and RequestId: read in any radix, written in this one. */
  | (Place & { readonly kind: 'identifier'; readonly radix: 'hexadecimal' | 'decimal' })
  /** Milliseconds since 1970, written as text. */
  | (Place & { readonly kind: 'time' })
  | (Place & { readonly kind: 'object'; readonly schema: BodySchema })
  | (Place & { readonly kind: 'objects'; readonly schema: BodySchema })
  /** The same bodies by the text that stands in one of their fields: members of an object in JSON, entries with key and value in XML. */
  | (Place & { readonly kind: 'map'; readonly schema: BodySchema; readonly key: string })
  /** Texts wrapped twice: `"Roles":{"Role":[...]}`, `<Roles><Role>...`. */
  | (Place & { readonly kind: 'texts'; readonly item: string })
  /** The same under another name than `Attribute`; from 11.0 on JSON has the names as members: `"Events":{"AUTH":"enabled"}`. */
  | (Place & { readonly kind: 'values'; readonly item: string })
  /** Names with values: `"Attributes":{"Attribute":[{"name":..,"value":..}]}`, `<Attributes><Attribute name="..">..`. */
  | (Place & { readonly kind: 'attributes' })
  /** An Atom link: nine members in JSON, attributes in XML. */
  | (Place & { readonly kind: 'link' });

export interface BodySchema {
  /** Root element in XML. */
  readonly root: string;
  /** Name of Dogtag's class, which it says when it refuses an unknown member. */
  readonly className: string;
  /** What happens to JSON members that it does not know; unknown XML elements are always ignored. */
  readonly unknownMembers: 'refuse' | 'ignore';
  /** In the order of JSON. */
  readonly fields: Readonly<Record<string, Field>>;
  /**
   * Keys of `fields` in the order in which 11.x writes them, each with its name there where that is another; who is not named has no member.
   * By default all, as in 10.x.
   */
  readonly later?: readonly (string | readonly [key: string, name: string])[];
  /**
   * In 11.x an object with a member for each body of one of the fields, which has the name that stands in the body's own `name` and holds the
   * array that is its `items`.
   */
  readonly laterMap?: { readonly list: string; readonly name: string; readonly items: string };
  /** Keys of `fields` in the order of XML; by default that of JSON. */
  readonly xmlOrder?: readonly string[];
  /** Whether the root declares the Atom name space, as those of classes with links do. */
  readonly declaresAtom?: boolean;
  /** Names of a list of it; by default those of lists that are called as their entries with an s. */
  readonly collection?: CollectionNames;
}

export interface CollectionNames {
  /** Root element in XML. */
  readonly root: string;
  /** Dogtag's class, as XML Schema's `type` names it. */
  readonly typeName: string;
  /** Member of JSON that holds the entries. */
  readonly json: string;
  /** Element in XML that an entry has of its own. */
  readonly item: string;
}

export interface NamedText {
  readonly name: string;
  readonly value: string;
}

export interface Link {
  readonly rel: string;
  readonly href: string;
  readonly type: string | null;
}

type FieldValue<F> = F extends { kind: 'text' }
  ? string | null
  : F extends { kind: 'flag' }
    ? boolean
    : F extends { kind: 'optional-flag' }
      ? boolean | null
      : F extends { kind: 'integer' }
        ? bigint | null
        : F extends { kind: 'number' }
          ? number | null
          : F extends { kind: 'identifier' }
            ? bigint | null
            : F extends { kind: 'time' }
              ? Date | null
              : F extends { kind: 'object'; schema: infer S extends BodySchema }
                ? BodyOf<S> | null
                : F extends { kind: 'objects' | 'map'; schema: infer S extends BodySchema }
                  ? readonly BodyOf<S>[]
                  : F extends { kind: 'texts' }
                    ? readonly string[]
                    : F extends { kind: 'attributes' | 'values' }
                      ? readonly NamedText[]
                      : F extends { kind: 'link' }
                        ? Link | null
                        : never;

/** The value that a schema describes. */
export type BodyOf<S extends BodySchema> = { readonly [Key in keyof S['fields']]: FieldValue<S['fields'][Key]> };

const element = (name: string): XmlPlace => ({ as: 'element', name });
const place = (json: string) => ({ json, xml: element(json), shown: 'always' }) as const;

export const text = (json: string) => ({ kind: 'text', ...place(json) }) as const;
export const flag = (json: string) => ({ kind: 'flag', ...place(json) }) as const;
export const optionalFlag = (json: string) => ({ kind: 'optional-flag', ...place(json) }) as const;
export const integer = (json: string) => ({ kind: 'integer', ...place(json) }) as const;
export const number = (json: string, bits: 32 | 64 = 32) => ({ kind: 'number', bits, ...place(json) }) as const;
export const time = (json: string) => ({ kind: 'time', ...place(json) }) as const;
export const link = (json: string) => ({ kind: 'link', ...place(json) }) as const;
export const attributes = (json: string) => ({ kind: 'attributes', ...place(json) }) as const;
export const values = (json: string, item: string) => ({ kind: 'values', item, ...place(json) }) as const;
export const texts = (json: string, item: string) => ({ kind: 'texts', item, ...place(json) }) as const;
export const object = <S extends BodySchema>(json: string, schema: S) =>
  ({ kind: 'object', schema, ...place(json) }) as const;
export const objects = <S extends BodySchema>(json: string, schema: S) =>
  ({ kind: 'objects', schema, ...place(json) }) as const;
export const map = <S extends BodySchema>(json: string, schema: S, key: string) =>
  ({ kind: 'map', schema, key, ...place(json) }) as const;
export const identifier = (json: string, radix: 'hexadecimal' | 'decimal') =>
  ({ kind: 'identifier', radix, ...place(json) }) as const;

/** The same field with another name in XML. */
export const inXml = <F extends Field>(field: F, name: string): F => ({ ...field, xml: element(name) });
/** The same field as an XML attribute. */
export const asAttribute = <F extends Field>(field: F, name = field.json): F => ({
  ...field,
  xml: { as: 'attribute', name },
});
/** The same field, which only releases from 11.0 on have. */
export const sinceEleven = <F extends Field>(field: F) => ({ ...field, since: 11 }) as const;
/** The same field, which the JSON of 10.x does not have. */
export const leftOutOfJaxbJson = <F extends Field>(field: F) => ({ ...field, isLeftOutOfJaxbJson: true }) as const;
/** All the fields with this rule for JSON. */
export const shownWhen = <F extends Readonly<Record<string, Field>>>(shown: 'not-null' | 'not-empty', fields: F): F =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, { ...field, shown }])) as unknown as F;
