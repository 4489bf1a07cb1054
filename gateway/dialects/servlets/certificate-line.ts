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
    ['validNotBefore', secondsOf(record.notBefore)],
    ['validNotAfter', secondsOf(record.notAfter)],
    ['signatureAlgorithm', oidOf(signatureAlgorithmDer)],
    ['issuedBy', record.issuedBy ?? ''],
    ['issuedOn', secondsOf(record.issuedAt)],
    ['revokedBy', revocation?.revokedBy ?? ''],
    ['revokedOn', revocation === null ? '' : secondsOf(revocation.notedAt ?? revocation.revokedAt)],
    ...(revocation === null ? [] : [['revocationReason', revocation.reason] as const]),
  ];
}

const secondsOf = (date: Date) => Math.floor(date.getTime() / 1_000);

/** Of an AlgorithmIdentifier (RFC 5280 section 4.1.1.2). */
function oidOf(algorithmDer: Uint8Array): string {
  return openDer(algorithmDer, { rules: 'ber' }).enterSequence('AlgorithmIdentifier').readObjectIdentifier('algorithm');
}
