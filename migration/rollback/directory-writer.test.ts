// Facts of writing a directory over LDAP: what is there is never overwritten unseen, and refusals say what to do.
import assert from 'node:assert/strict';
import type { DirectoryEntry } from '#codecs/ldif';
import { createLog } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { directoryEntry, sampleLayout, sampleSkeleton } from '#test/sample-directory';
import { startWritableDirectory, type WritableDirectory } from '#test/writable-directory';
import { createDirectoryWriter, DirectoryWriteError, type DirectoryWriter } from './directory-writer.ts';

const dn = `cn=7,${sampleLayout.certificates}`;
const binary = Buffer.from([0x30, 0x82, 0xff, 0x00, 0xfe]);
const entry = directoryEntry(dn, {
  objectClass: ['top', 'certificateRecord'],
  cn: '7',
  certStatus: 'VALID',
  dateOfModify: '20260101000000Z',
  subjectName: 'CN=Bäck\u0000',
  'userCertificate;binary': binary,
});

describe('writing a directory', () => {
  let directory: WritableDirectory;
  let writer: DirectoryWriter;
  let logged: string[];

  const open = (settings: { readonly password?: string; readonly retryForMs?: number } = {}) => {
    logged = [];
    writer = createDirectoryWriter(
      {
        url: directory.url,
        bindDn: directory.bindDn,
        password: directory.password,
        startTls: false,
        caCertificatePem: null,
        timeoutMs: 2000,
        ...settings,
      },
      { log: createLog('debug', (line) => logged.push(line)) },
    );
  };
  const refuses = async (code: DirectoryWriteError['code'], work: () => Promise<unknown>): Promise<string> => {
    const error = await work().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof DirectoryWriteError, String(error));
    assert.equal(error.code, code);
    assert.ok(!`${error.message}${logged.join()}`.includes(directory.password), 'the password is nowhere');
    return error.message;
  };

  beforeEach(async () => {
    directory = await startWritableDirectory(sampleSkeleton(createSampleAuthority()));
    open();
  });
  afterEach(async () => {
    await writer.close();
    await directory.close();
  });

  it('adds an entry octet for octet and finds it again', async () => {
    assert.equal(await writer.findEntry(dn), null);
    assert.equal(await writer.addEntry(entry), 'added');
    const found = await writer.findEntry(dn);
    // The stand-in server folds names.
    const folded = (one: DirectoryEntry | null) =>
      [...(one?.attributes() ?? [])].map(([name, values]) => [name.toLowerCase(), values]);
    assert.deepEqual(folded(found), folded(entry));
  });

  it('leaves an entry that is there as it is', async () => {
    await writer.addEntry(entry);
    directory.alter(dn, { certStatus: 'REVOKED' });
    assert.equal(await writer.addEntry(entry), 'exists');
    assert.equal(directory.find(dn)?.findText('certStatus'), 'REVOKED');
  });

  it('replaces, adds and deletes attributes, and leaves the others', async () => {
    await writer.addEntry(entry);
    const replaced = await writer.replaceAttributes(
      dn,
      [
        ['certStatus', [Buffer.from('REVOKED')]],
        ['revokedBy', [Buffer.from('ipara')]],
        ['subjectName', []],
      ],
      [['certStatus', [Buffer.from('VALID')]]],
    );
    assert.equal(replaced, 'replaced');
    const found = await writer.findEntry(dn);
    assert.deepEqual(
      ['certStatus', 'revokedBy', 'subjectName', 'dateOfModify'].map((name) => found?.findText(name) ?? null),
      ['REVOKED', 'ipara', null, '20260101000000Z'],
    );
    assert.deepEqual(found?.values('userCertificate;binary'), [binary]);
  });

  it('does nothing when a guarded attribute has another value by then, or the entry is gone', async () => {
    await writer.addEntry(entry);
    directory.alter(dn, { dateOfModify: '20260202000000Z' });
    const change = () =>
      writer.replaceAttributes(
        dn,
        [['certStatus', [Buffer.from('REVOKED')]]],
        [
          ['certStatus', [Buffer.from('VALID')]],
          ['dateOfModify', [Buffer.from('20260101000000Z')]],
        ],
      );
    assert.equal(await change(), 'changed-meanwhile');
    assert.equal(directory.find(dn)?.findText('certStatus'), 'VALID');
    directory.remove(dn);
    assert.equal(await change(), 'changed-meanwhile');
  });

  it('keeps a guarded attribute that is not replaced', async () => {
    await writer.addEntry(entry);
    const guard = ['dateOfModify', [Buffer.from('20260101000000Z')]] as const;
    assert.equal(await writer.replaceAttributes(dn, [['certStatus', [Buffer.from('REVOKED')]]], [guard]), 'replaced');
    assert.equal(directory.find(dn)?.findText('dateOfModify'), '20260101000000Z');
  });

  it('goes on over a new connection when one is lost, whether or not the write was done', async () => {
    const behaviors = ['hang-up-before', 'hang-up-after', 'do'] as const;
    let attempt = 0;
    directory.onWrite = () => behaviors[attempt++] ?? 'do';
    assert.equal(await writer.addEntry(entry), 'exists', 'its first write was done, its answer lost');
    attempt = 0;
    const replaced = await writer.replaceAttributes(
      dn,
      [['certStatus', [Buffer.from('REVOKED')]]],
      [['certStatus', [Buffer.from('VALID')]]],
    );
    assert.equal(replaced, 'changed-meanwhile', 'the caller looks again and finds what it wanted');
    assert.equal(directory.find(dn)?.findText('certStatus'), 'REVOKED');
    assert.ok(logged.some((line) => line.includes('trying again')));
  });

  it('says what to grant when it may not write', async () => {
    directory.onWrite = () => 'insufficient-access';
    const message = await refuses('not-allowed', () => writer.addEntry(entry));
    assert.ok(message.includes(dn) && message.includes('cn=writer may not write there'), message);
    directory.onWrite = () => 'unwilling';
    assert.match(await refuses('not-allowed', () => writer.addEntry(entry)), /read-only replica/);
  });

  it('names the entry that the schema does not allow', async () => {
    directory.onWrite = () => 'object-class-violation';
    const message = await refuses('invalid-entry', () => writer.addEntry(entry));
    assert.ok(message.includes(dn) && message.includes('schema'), message);
  });

  it('asks whether the base is right when there is no such place', async () => {
    const misplaced = directoryEntry('cn=7,ou=nowhere,o=ipaca', { cn: '7' });
    assert.match(await refuses('malformed', () => writer.addEntry(misplaced)), /Is the base right\?/);
  });

  it('refuses wrong credentials at once, and gives up on a server that stays away', async () => {
    await writer.close();
    open({ password: 'wrong' });
    assert.match(await refuses('refused', () => writer.findEntry(dn)), /bind name or password/);
    await writer.close();
    open({ retryForMs: 300 });
    directory.onWrite = () => 'hang-up-before';
    assert.match(await refuses('unreachable', () => writer.addEntry(entry)), /cannot be reached/);
    await writer.close();
    await refuses('unreachable', () => writer.findEntry(dn));
  });
});
