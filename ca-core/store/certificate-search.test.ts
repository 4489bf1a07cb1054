// Searches find what a plain look through all certificates finds, in every combination of conditions.
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import {
  auditKeyFromBytes,
  CaError,
  type CertificateQuery,
  type CertificateRecord,
  certificateStatusAt,
  type RevocationReason,
  serialNumber,
} from '#ca-core/engine';
import {
  decodeCertificate,
  decodeNetscapeCertType,
  encodeNetscapeCertType,
  extensionOids,
  findExtension,
  type NetscapeCertTypeName,
} from '#codecs/x509';
import { silentLog, systemClock } from '#platform';
import { sampleCertificateRecord, sampleCertificateWith } from '#test/sample-records';
import { withTestDatabase } from '#test/test-database';
import { conditionsOf } from './certificate-search.ts';
import { fillSubjectValues } from './migrations/0014-exact-subjects.ts';
import { storeMigrations } from './migrations/index.ts';
import { openStore, type PostgresStore } from './open-store.ts';

const day = 24 * 3600 * 1000;
const start = Date.UTC(2026, 0, 1);
const now = new Date(start + 50 * day + 12 * 3600 * 1000);

const subjects = [
  'CN=web1.example.test,O=EXAMPLE.TEST',
  'CN=web10.example.test,O=Example.Test',
  'CN=100%_sure\\, really,OU=a\\\\b,O=EXAMPLE.TEST',
  'UID=jdoe,E=jdoe@example.test,CN=John Doe,O=EXAMPLE.TEST',
  'CN=Müller  GmbH,L=Köln,ST=NRW,C=DE',
  'CN=o=trap,O=X',
  'CN=Sample Authority,O=SAMPLE',
];
const typeSets: (NetscapeCertTypeName[] | null)[] = [null, null, ['sslClient'], ['sslServer', 'smime'], []];

function makeCertificates(): CertificateRecord[] {
  return Array.from({ length: 140 }, (_, index) => {
    const subject = subjects[index % subjects.length] ?? '';
    const types = typeSets[index % typeSets.length] ?? null;
    const extensions =
      types === null
        ? []
        : [{ oid: extensionOids.netscapeCertType, critical: false, valueDer: encodeNetscapeCertType(new Set(types)) }];
    const serial = BigInt(index) * (index % 3 === 0 ? 1n : 2n ** 80n) + 1n;
    const notBefore = new Date(start + ((index * 7) % 60) * day);
    const isRevoked = index % 4 === 1;
    return sampleCertificateRecord(sampleCertificateWith(serial, subject, extensions), {
      subject,
      issuer: index % 11 === 0 ? 'CN=Other CA,O=OLD' : 'CN=Sample Authority,O=SAMPLE',
      notBefore,
      notAfter: new Date(
        notBefore.getTime() + ([5, 30, 30, 365][index % 4] ?? 1) * day + (index % 2) * 6 * 3600 * 1000,
      ),
      issuedAt: new Date(start + index * 3600 * 1000),
      issuedBy: [null, 'ipara', 'admin', 'Admin'][index % 4] ?? null,
      revocation: isRevoked
        ? {
            reason: ([0, 1, 6, 10] as RevocationReason[])[index % 4] ?? 0,
            revokedAt: new Date(start + index * day),
            ...(index % 12 === 1 ? { notedAt: new Date(start + (index + 1) * day) } : {}),
            revokedBy: index % 8 === 1 ? 'agent' : null,
            invalidityDate: index % 16 === 1 ? new Date(start) : null,
          }
        : null,
      origin: index % 2 === 0 ? 'native' : 'imported',
    });
  });
}

const fold = (text: string) => text.toLowerCase().replaceAll(/ +/g, ' ');

function matchesSubject({ subject }: CertificateRecord, wanted: NonNullable<CertificateQuery['subject']>): boolean {
  const text = fold(subject);
  if (wanted.parts.length === 0) return true;
  if (wanted.match === 'contains-any')
    return wanted.parts.some(({ attribute, value }) => {
      const at = text.indexOf(fold(`${attribute}=`));
      return at >= 0 && text.indexOf(fold(value), at + attribute.length + 1) >= 0;
    });
  return wanted.parts.every(({ attribute, value }) => {
    const part = fold(`${attribute}=${value}`);
    return text.includes(`${part},`) || text.endsWith(part);
  });
}

function between(at: Date | undefined, from: Date | undefined, to: Date | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  return at !== undefined && (from === undefined || at >= from) && (to === undefined || at <= to);
}

function matches(record: CertificateRecord, query: CertificateQuery): boolean {
  const { revocation, serialNumber: serial } = record;
  const sameUser = (user: string | null | undefined, wanted: string | undefined) =>
    wanted === undefined || (user != null && (wanted === '' || user.toLowerCase() === wanted.toLowerCase()));
  const lengthMs = record.notAfter.getTime() - record.notBefore.getTime();
  const extension = findExtension(decodeCertificate(record.certificateDer).extensions, extensionOids.netscapeCertType);
  const types = extension === null ? null : decodeNetscapeCertType(extension.valueDer);
  return (
    (query.serialFrom === undefined || serial >= query.serialFrom) &&
    (query.serialTo === undefined || serial <= query.serialTo) &&
    (query.statuses === undefined || query.statuses.includes(certificateStatusAt(record, now))) &&
    (query.issuer === undefined || fold(record.issuer) === fold(query.issuer)) &&
    (query.subject === undefined || matchesSubject(record, query.subject)) &&
    sameUser(record.issuedBy, query.issuedBy) &&
    sameUser(revocation?.revokedBy, query.revokedBy) &&
    between(record.issuedAt, query.issuedFrom, query.issuedTo) &&
    between(revocation?.notedAt ?? revocation?.revokedAt, query.revokedFrom, query.revokedTo) &&
    between(record.notBefore, query.notBeforeFrom, query.notBeforeTo) &&
    between(record.notAfter, query.notAfterFrom, query.notAfterTo) &&
    (query.revocationReasons === undefined ||
      (revocation !== null && query.revocationReasons.includes(revocation.reason))) &&
    (query.hasInvalidityDate === undefined ||
      (revocation !== null && (revocation.invalidityDate !== null) === query.hasInvalidityDate)) &&
    (query.validityLength === undefined ||
      (query.validityLength.operation === '<='
        ? lengthMs <= query.validityLength.milliseconds
        : lengthMs >= query.validityLength.milliseconds)) &&
    Object.entries(query.netscapeCertificateType ?? {}).every(
      ([name, isSet]) => types !== null && types.has(name as NetscapeCertTypeName) === isSet,
    )
  );
}

const someDate = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -5, max: 150 }).map((days) => new Date(start + days * day)) },
  { weight: 1, arbitrary: fc.constantFrom(new Date(-8.64e15), new Date(8.64e15)) },
);
const someUser = fc.constantFrom('', 'admin', 'ADMIN', 'ipara', 'agent', 'nobody', '*');
const somePart = fc.record({
  attribute: fc.constantFrom('CN', 'N', 'E', 'UID', 'OU', 'O', 'L', 'ST', 'C'),
  value: fc.constantFrom(
    'web1',
    'web1.example.test',
    'EXAMPLE',
    '%',
    '_',
    '\\',
    '100%_sure\\, really',
    'web1,O=EXAMPLE',
    'müller gmbh',
    'trap',
    'x',
    'DE',
    '',
    '*',
  ),
});
const someQuery: fc.Arbitrary<Omit<CertificateQuery, 'limit'>> = fc.record(
  {
    serialFrom: fc.bigInt(0n, 2n ** 87n).map(serialNumber),
    serialTo: fc.bigInt(0n, 2n ** 87n).map(serialNumber),
    statuses: fc.subarray(['valid', 'invalid', 'revoked', 'expired', 'revoked-expired'] as const),
    issuer: fc.constantFrom('CN=Sample Authority,O=SAMPLE', 'cn=other ca,o=old', 'CN=None'),
    subject: fc.record({
      match: fc.constantFrom('contains-any', 'equals-all'),
      parts: fc.array(somePart, { maxLength: 3 }),
    }),
    issuedBy: someUser,
    issuedFrom: someDate,
    issuedTo: someDate,
    revokedBy: someUser,
    revokedFrom: someDate,
    revokedTo: someDate,
    revocationReasons: fc.subarray([0, 1, 6, 10]),
    hasInvalidityDate: fc.boolean(),
    notBeforeFrom: someDate,
    notBeforeTo: someDate,
    notAfterFrom: someDate,
    notAfterTo: someDate,
    validityLength: fc.record({
      operation: fc.constantFrom('<=', '>='),
      milliseconds: fc.constantFrom(0, 5 * day, 30 * day, 30 * day + 0.5, 2 ** 62, -1e300, Number.POSITIVE_INFINITY),
    }),
    netscapeCertificateType: fc.dictionary(fc.constantFrom('sslClient', 'sslServer', 'smime'), fc.boolean()),
  },
  { requiredKeys: [] },
);

describe('certificate search', () => {
  const test = withTestDatabase([storeMigrations]);
  const all = makeCertificates().toSorted((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1));
  let store: PostgresStore;
  const serialsOf = (certificates: readonly CertificateRecord[]) => certificates.map((record) => record.serialNumber);

  before(async () => {
    store = await openStore(test.database, {
      auditKey: auditKeyFromBytes(Buffer.alloc(32, 1)),
      clock: systemClock,
      log: silentLog,
    });
    await store.importLedger.commit((writer) => writer.insertCertificates(all.map((record) => ({ record }))));
  });
  after(() => store?.close());

  async function compare(query: Omit<CertificateQuery, 'limit'>): Promise<void> {
    const expected = all.filter((record) => matches(record, { ...query, limit: 0 }));
    const whole = await store.certificates.search({ ...query, limit: 2_147_483_647 }, now);
    assert.deepEqual(serialsOf(whole.certificates), serialsOf(expected));
    assert.equal(whole.total, expected.length);
    const page = await store.certificates.search({ ...query, limit: 3, offset: 2 }, now);
    assert.deepEqual(serialsOf(page.certificates), serialsOf(expected.slice(2, 5)));
    assert.equal(page.total, expected.length);
    // Where it begins is known from the page before.
    const next = await store.certificates.search({ ...query, limit: 3, offset: 5 }, now);
    assert.deepEqual(serialsOf(next.certificates), serialsOf(expected.slice(5, 8)));
    const [, second] = expected;
    if (second === undefined) return;
    const behind = await store.certificates.search({ ...query, limit: 2, afterSerial: second.serialNumber }, now);
    assert.deepEqual(serialsOf(behind.certificates), serialsOf(expected.slice(2, 4)));
    assert.equal(behind.total, expected.length);
    const uncounted = await store.certificates.search({ ...query, limit: 3, offset: 2, countTotal: false }, now);
    assert.deepEqual(uncounted.certificates, page.certificates);
  }

  it('finds the same as looking at each certificate, for single conditions', async function () {
    this.timeout(60_000);
    for (const key of Object.keys(fc.sample(someQuery, { numRuns: 1, seed: 1 })[0] ?? {})) assert.ok(key);
    const single = someQuery.map((query) => Object.fromEntries(Object.entries(query).slice(0, 1)));
    await fc.assert(fc.asyncProperty(single, compare), { numRuns: 150 });
  });

  it('finds the same as looking at each certificate, for combined conditions', async function () {
    this.timeout(60_000);
    const few = fc.tuple(someQuery, fc.nat(18)).map(([query, skip]) => {
      const entries = Object.entries(query);
      return Object.fromEntries([...entries.slice(skip), ...entries.slice(0, skip)].slice(0, 3));
    });
    await fc.assert(fc.asyncProperty(few, compare), { numRuns: 150 });
  });

  it('counts by status and issuer at any moment, also on the day on which certificates expire', async function () {
    this.timeout(60_000);
    for (let hour = -24; hour < 24 * 70; hour += 7) {
      const at = new Date(start + hour * 3600 * 1000);
      for (const status of ['valid', 'invalid', 'revoked', 'expired', 'revoked-expired'] as const)
        for (const issuer of [undefined, 'CN=Other CA,O=OLD'] as const) {
          const expected = all.filter(
            (record) =>
              certificateStatusAt(record, at) === status && (issuer === undefined || record.issuer === issuer),
          );
          const { total } = await store.certificates.search(
            { statuses: [status], ...(issuer === undefined ? {} : { issuer }), limit: 0 },
            at,
          );
          assert.equal(total, expected.length, `${status} at ${at.toISOString()}`);
        }
    }
  });

  it('keeps the counts right when certificates are revoked and released', async () => {
    const [held] = all.filter((record) => certificateStatusAt(record, now) === 'valid');
    assert.ok(held);
    const totals = async () => ({
      valid: (await store.certificates.search({ statuses: ['valid'], limit: 0 }, now)).total,
      revoked: (await store.certificates.search({ statuses: ['revoked'], limit: 0 }, now)).total,
    });
    const before = await totals();
    const revocation = { reason: 6, revokedAt: now, revokedBy: 'agent', invalidityDate: null } as const;
    await store.importLedger.commit((writer) => writer.writeRevocations(new Map([[held.serialNumber, revocation]])));
    assert.deepEqual(await totals(), { valid: before.valid - 1, revoked: before.revoked + 1 });
    await store.importLedger.commit((writer) => writer.writeRevocations(new Map([[held.serialNumber, null]])));
    assert.deepEqual(await totals(), before);
  });

  it('finds certificates by subject regardless of case, and by public key, the longest valid first', async () => {
    const bySubject = await store.certificates.findBySubject('cn=WEB1.example.test,o=example.test');
    assert.equal(bySubject.length, 20);
    assert.ok(
      bySubject.every((record, index) => index === 0 || record.notAfter <= (bySubject[index - 1]?.notAfter ?? now)),
    );
    const [model] = all;
    assert.ok(model);
    const { subjectPublicKeyInfoDer } = decodeCertificate(model.certificateDer);
    assert.deepEqual(await store.certificates.findByPublicKey(subjectPublicKeyInfoDer), [model]);
    assert.deepEqual(await store.certificates.findByPublicKey(Buffer.from('none')), []);
  });

  it('refuses a certificate type that does not exist and a date that is none', async () => {
    for (const query of [{ netscapeCertificateType: { 'x or true': true } }, { issuedFrom: new Date(Number.NaN) }])
      await assert.rejects(
        store.certificates.search({ ...query, limit: 1 }, now),
        (error) => error instanceof CaError && error.code === 'malformed-request',
      );
  });

  it('uses an index for a part of a subject', async function () {
    if (!(await test.database.findRow("select from pg_extension where extname = 'pg_trgm'"))) return this.skip();
    const plan = await test.database.transaction(
      async (transaction) => {
        const rows = await transaction.query<{ 'QUERY PLAN': string }>(
          `explain select 1 from certificates c where c.subject_folded like '%cn=%web1%'`,
        );
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      },
      { indexedAccess: true },
    );
    assert.match(plan, /certificates_subject_parts/);
  });

  it('uses an index for an exact value of a subject', async () => {
    const { text, values } = conditionsOf(
      { subject: { match: 'equals-all', parts: [{ attribute: 'CN', value: 'web1' }] }, limit: 1 },
      now,
    );
    const plan = await test.database.transaction(
      (transaction) =>
        transaction.query<{ 'QUERY PLAN': string }>(`explain select 1 from certificates c where ${text}`, values),
      { indexedAccess: true },
    );
    assert.match(plan.map((row) => row['QUERY PLAN']).join('\n'), /certificates_subject_values/);
  });

  it('gives certificates of an older record the same values as new ones', async () => {
    const read = () =>
      test.database.query<{ values: string | null }>(
        `select (select string_agg(value::text, ' ' order by value) from unnest(subject_values) value) as values
         from certificates order by serial_number`,
      );
    const before = await read();
    assert.ok(before.some(({ values }) => values?.includes(' ')));
    await test.database.execute("update certificates set subject_values = '{}'");
    await test.database.execute(fillSubjectValues);
    assert.deepEqual(await read(), before);
  });

  it('finds the same on a server without trigrams', async function () {
    this.timeout(60_000);
    await test.database.execute('drop index if exists certificates_subject_parts');
    await fc.assert(
      fc.asyncProperty(
        someQuery.map(({ subject }) => (subject ? { subject } : {})),
        compare,
      ),
      { numRuns: 25 },
    );
  });

  // The last: it adds certificates.
  it('finds pages by their offsets when the record has grown in front of them since the page before', async () => {
    const read = async (offset: number) =>
      serialsOf((await store.certificates.search({ issuer: grown, limit: 2, offset }, now)).certificates);
    const insert = (serials: readonly bigint[]) =>
      store.importLedger.commit((writer) =>
        writer.insertCertificates(
          serials.map((serial) => {
            const certificate = sampleCertificateWith(serial, `CN=grown${serial}`, []);
            return { record: sampleCertificateRecord(certificate, { issuer: grown }) };
          }),
        ),
      );
    const grown = 'CN=Grown';
    const base = 2n ** 120n;
    const numbers = (...all: number[]) => all.map((number) => base + BigInt(number));
    await insert(numbers(10, 20, 30, 40, 50));
    assert.deepEqual([await read(0), await read(2)], [numbers(10, 20), numbers(30, 40)]);
    assert.deepEqual(await read(4), numbers(50));
    await insert(numbers(15));
    assert.deepEqual(await read(4), numbers(40, 50));
    assert.deepEqual(await read(2), numbers(20, 30));
    assert.deepEqual(await read(4), numbers(40, 50));
  });
});
