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

/** `knownSerial`: a certificate that is there, such as the authority's own. Rejects as `DogtagClient.call` does. */
export async function learnInstallation(dogtag: DogtagClient, knownSerial: SerialNumber): Promise<LearntInstallation> {
  const get = (target: string) => dogtag.call({ method: 'GET', target, headers: json });
  const [product, archival, transport, certificate, missing] = await Promise.all([
    askProduct(dogtag),
    get('/ca/rest/info'),
    get('/ca/rest/config/cert/transport'),
    get(`/ca/rest/certs/${knownSerial}`),
    get('/ca/retag-asks-what-container-this-is'),
  ]);
  const prettyPrint = text(members(certificate).PrettyPrint) ?? '';
  const longDates = longDatesOf(prettyPrint);
  return {
    product: {
      name: text(product.Name) ?? dogtag10.name,
      version: text(product.Version) ?? dogtag10.version,
      containerName: /<h3>([^<]{1,200})<\/h3>/.exec(missing.body.toString('utf8'))?.[1] ?? dogtag10.containerName,
      banner: text(product.Banner),
      keyArchival: keyArchivalOf(members(archival), members(transport)),
      ...(longDates === null ? {} : { longDates }),
    },
    timeZone: timeZoneOf(prettyPrint),
  };
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
  transport: Readonly<Record<string, unknown>>,
): KeyArchival | null {
  const mechanism = text(said.ArchivalMechanism);
  const encryptAlgorithm = text(said.EncryptAlgorithm) ?? text(said.EncryptionAlgorithm);
  const wrapAlgorithm = text(said.WrapAlgorithm) ?? text(said.KeyWrapAlgorithm);
  if (mechanism === null || encryptAlgorithm === null || wrapAlgorithm === null) return null;
  const rsaWrapAlgorithm = text(said.RsaPublicKeyWrapAlgorithm);
  const authorityRsaWrapAlgorithm = text(said.CaRsaPublicKeyWrapAlgorithm);
  const transportCertificate = (text(transport.Encoded) ?? '').replaceAll(/-----[^-]*-----|\s/g, '');
  return {
    mechanism,
    encryptAlgorithm,
    wrapAlgorithm,
    ...(rsaWrapAlgorithm === null ? {} : { rsaWrapAlgorithm }),
    ...(authorityRsaWrapAlgorithm === null ? {} : { authorityRsaWrapAlgorithm }),
    ...(transportCertificate === '' ? {} : { transportCertificate }),
  };
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
  try {
    const value: unknown = JSON.parse(answer.body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
