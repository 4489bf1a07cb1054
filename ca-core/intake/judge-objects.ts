// Judges profiles, users, groups and access rules, and follows the lists of all that the source holds of them.
import { isDeepStrictEqual } from 'node:util';
import type { AuthorityId, ImportWriter, ObjectTable } from '#ca-core/engine';
import { decodeCertificate } from '#codecs/x509';
import type {
  Finding,
  ImportedAccessRule,
  ImportedDomainHost,
  ImportedGroup,
  ImportedProfile,
  ImportedRoll,
  ImportedUser,
  Provenance,
} from './intake.ts';
import { EntryFindings, type Outcome, reasonOf } from './judgement.ts';

/** Why a profile would not work here, or null; whoever wires the intake brings the profile engine. */
export type ProfileJudge = (profile: Pick<ImportedProfile, 'id' | 'classId' | 'configurationText'>) => string | null;

export interface JudgedObject<Content> {
  readonly provenance: Provenance;
  readonly name: string;
  readonly findings: EntryFindings;
  /** What is to be stored; null when it is refused. */
  readonly accepted: Content | null;
}

type ContentOf<Table> = Table extends ObjectTable<infer Content> ? Content : never;

export function judgeProfile(
  fact: ImportedProfile,
  judge: ProfileJudge,
): JudgedObject<ContentOf<ImportWriter['profiles']>> {
  const findings = new EntryFindings(fact.provenance);
  const { id, classId, configurationText } = fact;
  const isStorable = isName(id, 'profile', findings) && hasNoNul(configurationText, findings);
  const obstacle = isStorable ? judge(fact) : null;
  if (obstacle !== null) findings.accept('profile-does-not-compile', `it is kept, but can't be used here: ${obstacle}`);
  const accepted = isStorable ? { id, classId, configurationText } : null;
  return { provenance: fact.provenance, name: id, findings, accepted };
}

export function judgeUser({ provenance, user }: ImportedUser): JudgedObject<ContentOf<ImportWriter['users']>> {
  const findings = new EntryFindings(provenance);
  const isStorable = isName(user.userId, 'user', findings);
  // A certificate that can't be read can't be presented either; the user keeps the others.
  const certificatesDer = user.certificatesDer.filter((certificateDer) => isReadable(certificateDer, findings));
  const { userId, fullName, email, phone, type, state, certificateClaims } = user;
  const accepted = isStorable
    ? { userId, fullName, email, phone, type, state, certificatesDer, certificateClaims }
    : null;
  return { provenance, name: userId, findings, accepted };
}

export function judgeGroup({ provenance, group }: ImportedGroup): JudgedObject<ContentOf<ImportWriter['groups']>> {
  const findings = new EntryFindings(provenance);
  const { name, description, memberUserIds } = group;
  const accepted = isName(name, 'group', findings)
    ? { name, description, memberUserIds: [...new Set(memberUserIds)] }
    : null;
  return { provenance, name, findings, accepted };
}

export function judgeAccessRule({
  provenance,
  rule,
}: ImportedAccessRule): JudgedObject<ContentOf<ImportWriter['accessRules']>> {
  const findings = new EntryFindings(provenance);
  const { resource, operations, clauses, comment } = rule;
  const accepted = isName(resource, 'rule', findings) ? { resource, operations, clauses, comment } : null;
  return { provenance, name: resource, findings, accepted };
}

export function judgeDomainHost({
  provenance,
  host,
}: ImportedDomainHost): JudgedObject<ContentOf<ImportWriter['domainHosts']>> {
  const findings = new EntryFindings(provenance);
  const { name, domain, subsystem, hostName, port, securePort, clone, subsystemName, domainManager } = host;
  const { secureEndEntityPort, secureAgentPort, secureAdminPort } = host;
  const ports = { port, securePort, secureEndEntityPort, secureAgentPort, secureAdminPort };
  const content = { name, domain, subsystem, hostName, ...ports, clone, subsystemName, domainManager };
  const isStorable =
    isName(name, 'host', findings) && Object.values(content).every((text) => hasNoNul(text ?? '', findings));
  return { provenance, name, findings, accepted: isStorable ? content : null };
}

/** What became of each, in order, and what was noted while storing them. */
export async function writeObjects<Content extends object>(
  table: ObjectTable<Content>,
  objects: readonly JudgedObject<Content>[],
): Promise<{ readonly outcomes: readonly Outcome[]; readonly findings: readonly Finding[] }> {
  if (objects.length === 0) return { outcomes: [], findings: [] };
  const stored = new Map(await table.read());
  const outcomes: Outcome[] = [];
  const findings: Finding[] = [];
  for (const { provenance, name, accepted } of objects) {
    const known = stored.get(name);
    if (accepted === null) outcomes.push('refused');
    else if (known !== undefined && isSameContent(known.content, accepted)) outcomes.push('unchanged');
    else if (known?.origin === 'native') {
      const noted = new EntryFindings(provenance);
      noted.refuse(
        'native-object-stands',
        `${name} was made or changed here; what the source says of it is not taken over`,
      );
      findings.push(...noted.findings);
      outcomes.push('refused');
    } else {
      await table.write(accepted);
      stored.set(name, { content: accepted, origin: 'imported' });
      outcomes.push(known === undefined ? 'inserted' : 'updated');
    }
  }
  return { outcomes, findings };
}

/** Removes what the source no longer holds; returns the findings, one for each that went. */
export async function followRoll(writer: ImportWriter, roll: ImportedRoll): Promise<readonly Finding[]> {
  const listed = new Set(roll.names);
  const gone =
    roll.of === 'authority' ? await retireAuthorities(writer, listed) : await removeObjects(writer, roll.of, listed);
  if (roll.of === 'profile') await writer.orderProfiles(roll.names);
  if (roll.of === 'user' || roll.of === 'group' || roll.of === 'domain-host')
    await writer.orderRoster(roll.of, roll.names);
  const noted = new EntryFindings(roll.provenance);
  for (const name of gone)
    noted.accept('gone-from-source', `${roll.of} ${name} is no longer in the source and was removed`);
  return noted.findings;
}

async function removeObjects(
  writer: ImportWriter,
  of: Exclude<ImportedRoll['of'], 'authority'>,
  listed: ReadonlySet<string>,
): Promise<readonly string[]> {
  const tables = {
    profile: writer.profiles,
    user: writer.users,
    group: writer.groups,
    'access-rule': writer.accessRules,
    'domain-host': writer.domainHosts,
  };
  const table = tables[of];
  const gone = [...(await table.read())].filter(([name, { origin }]) => origin === 'imported' && !listed.has(name));
  for (const [name] of gone) await table.remove(name);
  return gone.map(([name]) => name);
}

/** An authority can't be forgotten while its certificates are in the record: it becomes a former one. */
async function retireAuthorities(writer: ImportWriter, listed: ReadonlySet<string>): Promise<readonly AuthorityId[]> {
  const gone = (await writer.authorities.read()).filter(
    ({ id, isFormer, origin }) => !isFormer && origin === 'imported' && !listed.has(id),
  );
  for (const authority of gone)
    await writer.authorities.write({ ...authority, isFormer: true, isHostAuthority: false, enabled: false });
  return gone.map(({ id }) => id);
}

const nameLengthMax = 1_000;

function isName(name: string, what: string, findings: EntryFindings): boolean {
  if (name !== '' && name.length <= nameLengthMax && !name.includes('\0')) return true;
  findings.refuse('name-impossible', `${JSON.stringify(name.slice(0, 100))} cannot be the name of a ${what}`);
  return false;
}

function hasNoNul(text: string, findings: EntryFindings): boolean {
  if (!text.includes('\0')) return true;
  findings.refuse('text-unreadable', 'its text has NUL characters');
  return false;
}

function isReadable(certificateDer: Uint8Array, findings: EntryFindings): boolean {
  try {
    decodeCertificate(certificateDer, { rules: 'ber' });
    return true;
  } catch (error) {
    findings.accept(
      'user-certificate-unreadable',
      `a certificate of the user cannot be read and is left out: ${reasonOf(error)}`,
    );
    return false;
  }
}

/** Bytes are compared as bytes, whatever kind of array holds them. */
function isSameContent(left: object, right: object): boolean {
  return isDeepStrictEqual(comparable(left), comparable(right));
}

function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member)]));
}
