// A directory server for tests of failure paths: serves given entries over LDAP, with a server's limits, and hangs up or stays silent when told to.
import type { Socket } from 'node:net';
import ldap from 'ldapjs';
import { normalizeEntryName } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';

export interface FaultyDirectory {
  readonly url: URL;
  readonly bindDn: string;
  readonly password: string;
  /** The entries it serves; tests add and remove at will. */
  readonly entries: DirectoryEntry[];
  /** Searches beyond the base that it has answered. */
  searchCount(): number;
  connectionCount(): number;
  /** Called with each search; `hang-up` cuts the connection in the middle of the answer, `silence` never answers. */
  onSearch: (base: string, filter: string) => 'answer' | 'hang-up' | 'silence';
  /** Entries that a search may return before the server refuses the rest, as `nsSizeLimit` does; 0 is no limit. */
  sizeLimit: number;
  /** Whether pages are served as asked (RFC 2696) or the control is ignored. */
  servesPages: boolean;
  close(): Promise<void>;
}

interface SearchRequest {
  readonly dn: { toString(): string };
  readonly scope: unknown;
  readonly sizeLimit: number;
  readonly filter: Filter;
  readonly controls: readonly {
    readonly type: string;
    readonly value?: { readonly size: number; readonly cookie?: Buffer };
  }[];
  readonly connection: Socket;
}
interface SearchResponse {
  attributes: string[];
  readonly controls: unknown[];
  send(entry: { readonly dn: string; readonly attributes: Record<string, Buffer[]> }): void;
  end(): void;
}
interface BindRequest {
  readonly dn: { toString(): string };
  readonly credentials: string;
}
interface Filter {
  readonly type: string;
  readonly attribute?: string;
  readonly value?: string;
  readonly clauses?: readonly Filter[];
  toString(): string;
}
type Next = (error?: unknown) => void;
interface Server {
  readonly port: number;
  bind(base: string, handler: (request: BindRequest, response: { end(): void }, next: Next) => void): void;
  search(base: string, handler: (request: SearchRequest, response: SearchResponse, next: Next) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  listen(port: number, host: string, listening: () => void): void;
  close(closed: () => void): void;
  readonly server: { on(event: 'connection', listener: (socket: Socket) => void): void };
}

/** Missing in the published types. */
const { PagedResultsControl } = ldap as unknown as {
  readonly PagedResultsControl: new (options: {
    readonly value: { readonly size: number; readonly cookie: Buffer };
  }) => unknown;
};
const pagedResults = '1.2.840.113556.1.4.319';

export async function startFaultyDirectory(entries: readonly DirectoryEntry[]): Promise<FaultyDirectory> {
  const server = ldap.createServer() as unknown as Server;
  const sockets = new Set<Socket>();
  let searches = 0;
  let connections = 0;
  const directory: Omit<FaultyDirectory, 'url'> = {
    bindDn: 'cn=reader',
    password: 'correct horse',
    entries: [...entries],
    searchCount: () => searches,
    connectionCount: () => connections,
    onSearch: () => 'answer',
    sizeLimit: 0,
    servesPages: true,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  server.server.on('connection', (socket) => {
    connections++;
    // ldapjs writes each entry by itself; waiting for acknowledgements in between would take 40 ms a search.
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
    searches++;
    const base = request.dn.toString();
    const behavior = directory.onSearch(base, request.filter.toString());
    if (behavior === 'silence') return;
    const found = findEntries(directory.entries, request);
    if (found === null) return next(new ldap.NoSuchObjectError(base));
    const { page, cookie, isLimited } = choosePage(found, request, directory);
    const half = behavior === 'hang-up' ? page.slice(0, Math.ceil(page.length / 2)) : page;
    const wanted = new Set(response.attributes.map((name) => name.toLowerCase()));
    response.attributes = ['*'];
    for (const entry of half)
      response.send({ dn: entry.dn, attributes: attributesOf(entry, wanted, directory.entries) });
    if (behavior === 'hang-up') return request.connection.destroy();
    if (isLimited) return next(new ldap.SizeLimitExceededError());
    if (cookie !== null)
      response.controls.push(new PagedResultsControl({ value: { size: 0, cookie: Buffer.from(cookie) } }));
    response.end();
    next();
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(directory, { url: new URL(`ldap://127.0.0.1:${server.port}`) });
}

const normalized = new WeakMap<DirectoryEntry, string>();

function nameOf(entry: DirectoryEntry): string {
  const known = normalized.get(entry) ?? normalizeEntryName(entry.dn);
  normalized.set(entry, known);
  return known;
}

function findEntries(entries: readonly DirectoryEntry[], request: SearchRequest): DirectoryEntry[] | null {
  const base = normalizeEntryName(request.dn.toString());
  // A number in ldapjs 3, whatever its documentation says: baseObject, singleLevel, wholeSubtree (RFC 4511 section 4.5.1.2).
  const scope = ['base', 'one', 'sub'][Number(request.scope)];
  const names = entries.map(nameOf);
  if (!names.includes(base)) return null;
  return entries.filter((entry, i) => {
    const name = names[i] ?? '';
    const below = name.endsWith(`,${base}`) ? name.slice(0, -base.length - 1) : null;
    const isInScope =
      scope === 'base'
        ? name === base
        : scope === 'one'
          ? below !== null && !below.includes('],[')
          : name === base || below !== null;
    return isInScope && matches(request.filter, entry, entries);
  });
}

function choosePage(
  found: readonly DirectoryEntry[],
  request: SearchRequest,
  directory: { sizeLimit: number; servesPages: boolean },
) {
  const control = directory.servesPages ? request.controls.find(({ type }) => type === pagedResults) : undefined;
  const asked = request.sizeLimit > 0 ? request.sizeLimit : Number.POSITIVE_INFINITY;
  const allowed = directory.sizeLimit > 0 ? directory.sizeLimit : Number.POSITIVE_INFINITY;
  const limit = Math.min(asked, allowed);
  if (control?.value === undefined)
    return { page: found.slice(0, limit), cookie: null, isLimited: found.length > limit };
  const start = Number(control.value.cookie?.toString() || '0');
  const end = start + control.value.size;
  const isLimited = Math.min(end, found.length) > limit;
  return { page: found.slice(start, Math.min(end, limit)), cookie: end < found.length ? String(end) : '', isLimited };
}

function matches(filter: Filter, entry: DirectoryEntry, entries: readonly DirectoryEntry[]): boolean {
  const attribute = filter.attribute ?? '';
  const values =
    attribute.toLowerCase() === 'numsubordinates'
      ? [String(countChildren(entry, entries))]
      : entry.texts(attribute).map((text) => text.toLowerCase());
  const wanted = String(filter.value ?? '').toLowerCase();
  switch (filter.type) {
    case 'AndFilter':
      return (filter.clauses ?? []).every((clause) => matches(clause, entry, entries));
    case 'OrFilter':
      return (filter.clauses ?? []).some((clause) => matches(clause, entry, entries));
    case 'PresenceFilter':
      return values.length > 0;
    case 'EqualityFilter':
      return values.includes(wanted);
    case 'GreaterThanEqualsFilter':
      return values.some((value) => value >= wanted);
    case 'LessThanEqualsFilter':
      return values.some((value) => value <= wanted);
    default:
      throw new Error(`filter ${filter.type} is not served`);
  }
}

function attributesOf(
  entry: DirectoryEntry,
  wanted: ReadonlySet<string>,
  entries: readonly DirectoryEntry[],
): Record<string, Buffer[]> {
  const all = [...entry.attributes()].map(([name, values]): [string, Buffer[]] => [
    name,
    values.map((value) => Buffer.from(value)),
  ]);
  if (wanted.has('numsubordinates')) {
    all.push(['numSubordinates', [Buffer.from(String(countChildren(entry, entries)))]]);
  }
  const chosen = wanted.size === 0 || wanted.has('*') ? all : all.filter(([name]) => wanted.has(name.toLowerCase()));
  return Object.fromEntries(chosen);
}

function countChildren(entry: DirectoryEntry, entries: readonly DirectoryEntry[]): number {
  const own = nameOf(entry);
  return entries.filter((child) => {
    const name = nameOf(child);
    return name.endsWith(`,${own}`) && !name.slice(0, -own.length - 1).includes('],[');
  }).length;
}
