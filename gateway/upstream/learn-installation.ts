// Asks a running Dogtag what it tells clients about itself, so that our answers say the same when it is gone.
import { findJavaTimeZone } from '#codecs/dogtag-text';
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
  const [info, archival, certificate, missing] = await Promise.all([
    get('/pki/rest/info'),
    get('/ca/rest/info'),
    get(`/ca/rest/certs/${knownSerial}`),
    get('/ca/retag-asks-what-container-this-is'),
  ]);
  const product = members(info);
  return {
    product: {
      name: text(product.Name) ?? dogtag10.name,
      version: text(product.Version) ?? dogtag10.version,
      containerName: /<h3>([^<]{1,200})<\/h3>/.exec(missing.body.toString('utf8'))?.[1] ?? dogtag10.containerName,
      banner: text(product.Banner),
      keyArchival: keyArchivalOf(members(archival)),
    },
    timeZone: timeZoneOf(text(members(certificate).PrettyPrint) ?? ''),
  };
}

function keyArchivalOf({
  ArchivalMechanism,
  EncryptAlgorithm,
  WrapAlgorithm,
}: Readonly<Record<string, unknown>>): KeyArchival | null {
  const [mechanism, encryptAlgorithm, wrapAlgorithm] = [ArchivalMechanism, EncryptAlgorithm, WrapAlgorithm].map(text);
  return mechanism && encryptAlgorithm && wrapAlgorithm ? { mechanism, encryptAlgorithm, wrapAlgorithm } : null;
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
