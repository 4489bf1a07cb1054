// Reaches the lab's directory in every way that there is, and is told what to do in every way that fails.
// Usage: eval "$(compat-fixtures/lab/lab env)"; [LAB_MAY_BE_DISTURBED=yes] node test/lab/directory-transports/run.ts
// order: last
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type DirectorySettings, openDogtagDirectory, SourceError } from '#importers';
import { silentLog, systemClock } from '#platform';
import { createSuiteReport } from '#test/suite-report';
import { mayDisturb } from '../following/lab-servers.ts';
import { labDirectory, layout } from '../hand-back/installation.ts';
import { readLabVariable } from '../profiles/lab-dogtag.ts';
import { configureTls, modifyConfiguration, removeTls } from './configure-tls.ts';

const report = createSuiteReport();
const plain = labDirectory();
const open = (changes: Partial<DirectorySettings>) =>
  openDogtagDirectory(
    { ...plain, retryForMs: 0, ...changes, base: layout.base, timeZone: 'UTC' },
    { log: silentLog, clock: systemClock },
  );

/** How many certificates are read that way. */
async function countOver(changes: Partial<DirectorySettings>): Promise<number> {
  const source = open(changes);
  try {
    await source.describe();
    await source.reviewChanges((await source.markChanges()).since);
    return (await source.count('certificate')) ?? 0;
  } finally {
    await source.close();
  }
}

async function works(how: string, changes: Partial<DirectorySettings>): Promise<void> {
  await report.check(`reads over ${how}`, async () => assert.ok((await countOver(changes)) > 5));
}

async function fails(how: string, changes: Partial<DirectorySettings>, expected: RegExp): Promise<void> {
  await report.check(`says what to do: ${how}`, async () => {
    await assert.rejects(
      () => countOver(changes),
      (error) => {
        assert.ok(error instanceof SourceError, String(error));
        assert.match(error.message, expected);
        return true;
      },
    );
  });
}

/** As the server itself sees it, whatever is mounted there for others. */
function findSocket(): string {
  const root = readLabVariable('DOGTAG_PROFILES').replace(/\/usr\/share\/.*/, '');
  const isServer = (id: string) => {
    try {
      const words = readFileSync(`/proc/${id}/cmdline`, 'latin1').split('\0');
      return (
        words[0]?.endsWith('ns-slapd') &&
        words.includes('/etc/dirsrv/slapd-lab') &&
        readlinkSync(`/proc/${id}/root`) === root
      );
    } catch {
      return false;
    }
  };
  const server = readdirSync('/proc').find((id) => /^\d+$/.test(id) && isServer(id));
  return `${server === undefined ? root : `/proc/${server}/root`}/run/slapd-lab.socket`;
}

const socket = findSocket();
const socketUrl = new URL(`ldapi://${encodeURIComponent(socket)}`);
await works('ldap', {});
await works('a Unix socket, with a password', { url: socketUrl });
await works('a Unix socket, as the user of this process', {
  url: socketUrl,
  authentication: 'external',
  bindDn: '',
  password: '',
});
await fails('a wrong password', { password: 'wrong' }, /refuses the bind name or password/);
await fails('nobody by that name', { bindDn: 'uid=nobody,o=ipaca' }, /refuses the bind name or password/);
await fails('no such socket', { url: new URL('ldapi://%2Frun%2Fnone.socket') }, /no such socket/);
if (mayDisturb) {
  await fails('StartTLS is not offered', { startTls: true }, /refuses StartTLS.*nsslapd-security/);
  const tls = configureTls(plain, layout.base);
  const secure = new URL(`ldaps://127.0.0.1:${tls.securePort}`);
  const trusted = { caCertificatePem: tls.caPem, certificateHostName: 'pki.example.test' };
  const external = { authentication: 'external', bindDn: '', password: '' } as const;
  const reader = { bindDn: `uid=retag-reader,${layout.users}`, password: 'reader password' };
  try {
    await works('ldaps', { url: secure, ...trusted });
    await works('StartTLS', { startTls: true, ...trusted });
    await works('ldaps, with a client certificate', {
      url: secure,
      ...trusted,
      ...external,
      clientIdentity: tls.reader,
    });
    await works('StartTLS, with a client certificate', {
      startTls: true,
      ...trusted,
      ...external,
      clientIdentity: tls.reader,
    });
    await fails(
      'another host name',
      { url: secure, caCertificatePem: tls.caPem },
      /is for another name.*"certificateHostName"/,
    );
    await fails(
      'a CA that is not trusted',
      { url: secure, certificateHostName: 'pki.example.test' },
      /not trusted.*"caCertificateFile"/,
    );
    await fails(
      'ldaps on the plain port',
      { url: new URL(`ldaps://127.0.0.1:${plain.url.port}`), ...trusted },
      /does not speak TLS there|Does it speak TLS on that port/,
    );
    await fails(
      'a client certificate that is nobody’s',
      { url: secure, ...trusted, ...external, clientIdentity: tls.nobody },
      /certmap\.conf|does not offer this way/,
    );
    modifyConfiguration(
      plain,
      'dn: cn=config\nchangetype: modify\nreplace: nsslapd-require-secure-binds\nnsslapd-require-secure-binds: on',
    );
    await fails('the server wants TLS first', {}, /wants TLS first. Use ldaps:\/\/ or set startTls/);
    const overTls = { startTls: true, ...trusted };
    modifyConfiguration(
      { ...plain, url: new URL('ldapi://%2Frun%2Fslapd-lab.socket') },
      'dn: cn=config\nchangetype: modify\nreplace: nsslapd-require-secure-binds\nnsslapd-require-secure-binds: off\n-\nreplace: passwordExp\npasswordExp: on',
    );
    modifyConfiguration(
      plain,
      `dn: ${reader.bindDn}\nchangetype: modify\nreplace: passwordExpirationTime\npasswordExpirationTime: 20200101000000Z`,
    );
    await fails('an expired password', { ...overTls, ...reader }, /has expired/);
    modifyConfiguration(plain, 'dn: cn=config\nchangetype: modify\nreplace: passwordExp\npasswordExp: off');
    modifyConfiguration(plain, `dn: ${reader.bindDn}\nchangetype: modify\nadd: nsAccountLock\nnsAccountLock: true`);
    await fails('a locked account', { ...overTls, ...reader }, /is locked/);
  } finally {
    removeTls(plain, layout.base);
  }
} else report.skip('TLS', 'LAB_MAY_BE_DISTURBED is not "yes"');
report.finish();
