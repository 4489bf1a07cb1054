// A Dogtag of which only the REST interface is open, as an ImportSource. It tells less than the directory, and says what it leaves out.
import { X509Certificate } from 'node:crypto';
import { decodeProfileText, editProfileText, ProfileSection } from '#codecs/dogtag-profile';
import { decodeCertificateList, decodeCrlNumber, extensionOids, findExtension } from '#codecs/x509';
import type { Clock } from '#platform';
import {
  type ImportSource,
  type SourceBatch,
  type SourceDescription,
  SourceError,
  type SourceExtent,
  type SourceName,
} from '../import-source.ts';
import type { SourceKind, SourceRecord, SourceRecordOf, SourceRevocation } from '../records.ts';
import { UnchangingSource } from '../unchanging-source.ts';
import { EntryProblem, inParallel } from './read-in-parallel.ts';
import {
  groupOf,
  listOf,
  type Members,
  membersOf,
  momentOf,
  numberOf,
  requestOf,
  revocationOf,
  textOf,
  userOf,
} from './rest-bodies.ts';
import { type RestIdentity, RestSession, type RestSettings } from './rest-session.ts';

export interface DogtagRestOptions extends RestSettings {
  /** Reads requests, profiles and authorities; null leaves them out. */
  readonly agent: RestIdentity | null;
  /** Reads users and groups; null leaves them out. */
  readonly administrator: RestIdentity | null;
}

const masterIssuingPoint = 'MasterCRL';
const pageSize = 100;
export function openDogtagRest(options: DogtagRestOptions, dependencies: { readonly clock: Clock }): ImportSource {
  return new DogtagRestSource(options, dependencies.clock);
}

type Listed = ReadonlyMap<bigint, Pick<SourceRevocation, 'reason' | 'revokedAt' | 'invalidityDate'>>;

class DogtagRestSource extends UnchangingSource implements ImportSource {
  readonly name: string;
  readonly #clock: Clock;
  readonly #nobody: RestSession;
  readonly #agent: RestSession | null;
  readonly #administrator: RestSession | null;
  #crl: Promise<Buffer | null> | null = null;
  #listed: Promise<Listed> | null = null;
  /** What an import reads twice, because directories may have changed meanwhile, costs hundreds of questions here. */
  readonly #wholes = new Map<SourceKind, Promise<Pick<SourceBatch, 'records' | 'findings'>>>();

  constructor({ agent, administrator, ...settings }: DogtagRestOptions, clock: Clock) {
    super();
    this.name = `rest:${settings.url.origin}`;
    this.#clock = clock;
    this.#nobody = new RestSession(settings, null);
    this.#agent = agent === null ? null : new RestSession(settings, agent);
    this.#administrator = administrator === null ? null : new RestSession(settings, administrator);
  }

  extentOf(kind: SourceKind): SourceExtent {
    const needs: Partial<Record<SourceKind, RestSession | null>> = {
      certificate: this.#nobody,
      crl: this.#nobody,
      authority: this.#agent,
      profile: this.#agent,
      request: this.#agent,
      user: this.#administrator,
      group: this.#administrator,
    };
    return (needs[kind] ?? null) === null ? 'none' : 'part';
  }

  async describe(): Promise<SourceDescription> {
    const information = membersOf((await this.#nobody.getJson('/pki/rest/info')) ?? {}, 'itself');
    const version = textOf(information.Version);
    const without = [
      ...(this.#agent === null ? ['requests, profiles and authorities (no agent is configured)'] : []),
      ...(this.#administrator === null ? ['users and groups (no administrator is configured)'] : []),
    ];
    return {
      name: this.name,
      server: `Dogtag ${version ?? 'of an unknown release'} over REST`,
      timeZone: 'UTC',
      servers: [],
      remarks: [
        'over REST alone: access rules, hosts of the security domain, number ranges, attributes and history of requests, what agents decided and why, and issuing points other than MasterCRL are not told',
        'it does not tell what has changed either: import again to catch up, and before a cutover from the directory',
        ...(without.length === 0 ? [] : [`left out: ${without.join('; ')}`]),
      ],
      findings: [],
    };
  }

  async findUsersPlace(): Promise<null> {
    return null;
  }

  async count(kind: SourceKind): Promise<number | null> {
    const target = {
      certificate: '/ca/rest/certs?size=1',
      request: '/ca/rest/agent/certrequests?pageSize=1',
      profile: '/ca/rest/profiles?size=1',
      user: '/ca/rest/admin/users?size=1',
      group: '/ca/rest/admin/groups?size=1',
    }[kind as string];
    const session = this.#sessionFor(kind);
    if (target === undefined || session === null) return this.extentOf(kind) === 'none' ? 0 : null;
    return Number(numberOf(membersOf((await session.getJson(target)) ?? {}, kind).total) ?? 0n);
  }

  async *read(kind: SourceKind, after: string | null): AsyncGenerator<SourceBatch> {
    if (this.extentOf(kind) === 'none') return;
    if (kind === 'certificate') yield* this.#readCertificates(offsetOf(after));
    else if (kind === 'request') yield* this.#readRequests(offsetOf(after));
    else if (after !== 'done') yield this.#whole(await this.#readWhole(kind));
  }

  async find(name: SourceName): Promise<SourceBatch | null> {
    if (name.kind === 'certificate') {
      const record = await this.#certificate({ id: name.serialNumber.toString() });
      return record === null ? null : this.#whole({ records: [record], findings: [] });
    }
    if (name.kind === 'request') {
      const line = await this.#agent?.getJson(`/ca/rest/certrequests/${name.id}`);
      const record = line === null || line === undefined ? null : await this.#request(membersOf(line, 'a request'));
      return record === null ? null : this.#whole({ records: [record], findings: [] });
    }
    const { records } = this.extentOf(name.kind) === 'none' ? { records: [] } : await this.#readWhole(name.kind);
    const found = records.filter((record) => nameOf(record) === name.name);
    return found.length === 0 ? null : this.#whole({ records: found, findings: [] });
  }

  async readNumberRanges() {
    return { ranges: [], findings: [] };
  }

  async close(): Promise<void> {
    for (const session of [this.#nobody, this.#agent, this.#administrator]) await session?.close();
  }

  #sessionFor(kind: SourceKind): RestSession | null {
    if (kind === 'certificate' || kind === 'crl') return this.#nobody;
    return kind === 'user' || kind === 'group' ? this.#administrator : this.#agent;
  }

  #whole({ records, findings }: Pick<SourceBatch, 'records' | 'findings'>): SourceBatch {
    return { records, findings, entryCount: records.length, checkpoint: 'done', roll: null };
  }

  /** Dogtag lists them by number; the checkpoint is how many were read, since what is added comes behind. */
  async *#readCertificates(from: number): AsyncGenerator<SourceBatch> {
    for (let start = from; ; ) {
      const page = await this.#nobody.getJson(`/ca/rest/certs?start=${start}&size=${pageSize}`);
      const lines = listOf(membersOf(page ?? {}, 'certificates'), 'entries', 'CertDataInfo');
      if (lines.length === 0) return;
      start += lines.length;
      const { values, findings } = await inParallel(lines, (line) => this.#certificate(line));
      const records = values.sort((a, b) => (a.value.serialNumber < b.value.serialNumber ? -1 : 1));
      yield { records, findings, entryCount: lines.length, checkpoint: String(start), roll: null };
    }
  }

  /** Null when there is none (any more). Throws EntryProblem for one that cannot be read. */
  async #certificate(line: Members): Promise<SourceRecordOf<'certificate'> | null> {
    const serialNumber = numberOf(line.id);
    if (serialNumber === null) throw new EntryProblem('certificates', 'a line of the list has no number');
    const entry = `/ca/rest/certs/${serialNumber}`;
    const body = await this.#nobody.getJson(entry);
    if (body === null) return null;
    const certificate = membersOf(body, 'a certificate');
    const certificateDer = derOf(certificate.Encoded, entry);
    const listed = (await this.#readListed()).get(serialNumber) ?? null;
    return {
      kind: 'certificate',
      entry,
      value: {
        serialNumber,
        certificateDer,
        revocation: revocationOf(line, certificate, listed),
        issuedAt: momentOf(line.IssuedOn),
        issuedBy: textOf(line.IssuedBy),
        requestId: null,
        profileId: null,
        isBare: true,
      },
    };
  }

  /** Where a page begins is counted from one in some releases and from nothing in others: pages overlap, and what was met before is passed over. */
  async *#readRequests(from: number): AsyncGenerator<SourceBatch> {
    const session = this.#agent;
    let highest = -1n;
    for (let start = from; session !== null; ) {
      const page = await session.getJson(`/ca/rest/agent/certrequests?start=${start}&pageSize=${pageSize}`);
      const lines = listOf(membersOf(page ?? {}, 'requests'), 'entries', 'CertRequestInfo');
      const fresh = lines.filter((line) => (requestIdOf(line) ?? highest) > highest);
      if (fresh.length === 0) return;
      start += fresh.length;
      highest = requestIdOf(fresh.at(-1) ?? {}) ?? highest;
      const { values, findings } = await inParallel(fresh, (line) => this.#request(line));
      const records = values.sort((a, b) => (a.value.id < b.value.id ? -1 : 1));
      yield { records, findings, entryCount: fresh.length, checkpoint: String(start), roll: null };
    }
  }

  async #request(line: Members): Promise<SourceRecordOf<'request'> | null> {
    const id = requestIdOf(line);
    if (id === null) throw new EntryProblem('certrequests', 'a line of the list has no number');
    const entry = `/ca/rest/agent/certrequests/${id}`;
    // Requests that were not enrolments have no such view, and Dogtag fails over them.
    const { status, body } = (await this.#agent?.get(entry)) ?? { status: 404, body: Buffer.alloc(0) };
    const review = status === 200 ? membersOf(JSON.parse(body.toString('utf8')), 'a request') : null;
    const value = requestOf(id, line, review, this.#clock.now());
    if (value === null)
      throw new EntryProblem(
        entry,
        `a request of kind ${textOf(line.requestType)} in state ${textOf(line.requestStatus)} is not known`,
      );
    return { kind: 'request', entry, value };
  }

  #readWhole(kind: SourceKind): Promise<Pick<SourceBatch, 'records' | 'findings'>> {
    const known = this.#wholes.get(kind) ?? this.#askWhole(kind);
    this.#wholes.set(kind, known);
    known.catch(() => this.#wholes.delete(kind));
    return known;
  }

  async #askWhole(kind: SourceKind): Promise<Pick<SourceBatch, 'records' | 'findings'>> {
    if (kind === 'crl') return { records: await this.#readCrls(), findings: [] };
    if (kind === 'authority') return this.#each(await this.#authorities(), (line) => this.#authority(line));
    if (kind === 'profile')
      return this.#each(await this.#lines('/ca/rest/profiles', this.#agent, 'ProfileDataInfo'), (line) =>
        this.#profile(line),
      );
    if (kind === 'user')
      return this.#each(await this.#lines('/ca/rest/admin/users', this.#administrator, 'User'), (line) =>
        this.#user(line),
      );
    if (kind === 'group')
      return this.#each(await this.#lines('/ca/rest/admin/groups', this.#administrator, 'Group'), (line) =>
        this.#group(line),
      );
    return { records: [], findings: [] };
  }

  async #each(
    lines: readonly Members[],
    read: (line: Members) => Promise<SourceRecord | null>,
  ): Promise<Pick<SourceBatch, 'records' | 'findings'>> {
    const { values, findings } = await inParallel(lines, read);
    return { records: values, findings };
  }

  async #lines(target: string, session: RestSession | null, name: string): Promise<readonly Members[]> {
    const lines: Members[] = [];
    for (;;) {
      const page = await session?.getJson(`${target}?start=${lines.length}&size=${pageSize}`);
      const found = listOf(membersOf(page ?? {}, target), 'entries', name);
      lines.push(...found);
      if (found.length === 0) return lines;
    }
  }

  async #authorities(): Promise<readonly Members[]> {
    const body = await this.#agent?.getJson('/ca/rest/authorities');
    return Array.isArray(body)
      ? body.map((one) => membersOf(one, 'an authority'))
      : listOf(membersOf(body ?? {}, 'authorities'), 'entries');
  }

  async #authority(line: Members): Promise<SourceRecord> {
    const id = textOf(line.id) ?? '';
    const entry = `/ca/rest/authorities/${id}`;
    const answer = await this.#agent?.get(`${entry}/cert`, 'application/pkix-cert');
    return {
      kind: 'authority',
      entry,
      value: {
        id,
        isHostAuthority: line.isHostAuthority === true,
        parentId: textOf(line.parentID),
        subject: textOf(line.dn) ?? '',
        enabled: line.enabled !== false,
        description: textOf(line.description),
        certificateSerial: numberOf(line.serial),
        certificateDer: answer?.status === 200 ? answer.body : null,
        keyNickname: null,
        keyHosts: [],
      },
    };
  }

  async #profile(line: Members): Promise<SourceRecord | null> {
    const id = textOf(line.profileId) ?? textOf(line.id);
    if (id === null) throw new EntryProblem('profiles', 'a line of the list has no id');
    const entry = `/ca/rest/profiles/${id}`;
    const answer = await this.#agent?.get(`/ca/rest/profiles/${encodeURIComponent(id)}/raw`);
    if (answer === undefined || answer.status === 404) return null;
    if (answer.status !== 200) throw new EntryProblem(entry, `the profile is answered with ${answer.status}`);
    // Each octet beyond ASCII was written as a character of its own.
    const text = decodeProfileText(Buffer.from(answer.body.toString('utf8'), 'latin1'));
    const classId = ProfileSection.parse(text).findText('classId') ?? 'caEnrollImpl';
    return { kind: 'profile', entry, value: { id, classId, configurationText: editProfileText(text, {}) } };
  }

  async #user(line: Members): Promise<SourceRecord | null> {
    const id = textOf(line.UserID) ?? textOf(line.id) ?? '';
    const entry = `/ca/rest/admin/users/${id}`;
    const target = `/ca/rest/admin/users/${encodeURIComponent(id)}`;
    const body = await this.#administrator?.getJson(target);
    if (body === null || body === undefined) return null;
    const list = listOf(
      membersOf((await this.#administrator?.getJson(`${target}/certs`)) ?? {}, 'certificates'),
      'Cert',
      'entries',
    );
    const claims = list.flatMap((one) => textOf(one.id) ?? []);
    const certificatesDer: Uint8Array[] = [];
    for (const claim of claims) {
      const certificate = await this.#administrator?.getJson(`${target}/certs/${encodeURIComponent(claim)}`);
      certificatesDer.push(derOf(membersOf(certificate ?? {}, 'a certificate').Encoded, entry));
    }
    return { kind: 'user', entry, value: userOf(membersOf(body, 'a user'), certificatesDer, claims) };
  }

  async #group(line: Members): Promise<SourceRecord | null> {
    const id = textOf(line.GroupID) ?? textOf(line.id) ?? '';
    const target = `/ca/rest/admin/groups/${encodeURIComponent(id)}`;
    const members: Members[] = [];
    for (;;) {
      const page = await this.#administrator?.getJson(`${target}/members?start=${members.length}&size=${pageSize}`);
      const found = listOf(membersOf(page ?? {}, 'members'), 'Member', 'entries');
      if (found.length === 0) break;
      members.push(...found);
    }
    return { kind: 'group', entry: `/ca/rest/admin/groups/${id}`, value: groupOf(line, members) };
  }

  async #readCrls(): Promise<readonly SourceRecord[]> {
    const crlDer = await this.#readCrl();
    if (crlDer === null) return [];
    const number = findExtension(decodeCertificateList(crlDer, { rules: 'ber' }).extensions, extensionOids.cRLNumber);
    const crlNumber = number === null ? 0n : decodeCrlNumber(number.valueDer);
    const value = { issuingPoint: masterIssuingPoint, crlKind: 'full' as const, crlDer, crlNumber };
    return [{ kind: 'crl', entry: crlTarget, value }];
  }

  #readCrl(): Promise<Buffer | null> {
    this.#crl ??= this.#nobody.get(crlTarget, '*/*').then(({ status, body }) => {
      if (status !== 200 || body[0] !== 0x30) return null;
      return body;
    });
    return this.#crl;
  }

  #readListed(): Promise<Listed> {
    this.#listed ??= this.#readCrl().then((crlDer) => {
      const listed = new Map<bigint, Pick<SourceRevocation, 'reason' | 'revokedAt' | 'invalidityDate'>>();
      if (crlDer === null) return listed;
      for (const one of decodeCertificateList(crlDer, { rules: 'ber' }).revokedCertificates()) {
        const reason = reasonOf(one.reasonCode);
        if (reason !== 8)
          listed.set(one.serialNumber, { reason, revokedAt: one.revocationDate, invalidityDate: one.invalidityDate });
      }
      return listed;
    });
    return this.#listed;
  }
}

const crlTarget = `/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=${masterIssuingPoint}`;

function requestIdOf({ requestID, requestURL }: Members): bigint | null {
  return numberOf(textOf(requestID) ?? /\/certrequests\/([^/?]+)$/.exec(textOf(requestURL) ?? '')?.[1]);
}

function derOf(encoded: unknown, entry: string): Uint8Array {
  try {
    return new X509Certificate((textOf(encoded) ?? '').replaceAll('\r', '')).raw;
  } catch {
    throw new EntryProblem(entry, 'Dogtag sent a certificate that cannot be read');
  }
}

function reasonOf(code: number | null): SourceRevocation['reason'] {
  const known = ([0, 1, 2, 3, 4, 5, 6, 8, 9, 10] as const).find((one) => one === (code ?? 0));
  return known ?? 0;
}

function nameOf(record: SourceRecord): string | null {
  if (record.kind === 'profile' || record.kind === 'authority') return record.value.id;
  if (record.kind === 'user') return record.value.userId;
  if (record.kind === 'group') return record.value.name;
  return record.kind === 'crl' ? record.value.issuingPoint : null;
}

function offsetOf(checkpoint: string | null): number {
  if (checkpoint === null) return 0;
  if (/^\d{1,9}$/.test(checkpoint)) return Number(checkpoint);
  throw new SourceError('malformed', `not a checkpoint: ${JSON.stringify(checkpoint)}`);
}
