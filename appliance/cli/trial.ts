// `retag up` without a configuration: the whole move, shown on a recorded Dogtag, with numbers; then the appliance stays up to be tried.
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ApplianceSettings, parseApplianceSettings } from '#appliance/settings';
import {
  createTrialClock,
  enrollClient,
  openRecordedDogtag,
  openTrialClients,
  type RecordedDogtag,
  replayClients,
  type TrialClients,
  type TrialClock,
} from '#appliance/trial';
import { encodePem } from '#codecs/pem';
import {
  allTargets,
  buildShadowReport,
  cutOver,
  judgeReadiness,
  readKnownDifferences,
  takeInventory,
  verifyImport,
} from '#migration';
import { standardErrorLog } from '#platform';
import { type Appliance, startAppliance } from './appliance.ts';
import { choosePorts } from './choose-ports.ts';
import { cutoverServices } from './commands/cutover.ts';
import { importEverything } from './installation.ts';
import { printLine } from './output.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { openIntake, openRecord, openSource, profileSupportJudge, type Surroundings, takeOverKey } from './wiring.ts';

const run = promisify(execFile);
const recordingFolder = new URL('../../compat-fixtures/trial/', import.meta.url).pathname;

/** Prints each step as it happens. Removes everything it made when it is interrupted. */
export async function runTrial(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'retag-trial-'));
  await chmod(folder, 0o711);
  const trial = new Trial(folder);
  const interrupted = untilInterrupted();
  try {
    await Promise.race([trial.show(), interrupted]);
    await interrupted;
    printLine();
  } finally {
    await trial.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

class Trial {
  readonly #folder: string;
  readonly #startedMs = performance.now();
  #dogtag: RecordedDogtag | null = null;
  #appliance: Appliance | null = null;
  #step = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async show(): Promise<void> {
    printLine(
      'No retag.json here: this is the trial. A recorded Dogtag is moved before your eyes; nothing outside this machine is touched.',
    );
    const dogtag = await openRecordedDogtag(recordingFolder);
    this.#dogtag = dogtag;
    this.#say(
      `a recorded Dogtag ${dogtag.recording.dogtagVersion} answers: directory ${dogtag.directory.url.href} (${dogtag.directory.entryCount()} entries), ${dogtag.dogtag.httpsUrl.origin}`,
    );
    const settings = await this.#writeSettings(dogtag);
    const clock = createTrialClock(new Date(dogtag.recording.recordedAt));
    const surroundings = { clock, log: standardErrorLog(process.env.RETAG_LOG === 'info' ? 'info' : 'error') };
    await this.#takeIn(settings, surroundings);
    const appliance = await startAppliance(settings, surroundings);
    this.#appliance = appliance;
    this.#say(
      `the gateway is up: ${appliance.httpsUrl} and ${appliance.httpUrl}; Dogtag answers everything, and every answer is compared`,
    );
    const clients = openTrialClients({
      hostName: dogtag.recording.hostName,
      httpsPort: appliance.gateway.httpsPort,
      httpPort: appliance.gateway.httpPort,
      authorityPem: await readFile(dogtag.files.authority, 'utf8'),
      agent: {
        certificatePem: await readFile(dogtag.files.agentCertificate, 'utf8'),
        keyPem: await readFile(dogtag.files.agentKey, 'utf8'),
      },
    });
    try {
      await this.#shadow(dogtag, clients, clock, settings, appliance);
      clock.leaveRecording();
      await this.#cutOver(settings, appliance, surroundings);
      await this.#issue(dogtag, clients);
    } finally {
      clients.close();
    }
    this.#explain(dogtag, settings, appliance);
  }

  async stop(): Promise<void> {
    await this.#appliance?.stop();
    await this.#dogtag?.close();
  }

  async #writeSettings({
    recording,
    directory,
    dogtag,
    files,
    gatewayTls,
    bindDn,
    bindPassword,
  }: RecordedDogtag): Promise<ApplianceSettings> {
    const certificateFile = join(this.#folder, 'gateway.crt');
    const keyFile = join(this.#folder, 'gateway.key');
    await writeFile(certificateFile, gatewayTls.certificatePem);
    await writeFile(keyFile, gatewayTls.keyPem, { mode: 0o600 });
    const agent = { certificateFile: files.agentCertificate, keyFile: files.agentKey };
    const settings = {
      dataFolder: join(this.#folder, 'data'),
      hostNames: [recording.hostName],
      listen: { address: '127.0.0.1', ...(await choosePorts({ httpsPort: 8443, httpPort: 8080, adminPort: 9443 })) },
      dogtag: {
        httpsUrl: dogtag.httpsUrl.href,
        httpUrl: dogtag.httpUrl.href,
        hostName: recording.hostName,
        caCertificateFile: files.authority,
        directory: { url: directory.url.href, bindDn, password: bindPassword, base: recording.base },
        agent,
      },
      authority: {
        pkcs12File: files.authorityPkcs12,
        pkcs12Password: recording.pkcs12Password,
        defaultOcspUrl: `http://${recording.hostName}:${recording.httpPort}/ca/ocsp`,
      },
      tls: { certificateFile, keyFile },
      // The recording holds each conversation once, and nobody will ever ask for more.
      readiness: { comparisonsMin: 1, unusedSpanSecondsMin: 0 },
      log: { level: 'error' },
    };
    await writeFile(join(this.#folder, 'retag.json'), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    return parseApplianceSettings(settings, this.#folder);
  }

  /** Inventory, import and proof. */
  async #takeIn(settings: ApplianceSettings, surroundings: Surroundings): Promise<void> {
    const source = await openSource(settings, surroundings);
    const record = await openRecord(settings, surroundings);
    try {
      const inventory = await takeInventory({
        source,
        clock: surroundings.clock,
        judgeProfile: profileSupportJudge(settings),
      });
      const counts = inventory.counts.map(({ kind, count }) => `${count} ${kind}${count === 1 ? '' : 's'}`).join(', ');
      this.#say(`inventory: ${counts}`);
      for (const risk of inventory.risks.slice(0, 3)) this.#add(`${risk.severity}: ${risk.subject}: ${risk.message}`);
      await takeOverKey(settings);
      const begunMs = performance.now();
      const report = await importEverything(
        source,
        record,
        { ...surroundings, settings },
        { onProgress: () => {}, hostCertificateDer: null, signal: new AbortController().signal },
      );
      const entries = report.kinds.reduce((all, kind) => all + kind.entries, 0);
      const refused = report.kinds.reduce((all, kind) => all + kind.refused, 0);
      const seconds = (performance.now() - begunMs) / 1000;
      this.#say(
        `imported ${entries} entries in ${seconds.toFixed(1)} s, every certificate's signature verified, ${refused} refused; the CA's own key is in the signer process`,
      );
      const verification = await verifyImport({
        source,
        store: record.store,
        intake: openIntake(record, settings, surroundings),
        clock: surroundings.clock,
      });
      const differences = verification.kinds.reduce((all, kind) => all + kind.differenceCount, 0);
      this.#say(
        `verified: record and directory ${verification.isEqual ? 'hold the same' : 'DIFFER'} (${differences} differences, CRL entries as sets included)`,
      );
    } finally {
      await record.close();
      await source.close();
    }
  }

  /** Lets the recorded clients talk through the gateway and shows what the comparison says. */
  async #shadow(
    dogtag: RecordedDogtag,
    clients: TrialClients,
    clock: TrialClock,
    settings: ApplianceSettings,
    { gateway, sink, record }: Appliance,
  ): Promise<void> {
    const result = await replayClients(dogtag.turns, clients, clock, () => gateway.whenMirrorIdle());
    await sink?.flush();
    const report = await buildShadowReport(record.journal, readKnownDifferences(), { noteworthyMax: 5 });
    const { compared, equal, known, unexpected, failed, issuances, issuancesIdentical } = report.totals;
    this.#say(
      `shadow: ${result.said} requests of FreeIPA, certmonger, agents and relying parties; ${compared} compared: ${equal} equal, ${known} with known differences, ${unexpected + failed} unexpected`,
    );
    this.#add(
      `${issuancesIdentical} of ${issuances} certificates would have been the same to the last byte (TBSCertificate), from ${new Set(report.sums.filter((sum) => sum.issuances > 0).map((sum) => sum.profileId)).size} profiles`,
    );
    for (const line of result.differing) this.#add(`not as recorded: ${line}`);
    for (const { operation, requestLine, differences } of report.noteworthy)
      this.#add(
        `unexpected in ${operation} ${requestLine.slice(0, 80)}: ${differences
          .slice(0, 3)
          .map(({ path, theirs, ours }) => `${path} (Dogtag: ${briefly(theirs)}, Retag: ${briefly(ours)})`)
          .join(', ')}`,
      );
    const operations = [...new Set(allTargets().map(({ operation }) => operation))];
    const lines = judgeReadiness(await record.journal.readSums(), operations, settings.readiness);
    const used = lines.filter(({ isUnused }) => !isUnused);
    this.#say(
      `readiness: ${used.filter(({ isReady }) => isReady).length} of ${used.length} operations and profiles in use are ready; ${lines.length - used.length} operations are not used`,
    );
    for (const { operation, reasons } of lines.filter(({ isReady }) => !isReady))
      this.#add(`${operation}: ${reasons.join('; ')}`);
  }

  async #cutOver(settings: ApplianceSettings, { record }: Appliance, surroundings: Surroundings): Promise<void> {
    const source = await openSource(settings, surroundings);
    try {
      const services = await cutoverServices(record, source, { ...surroundings, settings }, () => {});
      const evidence = await cutOver({ targets: allTargets(), mode: 'serve', reason: null, by: 'trial' }, services);
      this.#say(
        `cut over: ${evidence.moved.length} operations are answered natively, requests waited ${evidence.heldMs} ms; native serial numbers start at 2^136, out of Dogtag's reach`,
      );
    } finally {
      await source.close();
    }
  }

  /** A certificate from the native CA, checked by somebody else's program. */
  async #issue(dogtag: RecordedDogtag, clients: TrialClients): Promise<void> {
    const begunMs = performance.now();
    const certificateDer = await enrollClient(
      clients,
      'caIPAserviceCert',
      'CN=first.native.example.test,O=EXAMPLE.TEST',
    );
    const tookMs = performance.now() - begunMs;
    const { subject, serialNumber } = new X509Certificate(certificateDer);
    const file = join(this.#folder, 'first-native.crt');
    await writeFile(file, encodePem('CERTIFICATE', certificateDer));
    this.#say(
      `FreeIPA asks for a certificate and the native CA issues it, in ${tookMs.toFixed(0)} ms for all three requests: ${subject.replaceAll('\n', ',')}, serial 0x${serialNumber.toLowerCase()}`,
    );
    this.#add(await verifyWithOpenssl(file, dogtag.files.authority));
  }

  #explain(
    { recording, files }: RecordedDogtag,
    settings: ApplianceSettings,
    { httpsUrl, adminUrl, gateway }: Appliance,
  ): void {
    const config = join(this.#folder, 'retag.json');
    const seconds = (performance.now() - this.#startedMs) / 1000;
    printLine();
    printLine(
      `Done in ${seconds.toFixed(0)} s. The appliance stays up; Ctrl-C ends it and removes ${this.#folder}. Try:`,
    );
    printLine();
    printLine(
      `  curl --cacert ${files.authority} --resolve ${recording.hostName}:${gateway.httpsPort}:127.0.0.1 -H 'Accept: application/json' \\`,
    );
    printLine(`    ${httpsUrl}/ca/rest/certs?size=3`);
    printLine(`  ${adminUrl.replace(recording.hostName, 'localhost')}/   status, in a browser`);
    for (const command of ['shadow report', 'mode', 'audit verify', 'doctor'])
      printLine(`  npx retag ${command} --config ${config}`);
    printLine(`  npx retag issue --profile caIPAserviceCert --csr FILE --config ${config}`);
    printLine();
    printLine('Your own Dogtag: export its variables (README, "Your own Dogtag"), then');
    printLine('  npx retag config from-env > retag.json && npx retag doctor && npx retag inventory');
    if (settings.listen.httpsPort !== 8443)
      printLine(`(port 8443 was taken: ${settings.listen.httpsPort} is used instead)`);
  }

  #say(line: string): void {
    this.#step += 1;
    printLine(`${String(this.#step).padStart(2)}. ${line}`);
  }

  #add(line: string): void {
    printLine(`      ${line}`);
  }
}

function briefly(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 40);
}

/** openssl where the machine has it; else Node's own OpenSSL, and that is said. Rejects when the certificate does not verify. */
async function verifyWithOpenssl(file: string, authorityFile: string): Promise<string> {
  try {
    const { stdout } = await run('openssl', ['verify', '-CAfile', authorityFile, file]);
    const { stdout: version } = await run('openssl', ['version']);
    return `openssl verify: ${stdout.trim().replace(`${file}: `, '')} (${version.trim()})`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const certificate = new X509Certificate(await readFile(file));
  const authority = new X509Certificate(await readFile(authorityFile));
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey))
    throw new Error("the certificate does not verify under the CA's");
  return `verified under the CA's certificate (no openssl on this machine; by OpenSSL ${process.versions.openssl} inside Node.js)`;
}
