// Reports as signed files: the key with which this installation signs them, and the check of one that was kept.
import { createHash, hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ApplianceSettings } from '#appliance/settings';
import { certifyReportKey, checkReportSignature, signReport } from '#ca-core/engine';
import { createKey, createProcessSigner, type ProcessSigner } from '#ca-core/signer';
import { decodePem, encodePem } from '#codecs/pem';
import { type Certificate, decodeCertificate, formatName } from '#codecs/x509';
import { randomUuid } from '#platform';
import { CommandFailure } from './failure.ts';
import { dataPaths, type Surroundings } from './wiring.ts';

const keyId = 'report-signing';

/** Signs reports until it is closed. */
export interface ReportSigner {
  readonly certificate: Certificate;
  readonly certificateFile: string;
  sign(content: Uint8Array): Promise<Buffer>;
  close(): Promise<void>;
}

/** With the key in the data folder, which is made with its certificate when there is none yet. Throws SignerError, CommandFailure. */
export async function openReportSigner(
  settings: Pick<ApplianceSettings, 'dataFolder' | 'hostNames'>,
  { clock, log }: Surroundings,
): Promise<ReportSigner> {
  const { reportKeys: keyFolder, reportSignerFile: certificateFile } = dataPaths(settings);
  await mkdir(keyFolder, { recursive: true, mode: 0o700 });
  await mkdir(dirname(certificateFile), { recursive: true, mode: 0o700 });
  if (!existsSync(join(keyFolder, `${keyId}.pem`)))
    await createKey({ keyFolder, keyId, passphrase: null, keyKind: { type: 'ec', curve: 'P-256' } }).catch((error) => {
      // Another command may have been first, and one key is enough.
      if (!existsSync(join(keyFolder, `${keyId}.pem`))) throw error;
    });
  const signer = await createProcessSigner({ keyFolder, passphrase: null, log });
  try {
    const [name = 'localhost'] = settings.hostNames;
    if (!existsSync(certificateFile))
      await writeOnce(certificateFile, pemOf(await certifyReportKey({ signer, keyId }, name, clock.now())));
    const certificate = await readCertificate(certificateFile);
    await assertKeyOf(certificate, signer, certificateFile);
    return {
      certificate,
      certificateFile,
      sign: (content) => signReport(content, { signer, keyId, certificateDer: certificate.der }, clock.now()),
      close: () => signer.stop(),
    };
  } catch (error) {
    await signer.stop();
    throw error;
  }
}

async function assertKeyOf(certificate: Certificate, signer: ProcessSigner, file: string): Promise<void> {
  const key = (await signer.describe()).find((one) => one.keyId === keyId);
  if (key !== undefined && certificate.subjectPublicKeyInfoDer.equals(key.publicKeyDer)) return;
  throw new CommandFailure(`${file} is not the certificate of the key with which reports are signed here`, {
    nextStep: 'move it away, where old reports can still be checked with it; a new one is made then',
  });
}

export interface WrittenReport {
  readonly file: string;
  readonly page: string;
  readonly signature: string;
  /** Certificate to check it with. */
  readonly signer: string;
  /** SHA-256 of the file in hexadecimal. */
  readonly sha256: string;
}

/** Names of the files beside a report. */
export function filesBeside(file: string): { readonly page: string; readonly signature: string } {
  return { page: `${file.replace(/\.json$/, '')}.txt`, signature: `${file}.p7s` };
}

/** The signature comes last: a report without one is one that was not finished. */
export async function writeSignedReport(
  file: string,
  { json, page }: { readonly json: string; readonly page: string },
  signer: ReportSigner,
): Promise<WrittenReport> {
  const beside = filesBeside(file);
  const content = Buffer.from(json);
  await mkdir(dirname(resolve(file)), { recursive: true });
  const signature = await signer.sign(content);
  await writeDurably(beside.page, Buffer.from(page));
  await writeDurably(file, content);
  await writeDurably(beside.signature, signature);
  return { file, ...beside, signer: signer.certificateFile, sha256: hash('sha256', content, 'hex') };
}

export interface CheckedReport {
  readonly json: string;
  readonly signedBy: string;
  /** SHA-256 of the signer's certificate in hexadecimal. */
  readonly fingerprint: string;
}

/** Throws CommandFailure with exit code 2 unless the report is signed with the key of that certificate. */
export async function readSignedReport(file: string, certificateFile: string): Promise<CheckedReport> {
  const content = await readOrRefuse(file, 'name the JSON file of a report');
  const { signature: signatureFile } = filesBeside(file);
  const signature = await readOrRefuse(signatureFile, 'the signature must lie beside the report, under this name');
  if (!existsSync(certificateFile))
    throw refusal(
      `${certificateFile} is not there, so that nobody can say whose signature it is`,
      'copy the certificate from the installation that made the report, and name it with --signer FILE',
    );
  const expected = await readCertificate(certificateFile);
  const checked = checkReportSignature(content, signature);
  if (!checked.isGood)
    throw refusal(`${file} is not to be believed: ${checked.problem}`, 'get the report anew from where it was made');
  if (!checked.certificate.der.equals(expected.der))
    throw refusal(
      `${file} is signed by ${formatName(checked.certificate.subjectDer)}, but not with the key of ${certificateFile}`,
      'name the certificate of the installation that made it with --signer FILE',
    );
  const { subjectDer, der } = checked.certificate;
  return { json: content.toString('utf8'), signedBy: formatName(subjectDer), fingerprint: hash('sha256', der, 'hex') };
}

/** Null when the page is not beside the report, else whether it is the one that the report names. */
export async function isPageGenuine(
  file: string,
  page: { readonly file: string; readonly sha256: string },
): Promise<boolean | null> {
  // Only a name: a report must not lead to files elsewhere.
  const path = join(dirname(file), basename(page.file));
  if (!existsSync(path)) return null;
  return (
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex') === page.sha256
  );
}

function refusal(message: string, nextStep: string): CommandFailure {
  return new CommandFailure(message, { nextStep, exitCode: 2 });
}

async function readOrRefuse(file: string, nextStep: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw refusal(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, nextStep);
  }
}

async function readCertificate(file: string): Promise<Certificate> {
  try {
    return decodeCertificate(decodePem(await readFile(file, 'utf8'), 'CERTIFICATE'));
  } catch (error) {
    throw refusal(
      `${file} is no certificate: ${error instanceof Error ? error.message : String(error)}`,
      'name a file with one certificate in PEM',
    );
  }
}

function pemOf(certificateDer: Uint8Array): Buffer {
  return Buffer.from(encodePem('CERTIFICATE', certificateDer));
}

/** Whoever is first wins, and nobody meets half of a file. */
async function writeOnce(file: string, content: Uint8Array): Promise<void> {
  const unfinished = `${file}.${randomUuid()}`;
  try {
    await writeNew(unfinished, content);
    await link(unfinished, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function writeDurably(file: string, content: Uint8Array): Promise<void> {
  const unfinished = `${file}.${randomUuid()}`;
  try {
    await writeNew(unfinished, content);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function writeNew(file: string, content: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
