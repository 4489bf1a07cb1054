// The intake: judges a batch while the one before it is being stored, and stores batches in the order in which they came.
import {
  type AuditEvent,
  accompanyingKinds,
  CaError,
  type ImportLedger,
  type ImportWriter,
  type StoredAuthority,
} from '#ca-core/engine';
import type { Clock } from '#platform';
import { SignatureChecker } from './check-signature.ts';
import type {
  Finding,
  ImportedAuthority,
  ImportedCertificate,
  ImportedFact,
  Intake,
  IntakeResult,
  Provenance,
} from './intake.ts';
import { IssuerRegistry } from './issuer-registry.ts';
import { type JudgedAuthority, judgeAuthorities, writeAuthorities } from './judge-authorities.ts';
import { type JudgedCertificate, judgeCertificates } from './judge-certificates.ts';
import { type JudgedCrl, judgeCrl, writeCrls } from './judge-crls.ts';
import { type JudgedKeptEntries, judgeKeptEntries, writeKeptEntries } from './judge-kept.ts';
import {
  followRoll,
  judgeAccessRule,
  judgeDomainHost,
  judgeGroup,
  judgeProfile,
  judgeUser,
  type ProfileJudge,
  writeObjects,
} from './judge-objects.ts';
import { type JudgedRequest, judgeRequest, writeRequests } from './judge-requests.ts';
import type { Outcome } from './judgement.ts';
import { writeCertificates } from './write-certificates.ts';

export interface IntakeOptions {
  readonly ledger: ImportLedger;
  readonly clock: Clock;
  /** Without one, profiles are taken as text. */
  readonly judgeProfile?: ProfileJudge;
}

type FactOf<Kind extends ImportedFact['kind']> = Extract<ImportedFact, { kind: Kind }>['fact'];
type Checkpoint = { readonly name: string; readonly value: string };

/** A batch with everything decided that can be decided without the record's tables. */
interface JudgedBatch {
  readonly authorities: readonly JudgedAuthority[];
  /** Authorities of the record that were waiting for their certificate. */
  readonly completed: readonly JudgedAuthority[];
  readonly formerAuthorities: readonly StoredAuthority[];
  readonly certificates: readonly JudgedCertificate[];
  readonly requests: readonly JudgedRequest[];
  readonly profiles: readonly ReturnType<typeof judgeProfile>[];
  readonly users: readonly ReturnType<typeof judgeUser>[];
  readonly groups: readonly ReturnType<typeof judgeGroup>[];
  readonly accessRules: readonly ReturnType<typeof judgeAccessRule>[];
  readonly domainHosts: readonly ReturnType<typeof judgeDomainHost>[];
  readonly crls: readonly JudgedCrl[];
  readonly kept: readonly JudgedKeptEntries[];
  readonly acmeStates: readonly FactOf<'acme'>[];
  readonly rolls: readonly FactOf<'roll'>[];
}

/** See Intake. Batches may be given without waiting for the one before; they commit in order, and one that fails takes those behind it with it. */
export function createIntake(options: IntakeOptions): Intake {
  return new LedgerIntake(options);
}

class LedgerIntake implements Intake {
  readonly #ledger: ImportLedger;
  readonly #clock: Clock;
  readonly #judgeProfile: ProfileJudge;
  readonly #registry: IssuerRegistry;
  readonly #signatures: SignatureChecker;
  #judging: Promise<unknown> = Promise.resolve();
  #storing: Promise<unknown> = Promise.resolve();

  constructor({ ledger, clock, judgeProfile: judge }: IntakeOptions) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#judgeProfile = judge ?? (() => null);
    this.#registry = new IssuerRegistry(ledger);
    this.#signatures = new SignatureChecker(ledger);
  }

  async accept(
    facts: readonly ImportedFact[],
    checkpoint?: Checkpoint,
    readerFindings: readonly Finding[] = [],
    { mayBeRepeated = false }: { readonly mayBeRepeated?: boolean } = {},
  ): Promise<IntakeResult> {
    const judging = this.#judging.then(() => this.#judge(facts));
    this.#judging = judging.catch(() => {});
    const before = this.#storing;
    const storing = this.#store(before, judging, { facts, checkpoint, readerFindings, mayBeRepeated });
    this.#storing = storing;
    // Whoever is not waiting for this one learns of its failure through the next.
    storing.catch(() => {});
    try {
      return await storing;
    } catch (error) {
      this.#registry.forget();
      if (this.#storing === storing) this.#storing = Promise.resolve();
      throw error;
    }
  }

  readCheckpoint(name: string): Promise<string | null> {
    return this.#ledger.readCheckpoint(name);
  }

  listFindings(limit: number): Promise<readonly Finding[]> {
    return this.#ledger.listFindings(limit);
  }

  findFindings(source: string, entries: readonly string[]): Promise<readonly Finding[]> {
    return this.#ledger.findFindings(source, entries);
  }

  checkSignature(kind: 'certificate' | 'crl', der: Uint8Array): Promise<string | null> {
    return this.#signatures.check(kind, der);
  }

  /** Authorities first, because certificates and CRLs are judged by their keys. */
  async #judge(facts: readonly ImportedFact[]): Promise<JudgedBatch> {
    const registry = this.#registry;
    const now = this.#clock.now();
    await registry.load();
    const certificateFacts = factsOf(facts, 'certificate');
    const authorityFacts = factsOf(facts, 'authority');
    const authorities = await judgeAuthorities(authorityFacts, certificateFacts, registry, (serial) =>
      this.#ledger.findCertificate(serial),
    );
    // An authority may have come before its certificate, which is in this batch now.
    const waiting = waitingAuthorities(registry.authorities, authorityFacts, certificateFacts);
    const completed = await judgeAuthorities(waiting, certificateFacts, registry, async () => null);
    const { certificates, formerAuthorities } = await judgeCertificates(certificateFacts, registry, now);
    const crls: JudgedCrl[] = [];
    for (const fact of factsOf(facts, 'crl')) crls.push(await judgeCrl(fact, registry, now));
    return {
      authorities,
      completed,
      formerAuthorities,
      certificates,
      requests: factsOf(facts, 'request').map(judgeRequest),
      profiles: factsOf(facts, 'profile').map((fact) => judgeProfile(fact, this.#judgeProfile)),
      users: factsOf(facts, 'user').map(judgeUser),
      groups: factsOf(facts, 'group').map(judgeGroup),
      accessRules: factsOf(facts, 'access-rule').map(judgeAccessRule),
      domainHosts: factsOf(facts, 'domain-host').map(judgeDomainHost),
      crls,
      kept: factsOf(facts, 'kept').map(judgeKeptEntries),
      acmeStates: factsOf(facts, 'acme'),
      rolls: factsOf(facts, 'roll'),
    };
  }

  async #store(before: Promise<unknown>, judging: Promise<JudgedBatch>, given: GivenBatch): Promise<IntakeResult> {
    const [earlier, judged] = await Promise.allSettled([before, judging]);
    if (earlier.status === 'rejected')
      throw new CaError('internal', 'A batch before this one was not stored', { cause: earlier.reason });
    if (judged.status === 'rejected') throw judged.reason;
    const { mayBeRepeated } = given;
    return this.#ledger.commit((writer) => storeBatch(writer, judged.value, given), { mayBeRepeated });
  }
}

interface GivenBatch {
  readonly facts: readonly ImportedFact[];
  readonly checkpoint: Checkpoint | undefined;
  readonly readerFindings: readonly Finding[];
  readonly mayBeRepeated: boolean;
}

interface Written {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

async function storeBatch(writer: ImportWriter, batch: JudgedBatch, given: GivenBatch): Promise<IntakeResult> {
  // Locks in the ledger's order: requests, certificates, everything else.
  const written = new Map<string, Written>();
  written.set('request', await writeRequests(writer, batch.requests));
  written.set('certificate', await writeCertificates(writer, batch.certificates));
  written.set('authority', await writeAuthorities(writer, batch.authorities, batch.formerAuthorities));
  const completed = await writeAuthorities(writer, batch.completed, []);
  written.set('profile', await writeObjects(writer.profiles, batch.profiles));
  written.set('user', await writeObjects(writer.users, batch.users));
  written.set('group', await writeObjects(writer.groups, batch.groups));
  written.set('access-rule', await writeObjects(writer.accessRules, batch.accessRules));
  written.set('domain-host', await writeObjects(writer.domainHosts, batch.domainHosts));
  written.set('crl', await writeCrls(writer, batch.crls));
  for (const [kind, part] of await writeKeptEntries(writer, batch.kept)) written.set(kind, part);
  written.set('acme', await writeAcmeStates(writer, batch.acmeStates));
  const removals: Finding[] = [];
  for (const roll of batch.rolls) removals.push(...(await followRoll(writer, roll)));
  const findings = [
    ...judgedFindings(batch),
    ...completed.findings,
    ...[...written.values()].flatMap((part) => part.findings),
    ...removals,
  ];
  const places = [...given.facts.map(({ fact }) => fact.provenance), ...given.readerFindings.map(placeOf)];
  await writer.writeFindings(places, [...findings, ...given.readerFindings]);
  if (given.checkpoint !== undefined) await writer.writeCheckpoint(given.checkpoint.name, given.checkpoint.value);
  const counted = [...written].flatMap(([kind, { outcomes }]) => (accompanyingKinds.has(kind) ? [] : outcomes));
  const result = { ...countOutcomes(counted), findings };
  await writer.appendAudit(auditOf(given.facts, written, removals));
  return { ...result, updated: result.updated + removals.length };
}

/** One after the other: the last of them is how it is. */
async function writeAcmeStates(writer: ImportWriter, states: readonly FactOf<'acme'>[]): Promise<Written> {
  const outcomes: Outcome[] = [];
  for (const { enabled } of states) {
    const known = await writer.acme.isEnabled();
    outcomes.push(known === enabled ? 'unchanged' : known === null ? 'inserted' : 'updated');
    if (known !== enabled) await writer.acme.write(enabled);
  }
  return { outcomes, findings: [] };
}

function judgedFindings(batch: JudgedBatch): readonly Finding[] {
  const { authorities, completed, certificates, requests, profiles, users, groups, accessRules, domainHosts } = batch;
  const { crls, kept } = batch;
  return [
    authorities,
    completed,
    certificates,
    requests,
    profiles,
    users,
    groups,
    accessRules,
    domainHosts,
    crls,
    kept,
  ].flatMap((judged) => judged.flatMap(({ findings }) => findings.findings));
}

function countOutcomes(outcomes: readonly Outcome[]): Record<Outcome, number> {
  const counts = { inserted: 0, updated: 0, unchanged: 0, refused: 0 };
  for (const outcome of outcomes) counts[outcome] += 1;
  return counts;
}

/** One record for each batch that changed anything: what came from where, and how much of it. */
function auditOf(
  facts: readonly ImportedFact[],
  written: ReadonlyMap<string, Written>,
  removals: readonly Finding[],
): readonly AuditEvent[] {
  const details: Record<string, string> = {};
  for (const [kind, { outcomes }] of written) {
    const { inserted, updated } = countOutcomes(outcomes);
    if (inserted > 0) details[`${kind}-inserted`] = String(inserted);
    if (updated > 0) details[`${kind}-updated`] = String(updated);
  }
  if (removals.length > 0) details.removed = String(removals.length);
  if (Object.keys(details).length === 0) return [];
  const sources = new Set(facts.map(({ fact }) => fact.provenance.source));
  return [
    {
      name: 'fact-applied',
      outcome: 'success',
      actor: 'system',
      remoteAddress: null,
      details: { source: [...sources].join(' '), ...details, ...entryOf(facts) },
    },
  ];
}

/** A single fact is named; of a batch the counts say enough. */
function entryOf(facts: readonly ImportedFact[]): Record<string, string> {
  const [only] = facts;
  return facts.length === 1 && only !== undefined ? { entry: only.fact.provenance.entry } : {};
}

/** Authorities of the record whose certificate is in this batch, as if they had been told again. */
function waitingAuthorities(
  authorities: readonly StoredAuthority[],
  told: readonly ImportedAuthority[],
  certificates: readonly ImportedCertificate[],
): readonly ImportedAuthority[] {
  return authorities.flatMap((authority) => {
    const { id, isHostAuthority, parentId, enabled, description, certificateDer, serialNumber: serial } = authority;
    const { toldSubject, keyNickname, keyHosts } = authority;
    const certificate = certificates.find(({ claimedSerialNumber }) => claimedSerialNumber === serial);
    if (certificateDer !== null || certificate === undefined || told.some((fact) => fact.id === id)) return [];
    const base = { id, isHostAuthority, parentId, enabled, description, toldSubject, keyNickname, keyHosts };
    const { provenance, claimedSerialNumber: certificateSerial } = certificate;
    return [{ ...base, provenance, certificateSerial, certificateDer: certificate.certificateDer }];
  });
}

function factsOf<Kind extends ImportedFact['kind']>(facts: readonly ImportedFact[], kind: Kind): FactOf<Kind>[] {
  return facts
    .filter((fact): fact is Extract<ImportedFact, { kind: Kind }> => fact.kind === kind)
    .map(({ fact }) => fact as FactOf<Kind>);
}

const placeOf = ({ provenance }: Finding): Provenance => provenance;
