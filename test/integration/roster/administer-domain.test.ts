// Facts of administering the security domain: what is followed from the source, what stands against it, and the way back.
import assert from 'node:assert/strict';
import { type Caller, CertificationAuthority, type DomainHost, type DomainOrder } from '#ca-core/engine';
import type { ImportedFact } from '#ca-core/intake';
import { storeMigrations } from '#ca-core/store';
import { sampleLayout } from '#test/sample-directory';
import { withTestDatabase } from '#test/test-database';
import { handBack } from '../../../migration/rollback/hand-back.ts';
import { type NativeSide, openNativeSide } from '../rollback/native-side.ts';

const caller: Caller = {
  userId: 'ipara',
  groups: [],
  certificateDer: null,
  remoteAddress: '192.0.2.7',
  remoteHost: '192.0.2.7',
  viaSession: true,
};
const provenance = { source: 'sample', entry: 'x' };

describe('hosts of the security domain', () => {
  const test = withTestDatabase([storeMigrations]);
  let native: NativeSide;

  before(async () => {
    native = await openNativeSide(test.database);
    await handBack(native.services, { unfinished: 'leave' });
    await take(host('KRA', 'one'), host('CA', 'two'), host('CA', 'one'));
    await take(roll('CA one:443', 'CA two:443', 'KRA one:443'));
  });
  after(() => native?.close());

  const take = (...facts: ImportedFact[]) => native.intake.accept(facts);
  const record = (subsystem: DomainHost['subsystem'], hostName: string): DomainHost => ({
    name: `${subsystem} ${hostName}:443`,
    domain: 'IPA',
    subsystem,
    hostName,
    port: null,
    securePort: '443',
    secureEndEntityPort: '443',
    secureAgentPort: '443',
    secureAdminPort: '443',
    clone: 'FALSE',
    subsystemName: `${subsystem} ${hostName} 443`,
    domainManager: 'FALSE',
  });
  const host = (...of: Parameters<typeof record>): ImportedFact => ({
    kind: 'domain-host',
    fact: { provenance, host: record(...of) },
  });
  const roll = (...names: string[]): ImportedFact => ({ kind: 'roll', fact: { provenance, of: 'domain-host', names } });
  const order = (wish: DomainOrder) =>
    CertificationAuthority.prototype.administerSecurityDomain.call(
      { services: { store: native.store } } as unknown as CertificationAuthority,
      wish,
      caller,
    );
  const remove = (subsystem: string, hostName: string) =>
    order({ action: 'remove-host', subsystem, hostName, securePort: '443' });
  const names = async () => (await native.store.securityDomain.read()).hosts.map(({ name }) => name);
  const back = async () => (await handBack(native.services, { unfinished: 'leave' })).roster;
  const entry = (list: string, hostName: string) =>
    native.directory.find(`cn=${hostName}:443,cn=${list},${sampleLayout.securityDomain}`);

  it('stand by subsystem in the order of the source, under the name of the domain', async () => {
    assert.deepEqual(await names(), ['CA one:443', 'CA two:443', 'KRA one:443']);
    assert.equal((await native.store.securityDomain.read()).name, 'IPA');
  });

  it('go when the source has them no longer', async () => {
    await take(roll('CA one:443', 'KRA one:443'));
    assert.deepEqual(await names(), ['CA one:443', 'KRA one:443']);
  });

  it('removed or added here are not changed by the source before that was handed back', async () => {
    await remove('kra', 'ONE');
    await order({ action: 'add-host', subsystem: 'KRA', host: record('KRA', 'three') });
    await take(host('KRA', 'one'), roll('CA one:443', 'KRA one:443'));
    assert.deepEqual(await names(), ['CA one:443', 'KRA three:443']);
  });

  it('are changed by several nodes at once without losing anything', async () => {
    const many = Array.from({ length: 8 }, (_, index) => `h${index}`);
    await Promise.all(
      many.map((hostName) => order({ action: 'add-host', subsystem: 'TPS', host: record('TPS', hostName) })),
    );
    assert.equal((await names()).filter((name) => name.startsWith('TPS h')).length, 8);
    for (const hostName of many) await remove('TPS', hostName);
  });

  it('go back to the directory, and are followed from there again', async () => {
    const { added, notTaken } = await back();
    assert.deepEqual([added, notTaken], [1, 0]);
    assert.equal(entry('KRAList', 'three')?.findText('SubsystemName'), 'KRA three 443');
    assert.equal(entry('KRAList', 'three')?.findText('UnSecurePort'), null);
    assert.equal(entry('KRAList', 'one'), null);
    const { added: more, changed } = await back();
    assert.deepEqual([more, changed], [0, 0]);
    await take(host('KRA', 'one'), roll('CA one:443', 'KRA one:443'));
    assert.deepEqual(await names(), ['CA one:443', 'KRA one:443']);
  });

  it('that change their letters twice are handed back', async () => {
    const add = (hostName: string) => order({ action: 'add-host', subsystem: 'KRA', host: record('KRA', hostName) });
    await add('ONE');
    await add('one');
    await back();
    assert.equal(entry('KRAList', 'one')?.findText('host'), 'one');
    // A name that has gone may come again in other letters, and the first letters after that.
    await remove('KRA', 'one');
    await add('ONE');
    await remove('KRA', 'ONE');
    await add('one');
    await back();
    assert.equal(entry('KRAList', 'one')?.findText('host'), 'one');
    assert.deepEqual(await names(), ['CA one:443', 'KRA one:443']);
    await take(host('KRA', 'one'), roll('CA one:443', 'KRA one:443'));
  });

  it('stay here when the directory has no list of their subsystem', async () => {
    await order({ action: 'add-host', subsystem: 'TKS', host: record('TKS', 'four') });
    const { roster, findings } = await handBack(native.services, { unfinished: 'leave' });
    assert.equal(roster.notTaken, 1);
    assert.match(findings.map(({ message }) => message).join(), /the place of this entry does not exist/);
  });

  it('are accounted for, with the user who went along', async () => {
    const user = { userId: 'KRA-one-443', fullName: 'x', email: null, phone: null, type: null, state: null };
    await order({ action: 'add-host', subsystem: 'KRA', host: record('KRA', 'one') });
    await CertificationAuthority.prototype.administerRoster.call(
      { services: { store: native.store } } as unknown as CertificationAuthority,
      { action: 'add-user', user, password: null },
      caller,
    );
    await remove('KRA', 'ONE');
    const [last] = await test.database.query<{ details: string }>(
      `select details::text as details from audit_records where name = 'domain-changed' order by sequence desc limit 1`,
    );
    assert.match(last?.details ?? '', /"removedUser": ?"KRA-one-443"/);

    const rows = await test.database.query<{ details: string }>(
      `select details::text as details from audit_records where name = 'domain-changed' order by sequence limit 1`,
    );
    assert.match(rows[0]?.details ?? '', /remove-host.*kra ONE:443|kra ONE:443.*remove-host/);
  });
});
