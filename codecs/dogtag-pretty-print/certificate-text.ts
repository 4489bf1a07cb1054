// A certificate as Dogtag prints it for people in `PrettyPrint` and `certPrettyPrint` (JSS CertPrettyPrint), blank for blank.

import { openDer } from '#codecs/der';
import { formatLongDate, type JavaTimeZone, utc } from '#codecs/dogtag-text';
import {
  type Certificate,
  decodeCertificate,
  decodeSubjectPublicKeyInfo,
  formatName,
  formatSignatureAlgorithm,
  type SubjectPublicKeyInfo,
} from '#codecs/x509';
import { formatExtension } from './extension-text.ts';
import { formatFingerprintSection } from './fingerprints.ts';
import type { PrintStyle } from './print-style.ts';
import { hexLines, indent } from './text-lines.ts';

const keyAlgorithmNames: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.10045.2.1': 'EC',
  '1.2.840.10040.4.1': 'DSA',
};

/**
 * The whole text, indented by four, with a line feed at its end; dates in the zone of Dogtag's machine. Takes DER; sloppy encodings of old
 * certificates pass. Throws DerError.
 */
export function formatCertificate(
  certificateDer: Uint8Array,
  zone: JavaTimeZone = utc,
  style: PrintStyle = 'jss-4',
): string {
  const certificate = decodeCertificate(certificateDer, { rules: 'ber' });
  const extensions = certificate.extensions.map((extension) => formatExtension(extension, 16, zone, style));
  return (
    `${indent(4)}Certificate: \n${formatFields(certificate, zone, style)}${indent(12)}Extensions: \n${extensions.join('')}` +
    formatSignature(certificate.outerSignatureAlgorithmDer, certificate.signature) +
    formatFingerprintSection(certificateDer)
  );
}

/** The signature at the end of a certificate or CRL. */
export function formatSignature(algorithmDer: Uint8Array, signature: Uint8Array): string {
  const lines = `${indent(8)}Signature: \n${indent(12)}Algorithm: ${formatAlgorithm(algorithmDer)}\n${indent(12)}Signature: \n`;
  return lines + hexLines(signature, 16);
}

/** `SHA256withRSA - 1.2.840.113549.1.1.11` */
export function formatAlgorithm(algorithmDer: Uint8Array): string {
  const oid = openDer(algorithmDer, { rules: 'ber' }).enterSequence().readObjectIdentifier();
  return `${formatSignatureAlgorithm(algorithmDer)} - ${oid}`;
}

function formatFields(certificate: Certificate, zone: JavaTimeZone, style: PrintStyle): string {
  const nameSeparator = style === 'jss-4' ? ',' : ', ';
  const key = decodeSubjectPublicKeyInfo(certificate.subjectPublicKeyInfoDer);
  const lines = [
    `${indent(8)}Data: `,
    `${indent(12)}Version:  v${certificate.version + 1}`,
    `${indent(12)}Serial Number: 0x${certificate.serialNumber.toString(16).toUpperCase()}`,
    `${indent(12)}Signature Algorithm: ${formatAlgorithm(certificate.outerSignatureAlgorithmDer)}`,
    `${indent(12)}Issuer: ${formatName(certificate.issuerDer, nameSeparator)}`,
    `${indent(12)}Validity: `,
    `${indent(16)}Not Before: ${formatLongDate(certificate.notBefore, zone)}`,
    `${indent(16)}Not  After: ${formatLongDate(certificate.notAfter, zone)}`,
    `${indent(12)}Subject: ${formatName(certificate.subjectDer, nameSeparator)}`,
    `${indent(12)}Subject Public Key Info: `,
    `${indent(16)}Algorithm: ${keyAlgorithmNames[key.algorithmOid] ?? key.algorithmOid} - ${key.algorithmOid}`,
    `${indent(16)}Public Key: `,
  ];
  return `${lines.join('\n')}\n${formatKey(key)}`;
}

function formatKey(key: SubjectPublicKeyInfo): string {
  if (key.modulus === null || keyAlgorithmNames[key.algorithmOid] !== 'RSA') return hexLines(key.keyBytes, 20);
  const modulus = key.modulus[0] === 0 ? key.modulus.subarray(1) : key.modulus;
  return (
    `${indent(20)}Exponent: ${key.publicExponent}\n` +
    `${indent(20)}Public Key Modulus: (${modulus.length * 8} bits) :\n${hexLines(modulus, 24)}`
  );
}
