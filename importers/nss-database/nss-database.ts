// What an NSS database holds: certificates with their nicknames and trust, which of them have keys there, and the PKCS#11 modules beside it.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decodePemBlocks } from '#codecs/pem';
import { SourceError } from '../import-source.ts';
import { runCertutil } from './nss-tool.ts';

export interface NssCertificate {
  /** Several certificates may share one: those that were renewed. */
  readonly nickname: string;
  /** As certutil shows it, such as `CTu,Cu,Cu`; a `u` says that the key is there too. */
  readonly trust: string;
  readonly certificateDer: Uint8Array;
}

export interface NssKey {
  /** CKA_ID in hexadecimal. */
  readonly id: string;
  readonly type: string;
  /** Without the token's name; null for a key that no certificate belongs to. */
  readonly nickname: string | null;
}

export interface NssModule {
  readonly name: string;
  /** File of the PKCS#11 library. */
  readonly library: string;
}

export interface NssDatabase {
  /** As NSS's tools take it: `sql:` or `dbm:` and the folder. */
  readonly name: string;
  readonly form: 'sql' | 'dbm';
  readonly certificates: readonly NssCertificate[];
  /** Null without the token's password. */
  readonly keys: readonly NssKey[] | null;
  /** Hardware and other modules that are set up beside NSS's own. */
  readonly modules: readonly NssModule[];
}

/** `sql:FOLDER`, `dbm:FOLDER`, or the form that is found in it. Rejects with SourceError when there is no database. */
export async function locateNssDatabase(
  place: string,
): Promise<{ readonly name: string; readonly form: NssDatabase['form']; readonly folder: string }> {
  const match = /^(sql|dbm):(.+)$/s.exec(place);
  const folder = resolve(match?.[2] ?? place);
  const has = (file: string) =>
    stat(join(folder, file)).then(
      (found) => found.isFile(),
      () => false,
    );
  const isThere = { sql: await has('cert9.db'), dbm: await has('cert8.db') };
  const wanted = match?.[1] === 'dbm' ? 'dbm' : match?.[1] === 'sql' ? 'sql' : null;
  // Where both are, the old one was left behind by the conversion to the new one.
  const form = wanted ?? (isThere.sql ? 'sql' : isThere.dbm ? 'dbm' : null);
  if (form === null || !isThere[form]) {
    const expected = form === 'dbm' ? 'cert8.db' : form === 'sql' ? 'cert9.db' : 'cert9.db nor cert8.db';
    throw new SourceError(
      'unreachable',
      `${folder} holds no NSS database: there is no ${expected} in it that may be read`,
    );
  }
  return { name: `${form}:${folder}`, form, folder };
}

/** `tokenPassword` opens the list of keys; certificates need none. Rejects with SourceError. */
export async function readNssDatabase(place: string, tokenPassword: string | null): Promise<NssDatabase> {
  const { name, form, folder } = await locateNssDatabase(place);
  const certificates: NssCertificate[] = [];
  const listed = parseCertificateList(await runCertutil(['-L'], name));
  for (const [nickname, trust] of listed)
    for (const { label, der } of decodePemBlocks(await runCertutil(['-L', '-a', '-n', nickname], name)))
      if (label === 'CERTIFICATE') certificates.push({ nickname, trust, certificateDer: der });
  const keys = tokenPassword === null ? null : await listKeys(name, tokenPassword);
  return { name, form, certificates, keys, modules: form === 'sql' ? await readModules(folder) : [] };
}

/** Nicknames with their trust, each once; both may hold blanks, so that the last column ends where three groups of letters do. */
export function parseCertificateList(output: string): ReadonlyMap<string, string> {
  const listed = new Map<string, string>();
  for (const line of output.split('\n')) {
    const match = /^(.*\S)\s+([a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*)\s*$/.exec(line);
    const [, nickname = '', trust = ''] = match ?? [];
    if (nickname !== '' && !/^SSL,S\/MIME|^\(NULL\)$/.test(nickname) && !listed.has(nickname))
      listed.set(nickname, trust);
  }
  return listed;
}

/** Lines such as `< 0> rsa      <CKA_ID>   NSS Certificate DB:Server-Cert`. */
export function parseKeyList(output: string): readonly NssKey[] {
  return output.split('\n').flatMap((line) => {
    const match = /^<\s*\d+>\s+(\S+)\s+([0-9a-f]+)\s+(.*\S)\s*$/.exec(line);
    const [, type = '', id = '', name = ''] = match ?? [];
    if (id === '') return [];
    const nickname = name.startsWith('(orphan)') ? null : name.replace(/^NSS Certificate DB:/, '');
    return [{ id, type, nickname }];
  });
}

async function listKeys(name: string, tokenPassword: string): Promise<readonly NssKey[]> {
  const folder = await mkdtemp(join(tmpdir(), 'retag-nss-'));
  try {
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, `${tokenPassword}\n`, { mode: 0o600 });
    return parseKeyList(await runCertutil(['-K', '-f', passwordFile], name));
  } catch (error) {
    // It ends so when there is no key at all.
    if (error instanceof SourceError && /no keys found/.test(error.message)) return [];
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Paragraphs of `key=value` lines in pkcs11.txt; NSS's own module has no library. */
export function parseModules(text: string): readonly NssModule[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const settingOf = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(paragraph)?.[1]?.trim() ?? '';
    const library = settingOf('library');
    return library === '' ? [] : [{ name: settingOf('name'), library }];
  });
}

async function readModules(folder: string): Promise<readonly NssModule[]> {
  try {
    return parseModules(await readFile(join(folder, 'pkcs11.txt'), 'utf8'));
  } catch {
    return [];
  }
}

/** For people: nicknames, keys and modules, and no secret. */
export function describeNssDatabase({ certificates, keys, modules }: NssDatabase): readonly string[] {
  const nicknames = [...new Set(certificates.map(({ nickname }) => nickname))];
  const remarks = [`${certificates.length} certificates under ${nicknames.length} nicknames: ${nicknames.join(', ')}`];
  if (keys === null) remarks.push('its keys cannot be listed without the password of its token (--password-file)');
  else
    remarks.push(
      keys.length === 0
        ? 'it holds no key'
        : `it holds keys of ${keys.map(({ nickname, type }) => `${nickname ?? 'no certificate'} (${type})`).join(', ')}; those of authorities go into the signer, all others stay`,
    );
  for (const { name, library } of modules) remarks.push(`PKCS#11 module ${JSON.stringify(name)}: ${library}`);
  return remarks;
}
