// A certificate as a line of listCerts and srchCerts (Dogtag's fillX509RecordIntoArg).
import { openDer } from '#codecs/der';
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { decodeCertificate } from '#codecs/x509';
import type { CertificateRecord } from '../../contract.ts';

export function certificateLine(record: CertificateRecord): TemplateBlock {
  const { serialNumber, subject, keyAlgorithmOid, keyBits, revocation } = record;
  const { version, signatureAlgorithmDer } = decodeCertificate(record.certificateDer, { rules: 'ber' });
  return [
    ['version', version],
    ['serialNumber', serialNumber.toString(16)],
    ['serialNumberDecimal', String(serialNumber)],
    ['subject', subject === '' ? ' ' : subject],
    ['type', 'X.509'],
    ['subjectPublicKeyAlgorithm', keyAlgorithmOid],
    // Only RSA keys have a length there.
    ...(keyBits === null ? [] : [['subjectPublicKeyLength', keyBits] as const]),
    ['validNotBefore', secondsText(record.notBefore)],
    ['validNotAfter', secondsText(record.notAfter)],
    ['signatureAlgorithm', oidOf(signatureAlgorithmDer)],
    ['issuedBy', record.issuedBy ?? ''],
    ['issuedOn', secondsText(record.issuedAt)],
    ['revokedBy', revocation?.revokedBy ?? ''],
    ['revokedOn', revocation === null ? '' : secondsText(revocation.notedAt ?? revocation.revokedAt)],
    ...(revocation === null ? [] : [['revocationReason', revocation.reason] as const]),
  ];
}

/** Java's long numbers are texts in pages. */
export const secondsText = (date: Date) => String(Math.floor(date.getTime() / 1_000));

/** Of an AlgorithmIdentifier (RFC 5280 section 4.1.1.2). */
function oidOf(algorithmDer: Uint8Array): string {
  return openDer(algorithmDer, { rules: 'ber' }).enterSequence('AlgorithmIdentifier').readObjectIdentifier('algorithm');
}
