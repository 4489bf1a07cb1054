// A CRL as Dogtag prints it for people (JSS CrlPrettyPrint), blank for blank.

import { formatLongDate, type JavaTimeZone, utc } from '#codecs/dogtag-text';
import {
  type CertificateExtension,
  type CertificateList,
  encodeInvalidityDate,
  encodeReasonCode,
  extensionOids,
  formatName,
  formatSignatureAlgorithm,
  type RevokedCertificate,
} from '#codecs/x509';
import { formatAlgorithm, formatSignature } from './certificate-text.ts';
import { formatExtension } from './extension-text.ts';
import { indent } from './text-lines.ts';

/** `count` prints the number of entries in their place; a page counts from 1. */
export type CrlEntriesForm = 'all' | 'count' | { readonly pageStart: number; readonly pageSize: number };

/** The entries of a CRL in the order of `orderRevokedCertificates`; see `indexRevokedCertificates`. */
export interface PrintedEntries {
  readonly count: number;
  /** From place `start` up to before `end`; not asked for where only their number is printed. */
  entries(start: number, end: number): Iterable<RevokedCertificate>;
}

/** The whole text, indented by four, with a line feed at its end, in pieces: one for each entry. Throws DerError. */
export function* crlTextPieces(
  crl: CertificateList,
  entries: PrintedEntries,
  form: CrlEntriesForm,
  zone: JavaTimeZone = utc,
): Iterable<string> {
  yield `${indent(4)}Certificate Revocation List: \n${formatFields(crl, zone)}`;
  yield* entriesPieces(entries, form, zone);
  yield formatExtensions(crl.extensions, 8, zone);
  yield formatSignature(crl.outerSignatureAlgorithmDer, crl.signature);
}

/**
 * As Dogtag prints its cache of revocations: without version, extensions and signature, with its count of nothing, and with a heading for
 * extensions where an entry has none. A page shows what its heading
 * says. Throws DerError.
 */
export function* cachedCrlTextPieces(
  crl: CertificateList,
  entries: PrintedEntries,
  form: Exclude<CrlEntriesForm, 'count'>,
  zone: JavaTimeZone = utc,
): Iterable<string> {
  const fields = [
    `${indent(4)}Certificate Revocation List: `,
    `${indent(8)}Data: `,
    `${indent(12)}Signature Algorithm: ${formatSignatureAlgorithm(crl.outerSignatureAlgorithmDer)}`,
    ...formatIssue(crl, zone),
  ];
  yield `${fields.join('\n')}\n`;
  yield* entriesPieces(entries, form, zone, { wholeCount: '0', noExtensions: `${indent(16)}Extensions: \n` });
  if (form === 'all' && entries.count === 0) yield `\n${indent(16)}CRL cache is empty. \n\n`;
}

function formatFields(crl: CertificateList, zone: JavaTimeZone): string {
  const lines = [
    `${indent(8)}Data: `,
    `${indent(12)}Version:  v${crl.version + 1}`,
    `${indent(12)}Signature Algorithm: ${formatAlgorithm(crl.outerSignatureAlgorithmDer)}`,
    ...formatIssue(crl, zone),
  ];
  return `${lines.join('\n')}\n`;
}

function formatIssue({ issuerDer, thisUpdate, nextUpdate }: CertificateList, zone: JavaTimeZone): string[] {
  return [
    `${indent(12)}Issuer: ${formatName(issuerDer)}`,
    `${indent(12)}This Update: ${formatLongDate(thisUpdate, zone)}`,
    ...(nextUpdate === null ? [] : [`${indent(12)}Next Update: ${formatLongDate(nextUpdate, zone)}`]),
  ];
}

/** Dogtag leaves the section out for a page of nothing, and prints a count of nothing as the list of all. */
function* entriesPieces(
  { count, entries }: PrintedEntries,
  form: CrlEntriesForm,
  zone: JavaTimeZone,
  { wholeCount, noExtensions } = { wholeCount: '', noExtensions: '' },
): Iterable<string> {
  const heading = `${indent(12)}Revoked Certificates: `;
  if (form === 'count' && count > 0) {
    yield `${heading}${count}\n`;
    return;
  }
  const [start, end] = typeof form === 'string' ? [1, count] : [form.pageStart, lastOf(form, count)];
  if (typeof form === 'string') yield `${heading}${wholeCount}\n`;
  else if (count > 0) yield `${heading}${start}-${end} of ${count}\n`;
  for (const entry of entries(start - 1, end)) yield formatEntry(entry, zone, noExtensions);
}

const lastOf = ({ pageStart, pageSize }: Exclude<CrlEntriesForm, string>, count: number) =>
  Math.min(pageStart + pageSize - 1, count);

function formatEntry(entry: RevokedCertificate, zone: JavaTimeZone, noExtensions: string): string {
  return (
    `${indent(16)}Serial Number: 0x${entry.serialNumber.toString(16).toUpperCase()}\n` +
    `${indent(16)}Revocation Date: ${formatLongDate(entry.revocationDate, zone)}\n` +
    (formatExtensions(entryExtensions(entry), 16, zone) || noExtensions)
  );
}

function entryExtensions({
  reasonCode,
  invalidityDate,
  otherExtensions = [],
}: RevokedCertificate): CertificateExtension[] {
  const extensions: CertificateExtension[] = [];
  if (reasonCode !== null)
    extensions.push({ oid: extensionOids.reasonCode, critical: false, valueDer: encodeReasonCode(reasonCode) });
  if (invalidityDate !== null) {
    const valueDer = encodeInvalidityDate(invalidityDate);
    extensions.push({ oid: extensionOids.invalidityDate, critical: false, valueDer });
  }
  return [...extensions, ...otherExtensions];
}

function formatExtensions(extensions: readonly CertificateExtension[], spaces: number, zone: JavaTimeZone): string {
  if (extensions.length === 0) return '';
  return `${indent(spaces)}Extensions: \n${extensions.map((extension) => formatExtension(extension, spaces + 4, zone)).join('')}`;
}
