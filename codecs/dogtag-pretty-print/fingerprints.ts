// Fingerprints of a certificate, as the pretty print ends with them and as displayCertFromRequest shows them by themselves.
import { createHash } from 'node:crypto';
import { digestMd2 } from './message-digest-2.ts';
import { hexLines, indent } from './text-lines.ts';

/** `MD2:` to `SHA512:`, each name at the margin and its octets indented by eight. */
export function formatFingerprints(certificateDer: Uint8Array): string {
  return fingerprints(certificateDer)
    .map(([name, digest]) => `${name.replace('-', '')}:\n${hexLines(digest, 8)}`)
    .join('');
}

/** The end of the pretty print. */
export function formatFingerprintSection(certificateDer: Uint8Array): string {
  const lines = fingerprints(certificateDer).map(([name, digest]) => `${indent(12)}${name}:\n${hexLines(digest, 16)}`);
  return `${indent(8)}FingerPrint\n${lines.join('')}`;
}

function fingerprints(bytes: Uint8Array): [string, Buffer][] {
  const hash = (name: string): Buffer => createHash(name).update(bytes).digest();
  return [
    ['MD2', digestMd2(bytes)],
    ['MD5', hash('md5')],
    ['SHA-1', hash('sha1')],
    ['SHA-256', hash('sha256')],
    ['SHA-512', hash('sha512')],
  ];
}
