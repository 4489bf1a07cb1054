// Serves a recorded directory over LDAP, read-only: the trial's stand-in for a 389 Directory Server. ldapjs is not maintained any more, so it
// serves recorded data on loopback here and nothing else anywhere.
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import ldap from 'ldapjs';
import { type DirectoryEntry, decodeLdif } from '#codecs/ldif';

export interface StandInDirectory {
  readonly url: URL;
  entryCount(): number;
  /** Puts entries in place of those with the same names, as the recorded server did when it answered a write. */
  apply(entries: Iterable<DirectoryEntry>): void;
  close(): Promise<void>;
}

export interface StandInDirectoryOptions {
  /** LDIF, gzip-compressed when the name ends in `.gz`. */
  readonly ldifFile: string;
  readonly bindDn: string;
  readonly password: string;
  /** 0 chooses a free one. */
  readonly port: number;
}

/** What of ldapjs is used here; its published types lack most of it. */
interface Request {
  readonly dn: { toString(): string };
  readonly credentials: string;
  readonly scope: unknown;
  readonly sizeLimit: number;
  readonly filter: FilterNode;
}
interface Response {
  /** What was asked for; ldapjs compares it with regard to case, so the choice is made here instead and this is set to everything. */
  attributes: string[];
  send(entry: {
    readonly dn: string;
    readonly attributes: Readonly<Record<string, readonly (Buffer | string)[]>>;
  }): void;
  end(): void;
}
type Handler = (request: Request, response: Response, next: (error?: unknown) => void) => void;
interface Server {
  readonly port: number;
  bind(base: string, handler: Handler): void;
  search(base: string, handler: Handler): void;
  on(event: 'error', listener: (error: Error) => void): void;
  listen(port: number, host: string, listening: () => void): void;
  close(closed: () => void): void;
}

interface ServedEntry {
  readonly dn: string;
  readonly normalizedDn: string;
  readonly parentDn: string;
  readonly attributes: Readonly<Record<string, Buffer[]>>;
}

/** Loads the recording and listens on loopback. Throws LdifError, or the system's error when the port is taken. */
export async function startStandInDirectory(options: StandInDirectoryOptions): Promise<StandInDirectory> {
  const file = await readFile(options.ldifFile);
  const ldif = options.ldifFile.endsWith('.gz') ? gunzipSync(file) : file;
  let recorded = [...decodeLdif(ldif)];
  let entries = serveable(recorded);
  const server = ldap.createServer() as unknown as Server;
  server.bind('', (request, response, next) => {
    if (normalize(request.dn.toString()) !== normalize(options.bindDn) || request.credentials !== options.password)
      return next(new ldap.InvalidCredentialsError());
    response.end();
    next();
  });
  server.search('', (request, response, next) => {
    const base = normalize(request.dn.toString());
    if (base === '') return sendRoot(request, response, next);
    if (!entries.some(({ normalizedDn }) => normalizedDn === base)) return next(new ldap.NoSuchObjectError(base));
    const found = entries.filter((entry) => isInScope(entry, base, scopeOf(request)) && matches(request.filter, entry));
    const limited = request.sizeLimit > 0 ? found.slice(0, request.sizeLimit) : found;
    const wanted = new Set(response.attributes.map((name) => name.toLowerCase()));
    response.attributes = ['*'];
    for (const entry of limited) response.send({ dn: entry.dn, attributes: chosen(entry, wanted) });
    response.end();
    next();
  });
  const port = await listen(server, options.port);
  return {
    url: new URL(`ldap://127.0.0.1:${port}`),
    entryCount: () => entries.length,
    apply: (changed) => {
      const byDn = new Map(recorded.map((entry) => [normalize(entry.dn), entry]));
      for (const entry of changed) byDn.set(normalize(entry.dn), entry);
      recorded = [...byDn.values()];
      entries = serveable(recorded);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.port));
  });
}

function serveable(entries: readonly DirectoryEntry[]): ServedEntry[] {
  const children = new Map<string, number>();
  for (const { dn } of entries) {
    const parent = parentOf(normalize(dn));
    children.set(parent, (children.get(parent) ?? 0) + 1);
  }
  return entries.map((entry) => {
    const normalizedDn = normalize(entry.dn);
    const attributes: Record<string, Buffer[]> = {};
    for (const [description, values] of entry.attributes())
      attributes[description] = values.map((value) => Buffer.from(value));
    attributes.numSubordinates = [Buffer.from(String(children.get(normalizedDn) ?? 0))];
    return { dn: entry.dn, normalizedDn, parentDn: parentOf(normalizedDn), attributes };
  });
}

function sendRoot(request: Request, response: Response, next: () => void): void {
  if (scopeOf(request) === 'base')
    response.send({
      dn: '',
      attributes: {
        objectClass: ['top'],
        vendorName: ['Retag'],
        vendorVersion: ['recorded directory'],
        supportedLDAPVersion: ['3'],
      },
    });
  response.end();
  next();
}

/** ldapjs 3 gives a number, whatever its documentation says (RFC 4511 section 4.5.1.2). */
function scopeOf(request: Request): string {
  return ['base', 'one', 'sub'][Number(request.scope)] ?? 'sub';
}

function isInScope(entry: ServedEntry, base: string, scope: string): boolean {
  if (scope === 'base') return entry.normalizedDn === base;
  if (scope === 'one') return entry.parentDn === base;
  return entry.normalizedDn === base || entry.normalizedDn.endsWith(`,${base}`);
}

/** ldapjs matches texts; names of attributes are compared without case, as a directory does. */
function matches(filter: FilterNode, entry: ServedEntry): boolean {
  const texts: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(entry.attributes))
    texts[name.toLowerCase()] = values.map((value) => value.toString('latin1').toLowerCase());
  return matchesTexts(filter, texts);
}

interface FilterNode {
  readonly type: string;
  readonly attribute?: string;
  readonly value?: string;
  readonly clauses?: readonly FilterNode[];
}

function matchesTexts(filter: FilterNode, texts: Readonly<Record<string, readonly string[]>>): boolean {
  const values = texts[filter.attribute?.toLowerCase() ?? ''] ?? [];
  const wanted = String(filter.value ?? '').toLowerCase();
  switch (filter.type) {
    case 'AndFilter':
      return (filter.clauses ?? []).every((clause) => matchesTexts(clause, texts));
    case 'OrFilter':
      return (filter.clauses ?? []).some((clause) => matchesTexts(clause, texts));
    case 'NotFilter':
      return !(filter.clauses ?? []).some((clause) => matchesTexts(clause, texts));
    case 'PresenceFilter':
      return values.length > 0;
    case 'EqualityFilter':
      return values.includes(wanted);
    case 'GreaterThanEqualsFilter':
      return values.some((value) => value >= wanted);
    case 'LessThanEqualsFilter':
      return values.some((value) => value <= wanted);
    default:
      return false;
  }
}

function chosen(entry: ServedEntry, wanted: ReadonlySet<string>): ServedEntry['attributes'] {
  if (wanted.size === 0 || wanted.has('*')) return entry.attributes;
  return Object.fromEntries(
    Object.entries(entry.attributes).filter(
      ([name]) => wanted.has(name.toLowerCase()) || wanted.has(name.split(';')[0]?.toLowerCase() ?? ''),
    ),
  );
}

function normalize(dn: string): string {
  return dn
    .toLowerCase()
    .replace(/\s*([,=])\s*/g, '$1')
    .trim();
}

function parentOf(normalizedDn: string): string {
  const comma = /(?<!\\),/.exec(normalizedDn);
  return comma === null ? '' : normalizedDn.slice(comma.index + 1);
}
