// Writes entries into Dogtag's directory: adds what is not there, replaces attributes of what is, and never one for the other.
import { Attribute, Change, type Client, ResultCodeError } from 'ldapts';
import type { DirectoryEntry } from '#codecs/ldif';
import {
  type DirectorySettings,
  entryOf,
  everyAttribute,
  explainDirectoryError,
  ReconnectingSession,
  whoBinds,
} from '#importers';
import type { Log } from '#platform';

type AttributeValues = readonly [description: string, values: readonly Uint8Array[]];

export interface DirectoryWriter {
  /** Without credentials; for people. */
  readonly name: string;
  /** All user attributes, octet for octet; null when there is no such entry. */
  findEntry(dn: string): Promise<DirectoryEntry | null>;
  /** `exists` leaves the entry that is there as it is, whatever it holds. */
  addEntry(entry: DirectoryEntry): Promise<'added' | 'exists'>;
  /**
   * Replaces these attributes and no others; empty values delete one. Nothing is done (`changed-meanwhile`) unless every attribute of `whileStill`
   * has just these values still, so that a change that Dogtag makes between reading and writing is not overwritten.
   */
  replaceAttributes(
    dn: string,
    attributes: readonly AttributeValues[],
    whileStill: readonly AttributeValues[],
  ): Promise<'replaced' | 'changed-meanwhile'>;
  /** Does nothing where there is no such entry. */
  removeEntry(dn: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * What was to be written was not. `unreachable`: the server is not there, and trying again may help. `refused`: wrong credentials or TLS.
 * `not-allowed`: the bind name may not write there. `invalid-entry`: this entry alone cannot be stored; others can. `malformed`: there is no
 * such place. The message is for people, says what to do, and never holds a password.
 */
export class DirectoryWriteError extends Error {
  readonly code: 'unreachable' | 'refused' | 'not-allowed' | 'invalid-entry' | 'malformed';
  constructor(code: DirectoryWriteError['code'], message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DirectoryWriteError';
    this.code = code;
  }
}

const resultCodes = {
  noSuchAttribute: 16,
  undefinedType: 17,
  constraintViolation: 19,
  attributeOrValueExists: 20,
  invalidSyntax: 21,
  noSuchObject: 32,
  insufficientAccess: 50,
  unwillingToPerform: 53,
  objectClassViolation: 65,
  entryAlreadyExists: 68,
} as const;
const invalidEntryCodes: readonly number[] = [
  resultCodes.undefinedType,
  resultCodes.constraintViolation,
  resultCodes.attributeOrValueExists,
  resultCodes.invalidSyntax,
  resultCodes.objectClassViolation,
];

/** Connects with the first call, and anew whenever the connection was lost. Every method rejects with DirectoryWriteError only. */
export function createDirectoryWriter(settings: DirectorySettings, { log }: { readonly log: Log }): DirectoryWriter {
  return new LdapDirectoryWriter(settings, log);
}

class LdapDirectoryWriter implements DirectoryWriter {
  readonly name: string;
  readonly #bindDn: string;
  readonly #session: ReconnectingSession;

  constructor(settings: DirectorySettings, log: Log) {
    this.#bindDn = whoBinds(settings);
    this.#session = new ReconnectingSession(settings, log);
    this.name = this.#session.name;
  }

  findEntry(dn: string): Promise<DirectoryEntry | null> {
    return this.#perform(dn, async (client) => {
      const options = { scope: 'base', explicitBufferAttributes: everyAttribute } as const;
      try {
        const [found] = (await client.search(dn, options)).searchEntries;
        return found === undefined ? null : entryOf(found);
      } catch (error) {
        if (codeOf(error) === resultCodes.noSuchObject) return null;
        throw error;
      }
    });
  }

  addEntry(entry: DirectoryEntry): Promise<'added' | 'exists'> {
    const attributes = [...entry.attributes()].map(toAttribute);
    return this.#perform(entry.dn, async (client) => {
      try {
        await client.add(entry.dn, attributes);
        return 'added';
      } catch (error) {
        if (codeOf(error) === resultCodes.entryAlreadyExists) return 'exists';
        throw error;
      }
    });
  }

  replaceAttributes(
    dn: string,
    attributes: readonly AttributeValues[],
    whileStill: readonly AttributeValues[],
  ): Promise<'replaced' | 'changed-meanwhile'> {
    // The server does all of a modification or nothing, in this order: deleting a value that is no longer there fails it (RFC 4511 section 4.6).
    const replaced = new Set(attributes.map(([description]) => description.toLowerCase()));
    const changes = [
      ...whileStill.map((expected) => change('delete', expected)),
      ...whileStill
        .filter(([description]) => !replaced.has(description.toLowerCase()))
        .map((expected) => change('add', expected)),
      ...attributes.map((values) => change('replace', values)),
    ];
    return this.#perform(dn, async (client) => {
      try {
        await client.modify(dn, changes);
        return 'replaced';
      } catch (error) {
        const code = codeOf(error);
        if (code === resultCodes.noSuchAttribute || code === resultCodes.noSuchObject) return 'changed-meanwhile';
        throw error;
      }
    });
  }

  removeEntry(dn: string): Promise<void> {
    return this.#perform(dn, async (client) => {
      try {
        await client.del(dn);
      } catch (error) {
        if (codeOf(error) !== resultCodes.noSuchObject) throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /**
   * A write whose answer was lost is simply made again: an addition then finds its entry, a replacement finds other values than it expects, and
   * whoever called looks at the entry and decides anew.
   */
  #perform<Result>(dn: string, operate: (client: Client) => Promise<Result>): Promise<Result> {
    return this.#session.perform(operate, (error) => this.#explain(error, dn));
  }

  #explain(error: unknown, dn: string): DirectoryWriteError {
    if (error instanceof DirectoryWriteError) return error;
    const options = { cause: error };
    const bindDn = this.#bindDn;
    const code = codeOf(error);
    const said = `${this.name} answered "${error instanceof Error ? singleLine(error.message) : code}" for ${dn}`;
    if (code === resultCodes.insufficientAccess)
      return new DirectoryWriteError(
        'not-allowed',
        `${said}: ${bindDn} may not write there. Let it add and modify entries there, or bind as the directory manager.`,
        options,
      );
    if (code === resultCodes.unwillingToPerform)
      return new DirectoryWriteError(
        'not-allowed',
        `${said}: the server does not take changes now. Is it a read-only replica, or being restored?`,
        options,
      );
    if (code === resultCodes.noSuchObject)
      return new DirectoryWriteError(
        'malformed',
        `${said}: the place of this entry does not exist. Is the base right?`,
        options,
      );
    if (code !== null && invalidEntryCodes.includes(code))
      return new DirectoryWriteError(
        'invalid-entry',
        `${said}: the server's schema does not allow this entry.`,
        options,
      );
    const { code: kind, message } = explainDirectoryError(error, { server: this.name, base: dn, bindDn });
    return new DirectoryWriteError(kind === 'unreachable' ? 'unreachable' : 'refused', message, options);
  }
}

function toAttribute([description, values]: AttributeValues): Attribute {
  const buffers = values.map((value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  return new Attribute({ type: description, values: buffers });
}

function change(operation: 'add' | 'delete' | 'replace', values: AttributeValues): Change {
  return new Change({ operation, modification: toAttribute(values) });
}

function codeOf(error: unknown): number | null {
  return error instanceof ResultCodeError ? error.code : null;
}

function singleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
