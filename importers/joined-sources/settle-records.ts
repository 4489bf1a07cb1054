// Decides what stands where several directories of one CA say different things about one object, and says what each of them said.
import { createHash, X509Certificate } from 'node:crypto';
import type { SourceCertificate, SourceFinding, SourceRecord, SourceRequest } from '../records.ts';

export interface SaidRecord {
  /** Name of the source. */
  readonly by: string;
  readonly record: SourceRecord;
}

export interface SettledRecord {
  readonly record: SourceRecord;
  /** Name of the source whose record it is. */
  readonly by: string;
  readonly findings: readonly SourceFinding[];
}

/**
 * `said` is in the order of the settings and about one object, which is called `entry` whoever is right; `silent` names the sources that do not have it. What stands: a certificate that anybody has revoked is
 * revoked (for good rather than on hold, then by the later date); of a request, what was decided rather than what waits, then what was changed later; of a
 * CRL, the higher number; of anything else, whose entries bear no date, what the first source says.
 */
export function settleRecords(
  said: readonly [SaidRecord, ...SaidRecord[]],
  silent: readonly string[],
  entry: string,
): SettledRecord {
  const [first] = said;
  const chosen = said.reduce((best, candidate) =>
    compareRecords(candidate.record, best.record) > 0 ? candidate : best,
  );
  const findings: SourceFinding[] = [];
  if (silent.length > 0) {
    const message = `only ${said.map(({ by }) => by).join(' and ')} has it, ${silent.join(' and ')} does not: is replication at work?`;
    findings.push({ kind: 'only-in-some-directories', verdict: 'accepted', message, entry });
  }
  for (const other of said.slice(1)) {
    const finding = compareSaid(first, other, chosen);
    if (finding !== null) findings.push({ ...finding, entry });
  }
  return { record: { ...chosen.record, entry }, by: chosen.by, findings };
}

/** Above zero when `a` is to stand rather than `b`; zero leaves it to the order of the sources. */
function compareRecords(a: SourceRecord, b: SourceRecord): number {
  if (a.kind === 'certificate' && b.kind === 'certificate') return compareRevocations(a.value, b.value);
  if (a.kind === 'request' && b.kind === 'request') return compareRequests(a.value, b.value);
  if (a.kind === 'crl' && b.kind === 'crl') return Number(a.value.crlNumber - b.value.crlNumber);
  return 0;
}

const certificateHold = 6;

function compareRevocations({ revocation: a }: SourceCertificate, { revocation: b }: SourceCertificate): number {
  const gravity = (revocation: typeof a) => (revocation === null ? 0 : revocation.reason === certificateHold ? 1 : 2);
  return gravity(a) - gravity(b) || (a?.revokedAt.getTime() ?? 0) - (b?.revokedAt.getTime() ?? 0);
}

function compareRequests(a: SourceRequest, b: SourceRequest): number {
  const progress: Readonly<Record<SourceRequest['state'], number>> = {
    begin: 0,
    pending: 1,
    svc_pending: 2,
    approved: 2,
    canceled: 3,
    rejected: 3,
    complete: 3,
  };
  return progress[a.state] - progress[b.state] || a.modifiedAt.getTime() - b.modifiedAt.getTime();
}

function compareSaid(first: SaidRecord, other: SaidRecord, chosen: SaidRecord): Omit<SourceFinding, 'entry'> | null {
  const [a, b] = [first.record, other.record];
  if (a.kind === 'certificate' && b.kind === 'certificate' && !isSame(a.value.certificateDer, b.value.certificateDer)) {
    const [x, y] = [describeCertificate(a.value), describeCertificate(b.value)];
    const message = `two certificates have this serial number: ${x} at ${first.by}, ${y} at ${other.by}; that of ${chosen.by} is taken in, and the other one is not`;
    return { kind: 'serial-number-used-twice', verdict: 'refused', message };
  }
  // CRLs are told one after another: one server being a number behind the other is no disagreement.
  if (a.kind === 'crl' && b.kind === 'crl' && a.value.crlNumber !== b.value.crlNumber) return null;
  const differences = differencesOf(a.value, b.value).filter(({ path }) => !decidesNothing(a, path));
  if (differences.length === 0) return null;
  const list = differences.map(({ path, left, right }) => `${path}: ${left} at ${first.by}, ${right} at ${other.by}`);
  const more = list.length > differencesMax ? `; and ${list.length - differencesMax} more` : '';
  const message = `the directories disagree: ${list.slice(0, differencesMax).join('; ')}${more}. What ${chosen.by} says is taken in.`;
  return { kind: 'directories-disagree', verdict: 'accepted', message };
}

/** A rule that stands there in several parts has the comment of the part that came first, and the order is the directory's own. */
function decidesNothing({ kind }: SourceRecord, path: string): boolean {
  return kind === 'access-rule' && path === 'comment';
}

const differencesMax = 8;
const valueLengthMax = 120;
/** Values that may be somebody's secret are not repeated. */
const secretName = /pass|pin\b|secret|private/i;

interface ValueDifference {
  readonly path: string;
  readonly left: string;
  readonly right: string;
}

function differencesOf(a: object, b: object, prefix = ''): ValueDifference[] {
  const [left, right] = [new Map<string, unknown>(Object.entries(a)), new Map<string, unknown>(Object.entries(b))];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => {
    const [x, y] = [left.get(name), right.get(name)];
    if (isSame(x, y)) return [];
    const path = `${prefix}${name}`;
    if (isPlain(x) && isPlain(y)) return differencesOf(x, y, `${path}.`);
    if (secretName.test(path)) return [{ path, left: 'a value that is not shown', right: 'another' }];
    return [{ path, left: show(x), right: show(y) }];
  });
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (value instanceof Uint8Array) return `${value.length} octets, SHA-256 ${fingerprint(value)}`;
  const text = canonical(value);
  return text.length > valueLengthMax
    ? `${text.slice(0, valueLengthMax)}… (SHA-256 ${fingerprint(Buffer.from(text))})`
    : text;
}

/** Text that is equal for equal values: directories keep the values of an attribute, and members of a group, in any order. */
function canonical(value: unknown): string {
  if (value === undefined) return 'null';
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const lines = members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${lines.join(',')}}`;
}

function describeCertificate({ certificateDer }: SourceCertificate): string {
  const print = `SHA-256 ${fingerprint(certificateDer)}`;
  try {
    const { subject, issuer } = new X509Certificate(certificateDer);
    const oneLine = (name: string) => name.split('\n').reverse().join(',');
    return `${oneLine(subject)} issued by ${oneLine(issuer)} (${print})`;
  } catch {
    return `unreadable octets (${print})`;
  }
}

function fingerprint(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}
