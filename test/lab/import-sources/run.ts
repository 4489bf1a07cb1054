// The other sources of an import against the lab: its instance's folder, NSS database, PKCS#12 and REST say what its directory says.
// packages: libnss3-tools
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  type ImportSource,
  noAuthorities,
  openDogtagDirectory,
  openDogtagInstance,
  openDogtagRest,
  openNssDatabase,
  openPkcs12File,
} from '#importers';
import { createLog, systemClock } from '#platform';

const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: export what "lab env" prints`);
  return value;
};
const log = createLog('error', (line) => process.stderr.write(line));
const surroundings = { log, clock: systemClock };
/** Certificates that are asked for one by one. */
const samplesMax = 10;

const openDirectory = (): ImportSource =>
  openDogtagDirectory(
    {
      url: new URL(environment('DOGTAG_LDAP_URL')),
      bindDn: environment('DOGTAG_LDAP_BIND_DN'),
      password: environment('DOGTAG_LDAP_PASSWORD'),
      base: environment('DOGTAG_LDAP_BASE'),
      startTls: false,
      caCertificatePem: null,
      timeZone: null,
    },
    surroundings,
  );
const root = environment('DOGTAG_PROFILES').replace(/\/usr\/share\/.*$/, '');
const instanceFolder = `${root}/var/lib/pki/pki-tomcat`;

async function certificatesOf(source: ImportSource): Promise<ReadonlyMap<bigint, string>> {
  const found = new Map<bigint, string>();
  for await (const { records } of source.read('certificate', null))
    for (const record of records)
      if (record.kind === 'certificate')
        found.set(record.value.serialNumber, Buffer.from(record.value.certificateDer).toString('base64'));
  return found;
}

const directory = openDirectory();
const known = await certificatesOf(directory);

/** Every certificate that another source holds is the directory's, byte for byte. */
async function isWithinDirectory(source: ImportSource): Promise<void> {
  const found = await certificatesOf(source);
  assert.ok(found.size > 0, `${source.name} holds none`);
  for (const [number, der] of found) assert.equal(der, known.get(number), `certificate ${number}`);
  await source.close();
}

const checks: readonly (readonly [name: string, run: () => Promise<void>])[] = [
  [
    'the instance folder leads to the directory and knows its keys',
    async () => {
      const { source, configuration, keys } = await openDogtagInstance(instanceFolder, {
        clock: systemClock,
        openDirectory: async (place) => {
          assert.equal(place?.base, environment('DOGTAG_LDAP_BASE'));
          assert.equal(place.password, environment('DOGTAG_LDAP_PASSWORD'));
          return openDirectory();
        },
      });
      assert.equal(configuration.certificates.length, 5);
      assert.ok(keys !== null, 'the password of the NSS token is known');
      const text = JSON.stringify(await source.describe());
      assert.ok(!text.includes(environment('DOGTAG_LDAP_PASSWORD')), 'no password is told');
      await isWithinDirectory(source);
    },
  ],
  [
    'the NSS database',
    async () =>
      isWithinDirectory(
        await openNssDatabase(`${instanceFolder.replace('/var/lib/', '/etc/')}/alias`, null, noAuthorities),
      ),
  ],
  [
    'the PKCS#12 file',
    async () =>
      isWithinDirectory(
        await openPkcs12File(environment('DOGTAG_CA_PKCS12'), environment('DOGTAG_CA_PKCS12_PASSWORD'), noAuthorities),
      ),
  ],
  [
    'the REST interface',
    async () => {
      const source = openDogtagRest(
        {
          url: new URL(environment('DOGTAG_URL')),
          hostName: environment('DOGTAG_HOST'),
          caCertificatePem: readFileSync(environment('DOGTAG_CA_CERT'), 'utf8'),
          agent: {
            certificatePem: readFileSync(environment('DOGTAG_AGENT_CERT'), 'utf8'),
            keyPem: readFileSync(environment('DOGTAG_AGENT_KEY'), 'utf8'),
          },
          administrator: null,
        },
        surroundings,
      );
      for (const serialNumber of [...known.keys()].slice(0, samplesMax)) {
        const [record] = (await source.find({ kind: 'certificate', serialNumber }))?.records ?? [];
        assert.ok(record?.kind === 'certificate', `certificate ${serialNumber}`);
        assert.equal(Buffer.from(record.value.certificateDer).toString('base64'), known.get(serialNumber));
      }
      await source.close();
    },
  ],
];

let passed = 0;
let failed = 0;
for (const [name, run] of checks)
  try {
    await run();
    passed++;
    process.stdout.write(`ok    ${name}\n`);
  } catch (error) {
    failed++;
    process.stdout.write(`FAIL  ${name}: ${(error as Error).message}\n`);
  }
await directory.close();
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
