// A directory server for tests of writing: keeps entries, adds and modifies them as RFC 4511 says, and refuses or hangs up when told to.
import type { Socket } from 'node:net';
import ldap from 'ldapjs';
import { normalizeEntryName } from '#codecs/dogtag-directory';
import { DirectoryEntry } from '#codecs/ldif';

/** `hang-up-before` and `hang-up-after` cut the connection instead of answering, without or with the write done. */
export type WriteBehavior =
  | 'do'
  | 'hang-up-before'
  | 'hang-up-after'
  | 'insufficient-access'
  | 'object-class-violation'
  | 'unwilling';

export interface WritableDirectory {
  readonly url: URL;
  readonly bindDn: string;
  readonly password: string;
  find(dn: string): DirectoryEntry | null;
  put(entry: DirectoryEntry): void;
  remove(dn: string): void;
  /** Replaces attributes behind everybody's back; null deletes one. */
  alter(dn: string, values: Readonly<Record<string, string | null>>): void;
  /** Writes that were done. */
  writeCount(): number;
  /** Asked before each write. */
  onWrite: (dn: string, operation: 'add' | 'modify') => WriteBehavior;
  close(): Promise<void>;
}

interface Attribute {
  readonly type: string;
  readonly buffers: readonly Buffer[];
}
interface Request {
  readonly dn: { toString(): string };
  readonly connection: Socket;
}
interface SearchResponse {
  attributes: string[];
  send(entry: { readonly dn: string; readonly attributes: Record<string, Buffer[]> }): void;
  end(): void;
}
type Next = (error?: unknown) => void;
interface Server {
  readonly port: number;
  readonly server: { on(event: 'connection', listener: (socket: Socket) => void): void };
  bind(
    base: string,
    handler: (request: Request & { readonly credentials: string }, response: { end(): void }, next: Next) => void,
  ): void;
  search(base: string, handler: (request: Request, response: SearchResponse, next: Next) => void): void;
  add(
    base: string,
    handler: (request: Request & { readonly attributes: Attribute[] }, response: { end(): void }, next: Next) => void,
  ): void;
  modify(
    base: string,
    handler: (request: Request & { readonly changes: Change[] }, response: { end(): void }, next: Next) => void,
  ): void;
  del(base: string, handler: (request: Request, response: { end(): void }, next: Next) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  listen(port: number, host: string, listening: () => void): void;
  close(closed: () => void): void;
}
interface Change {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly modification: Attribute;
}

export async function startWritableDirectory(initial: readonly DirectoryEntry[]): Promise<WritableDirectory> {
  const server = ldap.createServer() as unknown as Server;
  const sockets = new Set<Socket>();
  const entries = new Map(initial.map((entry) => [normalizeEntryName(entry.dn), entry]));
  let writes = 0;
  const directory: Omit<WritableDirectory, 'url'> = {
    bindDn: 'cn=writer',
    password: 'correct horse',
    find: (dn) => entries.get(normalizeEntryName(dn)) ?? null,
    put: (entry) => entries.set(normalizeEntryName(entry.dn), entry),
    remove: (dn) => entries.delete(normalizeEntryName(dn)),
    alter: (dn, values) => {
      const entry = entries.get(normalizeEntryName(dn));
      if (entry === undefined) throw new Error(`there is no ${dn}`);
      const attributes = attributesOf(entry);
      for (const [name, value] of Object.entries(values))
        setValues(attributes, name, value === null ? [] : [Buffer.from(value)]);
      entries.set(normalizeEntryName(dn), new DirectoryEntry(entry.dn, attributes.values()));
    },
    writeCount: () => writes,
    onWrite: () => 'do',
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  server.server.on('connection', (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.bind('', (request, response, next) => {
    if (request.dn.toString() !== directory.bindDn || request.credentials !== directory.password)
      return next(new ldap.InvalidCredentialsError());
    response.end();
    next();
  });
  server.search('', (request, response, next) => {
    const entry = entries.get(normalizeEntryName(request.dn.toString()));
    if (entry === undefined) return next(new ldap.NoSuchObjectError(request.dn.toString()));
    response.attributes = ['*'];
    const values = [...entry.attributes()].map(([name, list]): [string, Buffer[]] => [
      name,
      list.map((v) => Buffer.from(v)),
    ]);
    response.send({ dn: entry.dn, attributes: Object.fromEntries(values) });
    response.end();
    next();
  });
  const write = (
    request: Request,
    operation: 'add' | 'modify',
    next: Next,
    perform: () => unknown,
    end: () => void,
  ) => {
    const behavior = directory.onWrite(request.dn.toString(), operation);
    if (behavior === 'hang-up-before') return request.connection.destroy();
    const refusal = refusalOf(behavior) ?? perform();
    if (refusal !== null && refusal !== undefined) return next(refusal);
    writes++;
    if (behavior === 'hang-up-after') return request.connection.destroy();
    end();
    next();
  };
  server.add('', (request, response, next) =>
    write(
      request,
      'add',
      next,
      () => addEntry(entries, request),
      () => response.end(),
    ),
  );
  server.modify('', (request, response, next) =>
    write(
      request,
      'modify',
      next,
      () => modifyEntry(entries, request),
      () => response.end(),
    ),
  );
  server.del('', (request, response, next) =>
    write(
      request,
      'modify',
      next,
      () => (entries.delete(normalizeEntryName(request.dn.toString())) ? null : new ldap.NoSuchObjectError()),
      () => response.end(),
    ),
  );
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(directory, { url: new URL(`ldap://127.0.0.1:${server.port}`) });
}

function refusalOf(behavior: WriteBehavior): unknown {
  switch (behavior) {
    case 'insufficient-access':
      return new ldap.InsufficientAccessRightsError();
    case 'object-class-violation':
      return new ldap.ObjectclassViolationError();
    case 'unwilling':
      return new ldap.UnwillingToPerformError();
    default:
      return null;
  }
}

/** What ldapjs throws for a request that cannot be done, or null. */
function addEntry(
  entries: Map<string, DirectoryEntry>,
  request: Request & { readonly attributes: readonly Attribute[] },
): unknown {
  const dn = request.dn.toString();
  if (entries.has(normalizeEntryName(dn))) return new ldap.EntryAlreadyExistsError(dn);
  const parent = dn.slice(dn.indexOf(',') + 1);
  if (!entries.has(normalizeEntryName(parent))) return new ldap.NoSuchObjectError(dn);
  const attributes = request.attributes.map(({ type, buffers }): [string, Uint8Array[]] => [type, [...buffers]]);
  entries.set(normalizeEntryName(dn), new DirectoryEntry(dn, attributes));
  return null;
}

/** All changes in order, or none. */
function modifyEntry(
  entries: Map<string, DirectoryEntry>,
  request: Request & { readonly changes: readonly Change[] },
): unknown {
  const dn = request.dn.toString();
  const entry = entries.get(normalizeEntryName(dn));
  if (entry === undefined) return new ldap.NoSuchObjectError(dn);
  const attributes = attributesOf(entry);
  for (const { operation, modification } of request.changes) {
    const known = attributes.get(modification.type.toLowerCase())?.[1] ?? [];
    const given = [...modification.buffers];
    const isKnown = (value: Uint8Array) => known.some((other) => Buffer.from(other).equals(value));
    if (operation === 'delete') {
      if (known.length === 0 || !given.every(isKnown)) return new ldap.NoSuchAttributeError(modification.type);
      const rest = known.filter((value) => !given.some((other) => other.equals(value)));
      setValues(attributes, modification.type, given.length === 0 ? [] : rest);
    } else if (operation === 'add') {
      if (given.some(isKnown)) return new ldap.AttributeOrValueExistsError(modification.type);
      setValues(attributes, modification.type, [...known, ...given]);
    } else setValues(attributes, modification.type, given);
  }
  entries.set(normalizeEntryName(dn), new DirectoryEntry(entry.dn, attributes.values()));
  return null;
}

type Attributes = Map<string, readonly [string, readonly Uint8Array[]]>;

function attributesOf(entry: DirectoryEntry): Attributes {
  return new Map([...entry.attributes()].map(([name, values]) => [name.toLowerCase(), [name, values]]));
}

function setValues(attributes: Attributes, name: string, values: readonly Uint8Array[]): void {
  if (values.length === 0) attributes.delete(name.toLowerCase());
  else attributes.set(name.toLowerCase(), [attributes.get(name.toLowerCase())?.[0] ?? name, values]);
}
