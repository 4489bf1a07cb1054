// The lab's Dogtag and our gateway over the same users and groups, asked the same one after the other. Only what has the suite's own prefix in its
// name is ever written at the lab: others use its users and groups at the same time, and its administrators must stay what they are.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GroupRecord, UserRecord } from '#ca-core/engine';
import { openDogtagDirectory } from '#importers';
import { silentLog, systemClock } from '#platform';
import { describeHost } from '#test/rehearsed-dogtag';
import { createRosterKeeper } from '#test/roster-keeper';
import { compareAnswers } from '../../golden/dialects/compare-answers.ts';
import type { Identity, RecordedExchange } from '../../golden/dialects/recorded-exchanges.ts';
import { ReplayGateway, type Reply } from '../../golden/dialects/replay-gateway.ts';
import { askDogtag } from '../dialects/ask-dogtag.ts';
import { readLabIdentity, readLabVariable } from '../profiles/lab-dogtag.ts';

export const ownPrefix = 'retag-roster-';

export interface Step {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** Below `/ca/rest/admin/`, or `selftests` and what is below that. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly identity?: Identity;
}

export interface BothAnswers {
  readonly theirs: Reply;
  readonly ours: Reply;
  readonly differences: readonly string[];
}

const host = `${readLabVariable('DOGTAG_HOST')}:${new URL(readLabVariable('DOGTAG_URL')).port}`;

export class TwoSides {
  readonly #gateway = new ReplayGateway();

  async open(): Promise<void> {
    await this.#gateway.open('10.10.2');
    const { raw } = new X509Certificate(readLabIdentity('AGENT').certificatePem);
    const authority = new X509Certificate(readFileSync(readLabVariable('DOGTAG_CA_CERT'))).raw;
    this.#gateway.script = {
      ...createRosterKeeper(raw, await readLabRoster()),
      describeAuthority: async () => ({ ...describeHost(authority), ready: true }),
    };
  }

  async ask(step: Step): Promise<BothAnswers> {
    assertHarmless(step);
    const exchange = await this.#askDogtag(step);
    this.#gateway.clock.set(systemClock.now());
    const ours = await this.#gateway.send(exchange);
    const differences = compareAnswers(exchange, ours).filter((line) => !line.startsWith('session cookie'));
    return { theirs: exchange.response, ours, differences };
  }

  /** The lab alone, to take away what was made there. */
  async tidy(path: string): Promise<number> {
    const step: Step = { method: 'DELETE', path };
    assertHarmless(step);
    return (await this.#askDogtag(step)).response.status;
  }

  async close(): Promise<void> {
    await this.#gateway.close();
  }

  async #askDogtag({ method, path, body = '', contentType, accept, identity = 'caadmin' }: Step) {
    const type = contentType ?? (body === '' ? undefined : 'application/json');
    const target = isSelfTest(path) ? `/ca/rest/${path}` : `/ca/rest/admin/${path}`;
    const request = {
      method,
      target,
      headers: [
        ['Host', host] as const,
        ['Accept', accept ?? 'application/json'] as const,
        ...(type === undefined ? [] : [['Content-Type', type] as const]),
      ],
      body: Buffer.from(body),
    };
    const hasBody = method === 'PUT' || method === 'PATCH';
    const length = hasBody ? [['Content-Length', String(request.body.length)] as const] : [];
    const lab = identity === 'none' ? null : readLabIdentity(identity === 'caadmin' ? 'ADMIN' : 'AGENT');
    const response = await askDogtag({ ...request, headers: [...request.headers, ...length] }, lab, true);
    const dialect = accept === 'application/xml' ? 'v1-xml' : 'v1-json';
    const exchange: RecordedExchange = {
      release: '10.10.2',
      dialect,
      operation: '',
      name: target,
      identity,
      shows: '',
      request,
      response,
    };
    return exchange;
  }
}

/** Throws for a write that names anything but the suite's own objects, or leaves open what it names. */
export function assertHarmless({ method, path, body = '', identity = 'caadmin' }: Step): void {
  if (method === 'GET' || method === 'OPTIONS' || identity === 'none' || isSelfTest(path)) return;
  const [, name = ''] = path.split('?')[0]?.split('/') ?? [];
  const named = name === '' ? namedIn(body) : decodeURIComponent(name);
  const isRefusedBeforeItActs = named === null;
  if (isRefusedBeforeItActs || named.startsWith(ownPrefix)) return;
  throw new Error(`${method} ${path} would touch ${JSON.stringify(named)}, which is not the suite's own`);
}

/** The id that an addition would give; null where it gives none. */
function namedIn(body: string): string | null {
  const id =
    /"(?:UserID|GroupID)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? /<(?:UserID|GroupID)>([^<]*)</.exec(body)?.[1];
  // Blank and Dogtag's own name are refused whatever the rest is.
  return id === undefined || id.trim() === '' || id === '$System$' ? null : id;
}

/** Which change nothing, even when they are run. */
const isSelfTest = (path: string) => /^selftests(?:$|[/?])/.test(path);

async function readLabRoster(): Promise<{ users: UserRecord[]; groups: GroupRecord[] }> {
  const source = openDogtagDirectory(
    {
      url: new URL(readLabVariable('DOGTAG_LDAP_URL')),
      bindDn: readLabVariable('DOGTAG_LDAP_BIND_DN').replaceAll("'", ''),
      password: readLabVariable('DOGTAG_LDAP_PASSWORD'),
      startTls: false,
      caCertificatePem: null,
      base: readLabVariable('DOGTAG_LDAP_BASE'),
      timeZone: 'UTC',
    },
    { log: silentLog, clock: systemClock },
  );
  const users: UserRecord[] = [];
  const groups: GroupRecord[] = [];
  for await (const { records } of source.read('user', null))
    for (const record of records) if (record.kind === 'user') users.push(record.value);
  for await (const { records } of source.read('group', null))
    for (const record of records) if (record.kind === 'group') groups.push(record.value);
  await source.close();
  return { users, groups };
}
