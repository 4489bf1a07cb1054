// The certificate the gateway meets its clients with: from files that are watched, or obtained, kept and renewed by itself.
import { X509Certificate } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeCertificate, formatName } from '#codecs/x509';
import type { Clock, Log } from '#platform';
import type { ServerCertificateIssuer } from './server-certificate-issuer.ts';
import { makeServerCertificateRequest } from './server-certificate-request.ts';
import {
  checkTlsCredentials,
  readTlsCredentials,
  type TlsCredentials,
  TlsCredentialsError,
} from './tls-credentials.ts';

export interface ServerCertificateParts {
  readonly hostNames: readonly string[];
  /** One's own files; null: obtained from `issue`. */
  readonly files: { readonly certificateFile: string; readonly keyFile: string } | null;
  /** Where an obtained certificate and its key are kept. */
  readonly folder: string;
  /** Null: one of Dogtag's shipped server profiles, by the number of host names. */
  readonly profile: string | null;
  /** PEM of the authority's certificate first, then those above it; sent along to clients. */
  readonly trustPem: readonly string[];
  /** Asked anew for each certificate, because who signs may have changed meanwhile. */
  readonly issue: ServerCertificateIssuer;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ServerCertificate {
  readonly credentials: TlsCredentials;
  readonly notAfter: Date;
  /** Calls `listener` with new credentials after each renewal or change of the files. */
  onChange(listener: (credentials: TlsCredentials) => void): void;
  /** Looks at once whether there is something to renew or reload. Never rejects. */
  check(): Promise<void>;
  stop(): void;
}

/** Gives the name of the subject alternative name the common name only; takes one from the request. */
const profileForOneName = 'caServerCert';
const profileForSeveralNames = 'acmeServerCert';
const keptFile = 'gateway-tls.pem';
const checkIntervalMs = 60_000;
/** After a failed renewal, how long until the next try. */
const retryAfterMs = 15 * 60_000;
/** A certificate is renewed when this part of its life is over. */
const renewalShare = 2 / 3;

/**
 * Opens the certificate of the files, the one kept from last time, or a new one. Throws TlsCredentialsError whose message
 * says what to do when there is none to be had.
 */
export async function openServerCertificate(parts: ServerCertificateParts): Promise<ServerCertificate> {
  return parts.files === null ? await openObtained(parts) : await openFiles(parts, parts.files);
}

async function openFiles(
  parts: ServerCertificateParts,
  { certificateFile, keyFile }: { certificateFile: string; keyFile: string },
): Promise<ServerCertificate> {
  const stamp = async () => {
    const times = await Promise.all([certificateFile, keyFile].map(async (file) => (await stat(file)).mtimeMs));
    return times.join(' ');
  };
  let seen = await stamp().catch(() => '');
  const first = await readTlsCredentials(certificateFile, keyFile);
  for (const name of missingNames(first, parts.hostNames))
    parts.log.warn('the certificate from files does not name a configured host', { name, certificateFile });
  return watch(parts, first, async () => {
    const now = await stamp();
    if (now === seen) return null;
    // A pair that is half written does not fit together; it is looked at again next time.
    const next = await readTlsCredentials(certificateFile, keyFile);
    seen = now;
    return next;
  });
}

async function openObtained(parts: ServerCertificateParts): Promise<ServerCertificate> {
  const file = join(parts.folder, keptFile);
  const kept = await readKept(file, parts);
  const first = kept ?? (await obtainFirst(parts, file));
  let nextTryMs = Number.NEGATIVE_INFINITY;
  return watch(parts, first, async (current) => {
    const certificate = new X509Certificate(current.certificateChainPem);
    if (parts.clock.now() < renewalDueAt(certificate) || performance.now() < nextTryMs) return null;
    nextTryMs = performance.now() + retryAfterMs;
    return await obtain(parts, file);
  });
}

async function obtainFirst(parts: ServerCertificateParts, file: string): Promise<TlsCredentials> {
  try {
    return await obtain(parts, file);
  } catch (cause) {
    const names = parts.hostNames.join(', ');
    throw new TlsCredentialsError(
      `the gateway has no TLS certificate for ${names} yet and could not obtain one: ${(cause as Error).message}. ` +
        'Start Dogtag (or let the native authority sign) and try again, name another profile, or provide certificate and key as files.',
      { cause },
    );
  }
}

/** Key, request, certificate; checked before it is kept, kept before it is used. */
async function obtain(parts: ServerCertificateParts, file: string): Promise<TlsCredentials> {
  const { hostNames, trustPem, log } = parts;
  const profile = parts.profile ?? (hostNames.length === 1 ? profileForOneName : profileForSeveralNames);
  const authority = new X509Certificate(trustPem[0] ?? '');
  const { keyPem, csrPem } = makeServerCertificateRequest(
    hostNames,
    formatName(decodeCertificate(authority.raw).subjectDer),
  );
  const certificate = new X509Certificate(await parts.issue(csrPem, profile));
  const credentials = { certificateChainPem: [certificate.toString(), ...trustPem].join(''), keyPem };
  checkTlsCredentials(credentials, 'the certificate obtained', 'the request');
  const missing = missingNames(credentials, hostNames);
  if (missing.length > 0)
    throw new TlsCredentialsError(
      `profile ${profile} gives certificates without the name ${missing.join(', ')}; ` +
        `choose one that takes the subject alternative name from the request, such as ${profileForSeveralNames}`,
    );
  await keep(file, parts.folder, credentials);
  log.info('obtained a TLS certificate', {
    profile,
    serialNumber: certificate.serialNumber,
    notAfter: certificate.validTo,
  });
  return credentials;
}

/** One file for both, replaced in one step, so that a crash never leaves a key beside another key's certificate. */
async function keep(file: string, folder: string, { keyPem, certificateChainPem }: TlsCredentials): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unfinished = `${file}.new`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(keyPem + certificateChainPem);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
}

/** What was kept, if it can still be used for these names; else null. */
async function readKept(
  file: string,
  { hostNames, clock, log }: ServerCertificateParts,
): Promise<TlsCredentials | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const split = text.indexOf('-----BEGIN CERTIFICATE-----');
  const credentials = { keyPem: text.slice(0, split), certificateChainPem: text.slice(split) };
  try {
    checkTlsCredentials(credentials, file, file);
  } catch (error) {
    log.warn('the kept TLS certificate cannot be used, another one is obtained', { file, error });
    return null;
  }
  const { validToDate } = new X509Certificate(credentials.certificateChainPem);
  if (validToDate <= clock.now() || missingNames(credentials, hostNames).length > 0) return null;
  return credentials;
}

function watch(
  { clock, log }: ServerCertificateParts,
  first: TlsCredentials,
  findNext: (current: TlsCredentials) => Promise<TlsCredentials | null>,
): ServerCertificate {
  let current = first;
  let checking: Promise<void> | null = null;
  const listeners: ((credentials: TlsCredentials) => void)[] = [];
  const notAfter = () => new X509Certificate(current.certificateChainPem).validToDate;
  const checkNow = async () => {
    try {
      const next = await findNext(current);
      if (next === null) return;
      current = next;
      for (const listener of listeners) listener(next);
      log.info('the TLS certificate has been replaced', { notAfter: notAfter().toISOString() });
    } catch (error) {
      const daysLeft = Math.floor((notAfter().getTime() - clock.now().getTime()) / 86_400_000);
      log.error('the TLS certificate could not be replaced', { daysLeft, error });
    }
  };
  const check = async () => {
    checking ??= checkNow().finally(() => {
      checking = null;
    });
    await checking;
  };
  const timer = setInterval(() => void check(), checkIntervalMs).unref();
  void check();
  return {
    get credentials() {
      return current;
    },
    get notAfter() {
      return notAfter();
    },
    onChange: (listener) => {
      listeners.push(listener);
      // It may have been replaced between the caller's taking of the first one and this call.
      if (current !== first) listener(current);
    },
    check,
    stop: () => clearInterval(timer),
  };
}

function renewalDueAt({ validFromDate, validToDate }: X509Certificate): Date {
  const from = validFromDate.getTime();
  return new Date(from + (validToDate.getTime() - from) * renewalShare);
}

function missingNames({ certificateChainPem }: TlsCredentials, hostNames: readonly string[]): string[] {
  const certificate = new X509Certificate(certificateChainPem);
  // Python and browsers look at the subject alternative name only, so the common name does not count.
  return hostNames.filter((name) => certificate.checkHost(name, { subject: 'never' }) === undefined);
}
