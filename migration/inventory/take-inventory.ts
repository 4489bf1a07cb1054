// Reads a whole source once and says what stands in it. Nothing is written anywhere.
import { ProfileSection } from '#codecs/dogtag-profile';
import { type Certificate, decodeCertificate, decodeCertificateList, formatName } from '#codecs/x509';
import {
  type ImportSource,
  keptSourceKinds,
  type SourceCertificate,
  type SourceCrl,
  type SourceFinding,
  type SourceGroup,
  type SourceKind,
  type SourceProfile,
  type SourceRecord,
  type SourceUser,
  sourceKinds,
} from '#importers';
import type { Clock } from '#platform';
import { CertificateCensusTaker, daysBetween } from './certificate-census.ts';
import type {
  AgentLine,
  AuthorityLine,
  CertificateCensus,
  CrlLine,
  Inventory,
  ProfileJudgement,
  ProfileLine,
} from './inventory.ts';
import { judgeRisks } from './judge-risks.ts';
import { KeptCensus } from './kept-census.ts';
import { describeRanges, observeRanges } from './observe-number-ranges.ts';

export interface TakeInventoryOptions {
  readonly source: ImportSource;
  readonly clock: Clock;
  /** Whether the engine can run a profile. */
  readonly judgeProfile: (profile: SourceProfile) => ProfileJudgement;
  /** Without it, nothing is said about keys. */
  readonly keys?: KnownKeys;
  readonly onProgress?: (progress: {
    readonly kind: SourceKind;
    readonly done: number;
    readonly total: number | null;
  }) => void;
  readonly signal?: AbortSignal;
}

/** The authorities' keys that this side has, or will have. */
export interface KnownKeys {
  /** Whether the signer has the key to a SubjectPublicKeyInfo. */
  isHere(subjectPublicKeyInfoDer: Uint8Array): boolean;
  /** Whether the host authority's key will be taken from a file. */
  readonly hasHostFile: boolean;
}

/** Rejects with SourceError when the source cannot be read. */
export async function takeInventory(options: TakeInventoryOptions): Promise<Inventory> {
  const { source, clock } = options;
  const now = clock.now();
  const description = await source.describe();
  const hosts = description.servers.map((server) => server.replace(/:\d+$/, ''));
  const collected = new Collector(now, hosts, options.keys ?? null);
  for (const finding of description.findings) collected.note(finding);
  const counts: { kind: SourceKind; count: number }[] = [];
  for (const kind of sourceKinds) {
    const total = await source.count(kind);
    let done = 0;
    for await (const batch of source.read(kind, null)) {
      options.signal?.throwIfAborted();
      if (batch.isAhead) continue;
      for (const record of batch.records) collected.add(record);
      collected.kept.add(batch.kept);
      for (const finding of batch.findings) collected.note(finding);
      done += batch.entryCount;
      options.onProgress?.({ kind, done, total });
    }
    if (done > 0 || !keptSourceKinds.some((kept) => kept === kind)) counts.push({ kind, count: done });
  }
  const { ranges, findings } = await source.readNumberRanges();
  for (const finding of findings) collected.note(finding);
  const certificates = collected.census.result();
  const highest = certificates.highestSerial === null ? null : BigInt(certificates.highestSerial);
  const { isRandom, randomBits } = observeRanges(ranges, 'certificate', highest);
  const inventory: Omit<Inventory, 'risks'> = {
    source: description.name,
    server: description.server,
    timeZone: description.timeZone,
    takenAt: now.toISOString(),
    servers: description.servers,
    remarks: description.remarks,
    counts,
    certificates,
    requests: collected.requestLines(),
    authorities: collected.authorities,
    profiles: collected.profiles.map((profile) => profileLine(profile, certificates, options.judgeProfile(profile))),
    agents: agentLines(collected, now),
    systemCertificates: collected.census.systemCertificates(),
    crls: collected.crls.map((crl) => crlLine(crl, now)),
    ranges: describeRanges(ranges, {
      certificate: highest,
      request: collected.highestRequest,
      replica: null,
    }),
    kept: collected.kept.lines(),
    account: await source.account(),
    randomNumberBits: isRandom ? randomBits : 0,
    findings: collected.findingLines(),
  };
  return { ...inventory, risks: judgeRisks(inventory, now) };
}

/** Keeps what is few and counts what is many. */
class Collector {
  readonly census: CertificateCensusTaker;
  readonly kept = new KeptCensus();
  readonly authorities: AuthorityLine[] = [];
  readonly profiles: SourceProfile[] = [];
  readonly users: SourceUser[] = [];
  readonly groups: SourceGroup[] = [];
  readonly crls: SourceCrl[] = [];
  highestRequest: bigint | null = null;
  readonly #now: Date;
  readonly #keys: KnownKeys | null;
  /** Certificates of users by serial number, which come before all others. */
  readonly #usersCertificates = new Map<bigint, Uint8Array[]>();
  /** Those of them that the source holds as revoked. */
  readonly revokedOfUsers = new Set<Uint8Array>();
  readonly #requests = new Map<string, number>();
  readonly #findings = new Map<string, { count: number; readonly example: string }>();

  constructor(now: Date, serverHosts: readonly string[], keys: KnownKeys | null) {
    this.#now = now;
    this.#keys = keys;
    this.census = new CertificateCensusTaker(now, serverHosts);
  }

  add(record: SourceRecord): void {
    switch (record.kind) {
      case 'certificate':
        this.census.add(record.value);
        this.#noteRevoked(record.value);
        return;
      case 'request': {
        const { id, kind, state } = record.value;
        if (this.highestRequest === null || id > this.highestRequest) this.highestRequest = id;
        this.#requests.set(`${kind} ${state}`, (this.#requests.get(`${kind} ${state}`) ?? 0) + 1);
        return;
      }
      case 'authority': {
        const { id, subject, isHostAuthority, enabled, certificateDer } = record.value;
        const certificate = certificateDer === null ? null : decodeQuietly(certificateDer);
        const notAfter = certificate?.notAfter ?? null;
        const daysLeft = notAfter === null ? null : daysBetween(this.#now, notAfter);
        this.authorities.push({
          id,
          subject,
          isHostAuthority,
          enabled,
          notAfter: notAfter?.toISOString() ?? null,
          daysLeft,
          key: this.#placeOfKey(certificate, isHostAuthority),
        });
        return;
      }
      case 'profile':
        this.profiles.push(record.value);
        return;
      case 'user':
        this.users.push(record.value);
        for (const certificateDer of record.value.certificatesDer) this.#noteOfUser(certificateDer);
        return;
      case 'group':
        this.groups.push(record.value);
        return;
      case 'crl':
        this.crls.push(record.value);
        return;
      case 'access-rule':
      case 'domain-host':
    }
  }

  #placeOfKey(certificate: Certificate | null, isHostAuthority: boolean): AuthorityLine['key'] {
    if (this.#keys === null || certificate === null) return 'unknown';
    if (this.#keys.isHere(certificate.subjectPublicKeyInfoDer)) return 'here';
    return isHostAuthority && this.#keys.hasHostFile ? 'in a file' : 'missing';
  }

  #noteOfUser(certificateDer: Uint8Array): void {
    const serial = decodeQuietly(certificateDer)?.serialNumber;
    if (serial === undefined) return;
    const known = this.#usersCertificates.get(serial);
    if (known === undefined) this.#usersCertificates.set(serial, [certificateDer]);
    else known.push(certificateDer);
  }

  #noteRevoked({ serialNumber, revocation, certificateDer }: SourceCertificate): void {
    if (revocation === null) return;
    for (const ofUser of this.#usersCertificates.get(serialNumber) ?? [])
      if (Buffer.compare(ofUser, certificateDer) === 0) this.revokedOfUsers.add(ofUser);
  }

  note({ kind, verdict, entry, message }: SourceFinding): void {
    const key = `${verdict} ${kind}`;
    const known = this.#findings.get(key);
    if (known === undefined) this.#findings.set(key, { count: 1, example: `${entry}: ${message}` });
    else known.count++;
  }

  requestLines(): Inventory['requests'] {
    return [...this.#requests].sort().map(([key, count]) => {
      const [kind = '', state = ''] = key.split(' ');
      return { kind, state, count };
    });
  }

  findingLines(): Inventory['findings'] {
    return [...this.#findings]
      .sort(([a], [b]) => (a > b ? -1 : 1))
      .map(([key, line]) => {
        const [verdict, kind = ''] = key.split(' ');
        return { kind, verdict: verdict === 'refused' ? 'refused' : 'accepted', ...line };
      });
  }
}

function profileLine(
  profile: SourceProfile,
  { profiles }: CertificateCensus,
  judgement: ProfileJudgement,
): ProfileLine {
  const counted = profiles.find(({ name }) => name === profile.id);
  const section = parseQuietly(profile.configurationText);
  return {
    id: profile.id,
    enabled: section?.findFlag('enable') === true,
    visible: section?.findFlag('visible') === true,
    issued: counted?.all ?? 0,
    valid: counted?.valid ?? 0,
    ...judgement,
  };
}

function parseQuietly(text: string): ProfileSection | null {
  try {
    return ProfileSection.parse(text);
  } catch {
    return null;
  }
}

/** Everybody who may decide or administer, by membership in whatever group. */
function agentLines({ users, groups, revokedOfUsers }: Collector, now: Date): AgentLine[] {
  return users.flatMap((user) => {
    const memberOf = groups.filter(({ memberUserIds }) => memberUserIds.includes(user.userId)).map(({ name }) => name);
    if (memberOf.length === 0) return [];
    const certificates = user.certificatesDer.flatMap(
      (certificateDer) => agentCertificate(certificateDer, user, revokedOfUsers.has(certificateDer), now) ?? [],
    );
    return [{ userId: user.userId, groups: memberOf, certificates }];
  });
}

function agentCertificate(
  certificateDer: Uint8Array,
  user: SourceUser,
  isRevoked: boolean,
  now: Date,
): AgentLine['certificates'][number] | null {
  try {
    const { serialNumber, subjectDer, issuerDer, notAfter, version } = decodeCertificate(certificateDer, {
      rules: 'ber',
    });
    const subject = formatName(subjectDer);
    const claim = [version, serialNumber, formatName(issuerDer), subject].join(';');
    return {
      subject,
      serialNumber: serialNumber.toString(),
      notAfter: notAfter.toISOString(),
      daysLeft: daysBetween(now, notAfter),
      isClaimed: user.certificateClaims.includes(claim),
      isRevoked,
    };
  } catch {
    return null;
  }
}

function crlLine({ issuingPoint, crlKind, crlNumber, crlDer }: SourceCrl, now: Date): CrlLine {
  const line = { issuingPoint, kind: crlKind, crlNumber: crlNumber.toString() };
  if (crlDer === null) return { ...line, thisUpdate: null, nextUpdate: null, ageHours: null, entries: null };
  try {
    const { thisUpdate, nextUpdate, revokedCertificates } = decodeCertificateList(crlDer, { rules: 'ber' });
    let entries = 0;
    for (const _ of revokedCertificates()) entries++;
    return {
      ...line,
      thisUpdate: thisUpdate.toISOString(),
      nextUpdate: nextUpdate?.toISOString() ?? null,
      ageHours: Math.round((now.getTime() - thisUpdate.getTime()) / 360_000) / 10,
      entries,
    };
  } catch {
    return { ...line, thisUpdate: null, nextUpdate: null, ageHours: null, entries: null };
  }
}

function decodeQuietly(certificateDer: Uint8Array): Certificate | null {
  try {
    return decodeCertificate(certificateDer, { rules: 'ber' });
  } catch {
    return null;
  }
}
