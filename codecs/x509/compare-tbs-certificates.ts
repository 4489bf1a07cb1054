// Where two TBSCertificates differ, in the names of RFC 5280, so that a difference in bytes can be understood and listed.
import { createHash } from 'node:crypto';
import { decodeTbsCertificate, type TbsCertificate } from './certificate.ts';
import { describeExtensionValue } from './describe-extension.ts';
import type { CertificateExtension } from './extension.ts';
import { findExtensionName } from './extensions/extension-oids.ts';
import { formatName } from './names/format-name.ts';
import { formatSignatureAlgorithm } from './signature-algorithm.ts';
import { decodeSubjectPublicKeyInfo } from './subject-public-key-info.ts';

export interface TbsDifference {
  /** Such as `validity.notAfter` or `extensions.keyUsage.critical`; unknown extensions as `extensions[1.2.3]`. */
  readonly path: string;
  /** Values for people to read; null where the part is absent. */
  readonly first: string | null;
  readonly second: string | null;
}

/**
 * Differences in the order of the certificate; none when the bytes are equal. Equal values in different encodings are told apart by
 * their hexadecimal. When one side is no TBSCertificate that is the only difference, at `tbsCertificate`. Never throws.
 */
export function compareTbsCertificates(firstDer: Uint8Array, secondDer: Uint8Array): TbsDifference[] {
  if (Buffer.compare(firstDer, secondDer) === 0) return [];
  const first = tryDecode(firstDer);
  const second = tryDecode(secondDer);
  if (typeof first === 'string' || typeof second === 'string') {
    const told = (side: TbsCertificate | string): string => (typeof side === 'string' ? side : 'a TBSCertificate');
    return [{ path: 'tbsCertificate', first: told(first), second: told(second) }];
  }
  const found: TbsDifference[] = [];
  for (const [path, describe] of fields) found.push(...compareValues(path, describe(first), describe(second)));
  found.push(...compareExtensions(first.extensions, second.extensions));
  // Such as an explicit default, or UTCTime against GeneralizedTime, which no part above shows.
  return found.length > 0 ? found : [{ path: 'encoding', first: hex(firstDer), second: hex(secondDer) }];
}

/** Paths only of `compareTbsCertificates`. */
export function explainTbsDifference(firstDer: Uint8Array, secondDer: Uint8Array): string[] {
  return compareTbsCertificates(firstDer, secondDer).map(({ path }) => path);
}

/** What is compared, and how it is shown. */
interface ShownValue {
  readonly bytes: Uint8Array | null;
  readonly text: string | null;
}

const fields: readonly (readonly [path: string, (tbs: TbsCertificate) => ShownValue])[] = [
  ['version', (tbs) => plain(`${tbs.version}`)],
  ['serialNumber', (tbs) => plain(`${tbs.serialNumber < 0n ? '-' : ''}0x${abs(tbs.serialNumber).toString(16)}`)],
  ['signature', (tbs) => shown(tbs.signatureAlgorithmDer, formatSignatureAlgorithm)],
  ['issuer', (tbs) => shown(tbs.issuerDer, formatName)],
  ['validity.notBefore', (tbs) => plain(tbs.notBefore.toISOString())],
  ['validity.notAfter', (tbs) => plain(tbs.notAfter.toISOString())],
  ['subject', (tbs) => shown(tbs.subjectDer, formatName)],
  ['subjectPublicKeyInfo', (tbs) => shown(tbs.subjectPublicKeyInfoDer, describeKey)],
  ['issuerUniqueID', (tbs) => shown(tbs.issuerUniqueId, hex)],
  ['subjectUniqueID', (tbs) => shown(tbs.subjectUniqueId, hex)],
];

function compareValues(path: string, first: ShownValue, second: ShownValue): TbsDifference[] {
  if (isEqual(first.bytes, second.bytes)) return [];
  if (first.text !== second.text) return [{ path, first: first.text, second: second.text }];
  return [{ path, first: textWithBytes(first), second: textWithBytes(second) }];
}

function isEqual(first: Uint8Array | null, second: Uint8Array | null): boolean {
  return first === null || second === null ? first === second : Buffer.compare(first, second) === 0;
}

function textWithBytes({ bytes, text }: ShownValue): string {
  return `${text} (${bytes === null ? 'absent' : hex(bytes)})`;
}

function compareExtensions(
  first: readonly CertificateExtension[],
  second: readonly CertificateExtension[],
): TbsDifference[] {
  const firstByPath = byPath(first);
  const secondByPath = byPath(second);
  const found: TbsDifference[] = [];
  for (const path of new Set([...firstByPath.keys(), ...secondByPath.keys()])) {
    found.push(...compareExtension(path, firstByPath.get(path) ?? null, secondByPath.get(path) ?? null));
  }
  const isSameSet = [...firstByPath.keys()].every((path) => secondByPath.has(path)) && first.length === second.length;
  const firstOrder = [...firstByPath.keys()].join(', ');
  const secondOrder = [...secondByPath.keys()].join(', ');
  if (isSameSet && firstOrder !== secondOrder) {
    found.push({ path: 'extensions.order', first: firstOrder, second: secondOrder });
  }
  return found;
}

function compareExtension(
  path: string,
  first: CertificateExtension | null,
  second: CertificateExtension | null,
): TbsDifference[] {
  if (first === null || second === null) return [{ path, first: summarize(first), second: summarize(second) }];
  const found: TbsDifference[] = [];
  if (first.critical !== second.critical) {
    found.push({ path: `${path}.critical`, first: `${first.critical}`, second: `${second.critical}` });
  }
  found.push(...compareValues(`${path}.value`, extensionValue(first), extensionValue(second)));
  return found;
}

function extensionValue({ oid, valueDer }: CertificateExtension): ShownValue {
  return { bytes: valueDer, text: describeExtensionValue(oid, valueDer) };
}

function summarize(extension: CertificateExtension | null): string | null {
  if (extension === null) return null;
  return `${extension.critical ? 'critical ' : ''}${describeExtensionValue(extension.oid, extension.valueDer)}`;
}

/** RFC 5280 forbids an extension twice, but certificates have been seen; the second is then `extensions.keyUsage#2`. */
function byPath(extensions: readonly CertificateExtension[]): Map<string, CertificateExtension> {
  const found = new Map<string, CertificateExtension>();
  for (const extension of extensions) {
    const name = findExtensionName(extension.oid);
    const path = name === null ? `extensions[${extension.oid}]` : `extensions.${name}`;
    let unique = path;
    for (let count = 2; found.has(unique); count++) unique = `${path}#${count}`;
    found.set(unique, extension);
  }
  return found;
}

function describeKey(spkiDer: Uint8Array): string {
  const key = decodeSubjectPublicKeyInfo(spkiDer);
  const size = key.curveName ?? (key.bits === null ? '' : `${key.bits} bits`);
  return `${key.kind === 'unknown' ? key.algorithmOid : key.kind} ${size} SHA-256 ${digest(key.keyBytes)}`;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function plain(text: string): ShownValue {
  return { bytes: Buffer.from(text), text };
}

function shown(bytes: Uint8Array | null, describe: (bytes: Uint8Array) => string): ShownValue {
  if (bytes === null) return { bytes, text: null };
  try {
    return { bytes, text: describe(bytes) };
  } catch {
    return { bytes, text: hex(bytes) };
  }
}

function tryDecode(der: Uint8Array): TbsCertificate | string {
  try {
    return decodeTbsCertificate(der);
  } catch (error) {
    return `cannot be decoded: ${error instanceof Error ? error.message : 'unknown reason'}`;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
