// Turns a certificate query into SQL conditions; each has an index, and pages follow the serial number.
import { CaError, type CertificateQuery, type CertificateStatus } from '#ca-core/engine';
import { netscapeCertTypeNames } from '#codecs/x509';
import type { SqlValue } from '#platform';
import { netscapeBit } from './certificate-columns.ts';
import { digestText, foldText, likePattern, storableText, subjectValueDigests } from './search-text.ts';

export interface SqlConditions {
  /** Joined with `and`; `true` when there are none. Columns are those of `certificates c`. */
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** Conditions of a query without its paging. Throws CaError `malformed-request` for a certificate type that does not exist. */
export function conditionsOf(query: CertificateQuery, now: Date): SqlConditions {
  const builder = new ConditionBuilder();
  addIdentity(builder, query);
  addStatuses(builder, query.statuses, now);
  addSubject(builder, query.subject);
  addDates(builder, query);
  addRevocation(builder, query);
  addCertificateType(builder, query.netscapeCertificateType);
  return builder.build();
}

class ConditionBuilder {
  readonly #conditions: string[] = [];
  readonly #values: SqlValue[] = [];

  /** The placeholder of a value. */
  value(value: SqlValue): string {
    this.#values.push(value);
    return `$${this.#values.length}`;
  }

  add(condition: string): void {
    this.#conditions.push(condition);
  }

  /** `column operator value`, unless the value is absent. */
  compare(column: string, operator: string, value: SqlValue | undefined): void {
    if (value !== undefined) this.add(`${column} ${operator} ${this.value(value)}`);
  }

  build(): SqlConditions {
    return { text: this.#conditions.length === 0 ? 'true' : this.#conditions.join(' and '), values: this.#values };
  }
}

function addIdentity(builder: ConditionBuilder, query: CertificateQuery): void {
  builder.compare('c.serial_number', '>=', query.serialFrom);
  builder.compare('c.serial_number', '<=', query.serialTo);
  if (query.issuer !== undefined)
    builder.compare('c.issuer_digest', '=', digestText(foldText(storableText(query.issuer))));
  builder.compare('c.profile_id', '=', query.profileId === undefined ? undefined : storableText(query.profileId));
  addUser(builder, 'c.issued_by', query.issuedBy);
}

const statusConditions: Readonly<Record<CertificateStatus, (now: string) => string>> = {
  valid: (now) => `(c.revoked_at is null and c.not_after >= ${now} and c.not_before <= ${now})`,
  invalid: (now) => `(c.revoked_at is null and c.not_after >= ${now} and c.not_before > ${now})`,
  expired: (now) => `(c.revoked_at is null and c.not_after < ${now})`,
  revoked: (now) => `(c.revoked_at is not null and c.not_after >= ${now})`,
  'revoked-expired': (now) => `(c.revoked_at is not null and c.not_after < ${now})`,
};

/** Agrees with certificateStatusAt of the engine's model. */
function addStatuses(builder: ConditionBuilder, statuses: readonly CertificateStatus[] | undefined, now: Date): void {
  if (statuses === undefined) return;
  const wanted = new Set(statuses);
  if (wanted.size === Object.keys(statusConditions).length) return;
  const at = wanted.size === 0 ? '' : builder.value(now);
  const alternatives = [...wanted].map((status) => statusConditions[status](`${at}::timestamptz`));
  builder.add(alternatives.length === 0 ? 'false' : `(${alternatives.join(' or ')})`);
}

function addSubject(builder: ConditionBuilder, subject: CertificateQuery['subject']): void {
  if (subject === undefined || subject.parts.length === 0) return;
  const parts = subject.parts.map(({ attribute, value }) => {
    const start = foldText(`${attribute}=`);
    const text = foldText(value);
    if (subject.match === 'contains-any')
      return `c.subject_folded like ${builder.value(`%${likePattern([start, text])}%`)}`;
    return holdsExactly(builder, storableText(`${start}${text},`));
  });
  builder.add(`(${parts.join(subject.match === 'contains-any' ? ' or ' : ' and ')})`);
}

/** The index is asked for the values alone; whether they stand together behind this attribute is looked at row by row. */
function holdsExactly(builder: ConditionBuilder, text: string): string {
  const found = `position(${builder.value(text)} in (c.subject_folded || ',')) > 0`;
  const digests = subjectValueDigests(text);
  return digests.length === 0 ? found : `(c.subject_values @> ${builder.value(digests)}::bigint[] and ${found})`;
}

function addDates(builder: ConditionBuilder, query: CertificateQuery): void {
  builder.compare('c.issued_at', '>=', comparableDate(query.issuedFrom));
  builder.compare('c.issued_at', '<=', comparableDate(query.issuedTo));
  builder.compare('c.not_before', '>=', comparableDate(query.notBeforeFrom));
  builder.compare('c.not_before', '<=', comparableDate(query.notBeforeTo));
  builder.compare('c.not_after', '>=', comparableDate(query.notAfterFrom));
  builder.compare('c.not_after', '<=', comparableDate(query.notAfterTo));
  const { validityLength } = query;
  if (validityLength === undefined) return;
  const { operation, milliseconds } = validityLength;
  if (Number.isNaN(milliseconds)) throw new CaError('malformed-request', 'A length of the search cannot be read');
  const bounded = Math.min(Math.max(milliseconds, -validityMsMax), validityMsMax);
  // The operator can't be a parameter in SQL; written out, nothing of the caller's gets into the text.
  if (operation === '<=') builder.add(`c.validity_ms <= ${builder.value(Math.floor(bounded))}`);
  else builder.add(`c.validity_ms >= ${builder.value(Math.ceil(bounded))}`);
}

/** Longer than from the year 0 to 9999. */
const validityMsMax = 1e15;
const earliestMs = Date.parse('0001-01-01T00:00:00Z');
const latestMs = Date.UTC(10_000, 0, 1);

/** Clients may send any number as a date; beyond what certificates can say it makes no difference, but PostgreSQL would refuse it. */
function comparableDate(date: Date | undefined): Date | undefined {
  if (date === undefined) return undefined;
  if (Number.isNaN(date.getTime())) throw new CaError('malformed-request', 'A date of the search cannot be read');
  return new Date(Math.min(Math.max(date.getTime(), earliestMs), latestMs));
}

/** The date of a revocation that clients are told. */
const revocationTold = 'coalesce(c.revocation_noted_at, c.revoked_at)';

function addRevocation(builder: ConditionBuilder, query: CertificateQuery): void {
  addUser(builder, 'c.revoked_by', query.revokedBy);
  // Said once more for the index, which holds revoked certificates only.
  if (query.revokedFrom !== undefined || query.revokedTo !== undefined) builder.add('c.revoked_at is not null');
  builder.compare(revocationTold, '>=', comparableDate(query.revokedFrom));
  builder.compare(revocationTold, '<=', comparableDate(query.revokedTo));
  if (query.revocationReasons !== undefined)
    builder.add(
      `c.revoked_at is not null and c.revocation_reason = any(${builder.value([...query.revocationReasons])}::integer[])`,
    );
  if (query.hasInvalidityDate !== undefined)
    builder.add(`c.revoked_at is not null and c.invalidity_date is ${query.hasInvalidityDate ? 'not null' : 'null'}`);
}

/** Equal regardless of case, as user ids are in the directory; the empty text matches whoever it was, if that is known. */
function addUser(builder: ConditionBuilder, column: string, userId: string | undefined): void {
  if (userId === undefined) return;
  if (userId === '') builder.add(`${column} is not null`);
  else builder.add(`lower(${column}) = lower(${builder.value(storableText(userId))})`);
}

function addCertificateType(builder: ConditionBuilder, types: CertificateQuery['netscapeCertificateType']): void {
  if (types === undefined) return;
  let mask = 0;
  let bits = 0;
  for (const [name, isSet] of Object.entries(types)) {
    const bit = (netscapeCertTypeNames as readonly string[]).indexOf(name);
    if (bit < 0) throw new CaError('malformed-request', `Unknown certificate type ${name}`, { subject: name });
    mask |= netscapeBit(bit);
    if (isSet) bits |= netscapeBit(bit);
  }
  // Certificates without the extension have null there and match neither way.
  if (mask !== 0) builder.add(`c.netscape_certificate_type & ${builder.value(mask)} = ${builder.value(bits)}`);
}
