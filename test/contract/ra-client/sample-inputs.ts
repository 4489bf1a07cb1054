// Requests as clients send them, and what the RA suites read out of certificates and CRLs.
import { generateKeyPairSync } from 'node:crypto';
import type { CertificateRecord } from '#ca-core/engine';
import { encodeExplicit, encodeImplicit, encodeInteger, encodeObjectIdentifier, encodeSequence } from '#codecs/der';
import { decodeCertificate, decodeCertificateList, encodeNameText } from '#codecs/x509';
import { makeCsr } from '#test/running-authority';

export function listed(crlDer: Uint8Array): ReadonlySet<bigint> {
  return new Set([...decodeCertificateList(crlDer).revokedCertificates()].map((entry) => entry.serialNumber));
}

export function publicKeyOf({ certificateDer }: CertificateRecord): Buffer {
  return decodeCertificate(certificateDer).subjectPublicKeyInfoDer;
}

const csrs = new Map<string, string>();

export function pkcs10(commonName: string) {
  const known = csrs.get(commonName) ?? makeCsr(commonName);
  csrs.set(commonName, known);
  return { cert_request_type: 'pkcs10', cert_request: known };
}

/** CertReqMessages with one message and no proof; with the control of RFC 4211, 6.4 when the key is to be archived. */
export function crmf(commonName: string, archives: boolean): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const template = encodeSequence(
    encodeExplicit(5, encodeNameText(`CN=${commonName},O=EXAMPLE.TEST`)),
    encodeImplicit(6, publicKey.export({ type: 'spki', format: 'der' })),
  );
  const archiveOptions = encodeSequence(encodeObjectIdentifier('1.3.6.1.5.5.7.5.1.4'), Buffer.from('8201ff', 'hex'));
  const request = encodeSequence(encodeInteger(1), template, ...(archives ? [encodeSequence(archiveOptions)] : []));
  return encodeSequence(encodeSequence(request)).toString('base64');
}

/** The same request with another name than the one that was signed. */
export function withBadSignature(csrPem: string): string {
  const der = Buffer.from(csrPem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  der.write('b', der.indexOf('a.example.test'));
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}
