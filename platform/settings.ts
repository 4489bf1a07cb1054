// Reads settings from unknown JSON into frozen, typed values; a mistake names the key, what stood there and what was expected.

/** A setting that can't be used. `message` is fit for the person who wrote it and never repeats a secret value. */
export class SettingError extends Error {
  readonly key: string;
  constructor(key: string, found: unknown, expected: string) {
    super(`setting "${key}": expected ${expected}, found ${describe(key, found)}`);
    this.name = 'SettingError';
    this.key = key;
  }
}

/** What a parser says of itself; from this the reference of settings is made. */
export interface SettingForm {
  /** As in messages, such as `a whole number from 1 to 10`. */
  readonly expected: string;
  /** What stands for an absent key; absent itself when the key is needed. */
  readonly fallback?: unknown;
  /** Of a group, or of a group in a list. */
  readonly members?: Readonly<Record<string, SettingParser<unknown>>>;
  /** What it is for, as a sentence without its full stop. */
  readonly purpose?: string;
}

/** Parses one value; `key` is its full path, for messages. Throws SettingError. */
export interface SettingParser<T> {
  (value: unknown, key: string): T;
  readonly form: SettingForm;
}

function parser<T>(form: SettingForm, parse: (value: unknown, key: string) => T): SettingParser<T> {
  return Object.assign(parse, { form });
}

export const text: SettingParser<string> = parser({ expected: 'a text that is not empty' }, (value, key) => {
  if (typeof value !== 'string' || value === '') throw new SettingError(key, value, text.form.expected);
  return value;
});

export const version: SettingParser<string> = parser({ expected: 'a version such as 11.10.1' }, (value, key) => {
  if (typeof value === 'string' && /^\d{1,4}\.\d{1,4}(?:[.-].*)?$/.test(value)) return value;
  throw new SettingError(key, value, version.form.expected);
});

export const flag: SettingParser<boolean> = parser({ expected: 'true or false' }, (value, key) => {
  if (typeof value !== 'boolean') throw new SettingError(key, value, flag.form.expected);
  return value;
});

/** A whole number within [minimum, maximum]. */
export function wholeNumber(minimum: number, maximum: number): SettingParser<number> {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return parser({ expected }, (value, key) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum)
      throw new SettingError(key, value, expected);
    return value;
  });
}

export const tcpPort = wholeNumber(0, 65535);

/** An absolute URL whose protocol is one of `protocols` (with the colon, as in `https:`). */
export function url(...protocols: string[]): SettingParser<URL> {
  const expected = `a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return parser({ expected }, (value, key) => {
    if (typeof value !== 'string' || !URL.canParse(value)) throw new SettingError(key, value, expected);
    const parsed = new URL(value);
    if (!protocols.includes(parsed.protocol)) throw new SettingError(key, value, expected);
    return parsed;
  });
}

export function oneOf<const T extends string>(...choices: readonly T[]): SettingParser<T> {
  const expected = `one of ${choices.join(', ')}`;
  return parser({ expected }, (value, key) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new SettingError(key, value, expected);
    return found;
  });
}

export function listOf<T>(item: SettingParser<T>): SettingParser<readonly T[]> {
  const form = { ...item.form, expected: `a list, each ${item.form.expected}` };
  return parser(form, (value, key) => {
    if (!Array.isArray(value)) throw new SettingError(key, value, 'a list');
    return Object.freeze(value.map((entry, index) => item(entry, `${key}[${index}]`)));
  });
}

/** The value when present, `fallback` when the key is absent. */
export function withDefault<T>(inner: SettingParser<T>, fallback: T): SettingParser<T> {
  return parser({ ...inner.form, fallback }, (value, key) => (value === undefined ? fallback : inner(value, key)));
}

/** The value when present, null when the key is absent or null. */
export function optional<T>(inner: SettingParser<T>): SettingParser<T | null> {
  return parser({ ...inner.form, fallback: null }, (value, key) =>
    value === undefined || value === null ? null : inner(value, key),
  );
}

/** The same, with what it is for: a sentence without its full stop. */
export function purposed<T>(purpose: string, inner: SettingParser<T>): SettingParser<T> {
  return parser({ ...inner.form, purpose }, (value, key) => inner(value, key));
}

type Shape = Readonly<Record<string, SettingParser<unknown>>>;
type Parsed<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };

/** An object with exactly these members; an unknown key is refused, because a misspelt setting must not pass silently. */
export function group<S extends Shape>(shape: S): SettingParser<Parsed<S>> {
  return parser({ expected: 'an object', members: shape }, (value, key) => {
    const given = value === undefined ? {} : value;
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new SettingError(key, value, 'an object');
    const prefix = key === '' ? '' : `${key}.`;
    for (const name of Object.keys(given))
      if (!Object.hasOwn(shape, name))
        throw new SettingError(
          `${prefix}${name}`,
          (given as Record<string, unknown>)[name],
          `no such key; known are ${Object.keys(shape).join(', ')}`,
        );
    const parsed = Object.entries(shape).map(([name, member]) => [
      name,
      member((given as Record<string, unknown>)[name], `${prefix}${name}`),
    ]);
    return Object.freeze(Object.fromEntries(parsed)) as Parsed<S>;
  });
}

/** One key as the reference shows it. */
export interface SettingLine {
  /** Its full path, as messages name it. */
  readonly key: string;
  readonly form: SettingForm;
}

/** Every key below a group, in the order in which the group names them; a group stands before its members. */
export function listSettings({ form: { members = {} } }: SettingParser<unknown>, key = ''): readonly SettingLine[] {
  const prefix = key === '' ? '' : `${key}.`;
  return Object.entries(members).flatMap(([name, member]) => [
    { key: `${prefix}${name}`, form: member.form },
    ...listSettings(member, `${prefix}${name}`),
  ]);
}

function describe(key: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (/pass(word|phrase)|secret|pin/i.test(key)) return 'a value that is not shown';
  // A URL may carry a password before its host.
  return (JSON.stringify(value) ?? typeof value).replace(/\/\/[^/@\s"]*@/g, '//***@');
}
