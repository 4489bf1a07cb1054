// Asks a running Dogtag what it tells clients about itself, so that our answers say the same when it is gone.
import { findJavaTimeZone, type LongDateForm } from '#codecs/dogtag-text';
import type { SerialNumber } from '../contract.ts';
import { dogtag10, type KeyArchival, type ProductDescription } from '../dialects/dialect-settings.ts';
import type { DogtagAnswer, DogtagClient } from './dogtag-client.ts';

export interface LearntInstallation {
  readonly product: ProductDescription;
  /** Zone in which its Java machine prints dates, by the id that Java uses (`Etc/UTC` prints other text than `UTC`). */
  readonly timeZone: string;
}

const json = { Accept: 'application/json' };

/**
 * `knownSerial`: a certificate that is there, such as the authority's own. `before`: what was learnt earlier, which stays where there is no answer now, as
 * from a container whose applications are still being started. Rejects as `DogtagClient.call` does.
 */
export async function learnInstallation(
  dogtag: DogtagClient,
  knownSerial: SerialNumber,
  before: LearntInstallation | null,
): Promise<LearntInstallation> {
  const get = (target: string) => dogtag.call({ method: 'GET', target, headers: json });
  const [product, archival, transport, subsystem, applications, certificate, missing] = await Promise.all([
    askProduct(dogtag),
    get('/ca/rest/info'),
    get('/ca/rest/config/cert/transport'),
    get('/ca/admin/ca/getSubsystemCert'),
    get('/pki/rest/apps'),
    get(`/ca/rest/certs/${knownSerial}`),
    get('/ca/retag-asks-what-container-this-is'),
  ]);
  const known = before?.product ?? dogtag10;
  const prettyPrint = text(members(certificate).PrettyPrint);
  const longDates = prettyPrint === null ? (known.longDates ?? null) : longDatesOf(prettyPrint);
  return {
    product: {
      name: text(product.Name) ?? known.name,
      version: text(product.Version) ?? known.version,
      containerName: /<h3>([^<]{1,200})<\/h3>/.exec(missing.body.toString('utf8'))?.[1] ?? known.containerName,
      banner: text(product.Version) === null ? known.banner : text(product.Banner),
      keyArchival: learnKeyArchival(archival, transport, known.keyArchival),
      ...(subsystem.status === 200 ? subsystemCertificateOf(subsystem) : pick(known, 'subsystemCertificateBase64')),
      ...(applications.status === 200 ? applicationsOf(applications) : pick(known, 'applications')),
      ...(longDates === null ? {} : { longDates }),
    },
    timeZone: prettyPrint === null ? (before?.timeZone ?? 'UTC') : timeZoneOf(prettyPrint),
  };
}

function pick<Name extends keyof ProductDescription>(
  product: ProductDescription,
  name: Name,
): Pick<ProductDescription, Name> | Record<never, never> {
  return product[name] === undefined ? {} : { [name]: product[name] };
}

/** Without an archive, there is no transport certificate (404); of a server that does not answer at all, nothing follows. */
function learnKeyArchival(
  archival: DogtagAnswer,
  transport: DogtagAnswer,
  known: KeyArchival | null,
): KeyArchival | null {
  if (archival.status !== 200) return known;
  const isTold = transport.status === 200 || transport.status === 404;
  const pem = isTold ? text(members(transport).Encoded) : (known?.transportCertificatePem ?? null);
  return keyArchivalOf(members(archival), pem);
}

/**
 * What a running Dogtag says that it is: `{ Name, Version, Banner }`, as far as it says so. Version 2 of its interface is asked where version 1
 * has been switched off.
 */
export async function askProduct(dogtag: DogtagClient): Promise<Readonly<Record<string, unknown>>> {
  const first = members(await dogtag.call({ method: 'GET', target: '/pki/rest/info', headers: json }));
  if (text(first.Version) !== null) return first;
  return members(await dogtag.call({ method: 'GET', target: '/pki/v2/info', headers: json }));
}

/** 11.x has other names for two of the members, and two more. */
function keyArchivalOf(
  said: Readonly<Record<string, unknown>>,
  transportCertificatePem: string | null,
): KeyArchival | null {
  const mechanism = text(said.ArchivalMechanism);
  const encryptAlgorithm = text(said.EncryptAlgorithm) ?? text(said.EncryptionAlgorithm);
  const wrapAlgorithm = text(said.WrapAlgorithm) ?? text(said.KeyWrapAlgorithm);
  if (mechanism === null || encryptAlgorithm === null || wrapAlgorithm === null) return null;
  const rsaWrapAlgorithm = text(said.RsaPublicKeyWrapAlgorithm);
  const authorityRsaWrapAlgorithm = text(said.CaRsaPublicKeyWrapAlgorithm);
  return {
    mechanism,
    encryptAlgorithm,
    wrapAlgorithm,
    ...(transportCertificatePem === null ? {} : { transportCertificatePem }),
    ...(rsaWrapAlgorithm === null ? {} : { rsaWrapAlgorithm }),
    ...(authorityRsaWrapAlgorithm === null ? {} : { authorityRsaWrapAlgorithm }),
  };
}

/** XML in 10.x, JSON later. */
function subsystemCertificateOf({ body }: DogtagAnswer): Pick<ProductDescription, 'subsystemCertificateBase64'> {
  const subsystemCertificateBase64 = /\bCert(?:>|" ?: ?")([A-Za-z0-9+/=]+)/.exec(body.toString('latin1'))?.[1];
  return subsystemCertificateBase64 === undefined ? {} : { subsystemCertificateBase64 };
}

function applicationsOf({ body }: DogtagAnswer): Pick<ProductDescription, 'applications'> {
  const told = parse(body);
  if (!Array.isArray(told)) return {};
  const applications = told.flatMap((one: Readonly<Record<string, unknown>> | null) => {
    const [id, name, path] = [text(one?.id), text(one?.name), text(one?.path)];
    return id === null || name === null || path === null ? [] : [{ id, name, path }];
  });
  return { applications };
}

/** Null where no date is printed. */
function longDatesOf(prettyPrint: string): LongDateForm | null {
  const day = /Not Before: \w+, \w+ \d+, \d+(,| at) /.exec(prettyPrint)?.[1];
  if (day === undefined) return null;
  return day === ',' ? 'comma' : 'at';
}

/** The last word of a printed date is the zone's id, but for `UTC`, whose name is printed alone. */
function timeZoneOf(prettyPrint: string): string {
  const words = /Not Before: (.+)/.exec(prettyPrint)?.[1]?.trim().split(' ') ?? [];
  const id = words.at(-1) ?? '';
  return id.includes('/') && findJavaTimeZone(id) !== null ? id : 'UTC';
}

function members(answer: DogtagAnswer): Readonly<Record<string, unknown>> {
  const value = parse(answer.body);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Undefined for what is no JSON. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
