// A CRL as Dogtag prints it for people (JSS CrlPrettyPrint), blank for blank.

import { formatLongDate, type JavaTimeZone, utc } from '#codecs/dogtag-text';
import {
  type CertificateExtension,
  type CertificateList,
  decodeCertificateList,
  encodeInvalidityDate,
  encodeReasonCode,
  extensionOids,
  formatName,
  formatSignatureAlgorithm,
  orderRevokedCertificates,
  type RevokedCertificate,
} from '#codecs/x509';
import { formatAlgorithm, formatSignature } from './certificate-text.ts';
import { formatExtension } from './extension-text.ts';
import { indent } from './text-lines.ts';

/** `count` prints the number of entries in their place; a page counts from 1. */
export type CrlEntriesForm = 'all' | 'count' | { readonly pageStart: number; readonly pageSize: number };

/** The whole text, indented by four, with a line feed at its end. Throws DerError. */
export function formatCrl(crlDer: Uint8Array, entries: CrlEntriesForm, zone: JavaTimeZone = utc): string {
  const crl = decodeCertificateList(crlDer, { rules: 'ber' });
  return (
    `${indent(4)}Certificate Revocation List: \n${formatFields(crl, zone)}${formatEntries(crl, entries, zone)}` +
    `${formatExtensions(crl.extensions, 8, zone)}${formatSignature(crl.outerSignatureAlgorithmDer, crl.signature)}`
  );
}

/**
 * As Dogtag prints its cache of revocations: without version, extensions and signature, with its count of nothing, and with a heading for
 * extensions where an entry has none. A page shows what its heading
 * says. Throws DerError.
 */
export function formatCachedCrl(
  crlDer: Uint8Array,
  entries: Exclude<CrlEntriesForm, 'count'>,
  zone: JavaTimeZone = utc,
): string {
  const crl = decodeCertificateList(crlDer, { rules: 'ber' });
  const fields = [
    `${indent(4)}Certificate Revocation List: `,
    `${indent(8)}Data: `,
    `${indent(12)}Signature Algorithm: ${formatSignatureAlgorithm(crl.outerSignatureAlgorithmDer)}`,
    ...formatIssue(crl, zone),
  ];
  const text = formatEntries(crl, entries, zone, `${indent(16)}Extensions: \n`);
  return `${fields.join('\n')}\n${entries === 'all' ? text.replace('Certificates: \n', 'Certificates: 0\n') : text}`;
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
function formatEntries(crl: CertificateList, entries: CrlEntriesForm, zone: JavaTimeZone, noExtensions = ''): string {
  const format = (entry: RevokedCertificate) => formatEntry(entry, zone, noExtensions);
  const heading = `${indent(12)}Revoked Certificates: `;
  // JSS keeps the entries of a CRL that it has read in a hash table, and prints that.
  const revoked = orderRevokedCertificates(crl.revokedCertificates());
  if (entries === 'count' && revoked.length > 0) return `${heading}${revoked.length}\n`;
  if (typeof entries === 'string') return `${heading}\n${revoked.map(format).join('')}`;
  if (revoked.length === 0) return '';
  const { pageStart, pageSize } = entries;
  const last = Math.min(pageStart + pageSize - 1, revoked.length);
  const page = revoked.slice(pageStart - 1, last);
  return `${heading}${pageStart}-${last} of ${revoked.length}\n${page.map(format).join('')}`;
}

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
