// Certificates as rows of the servlets' lists (Dogtag's ListCerts and SrchCerts fill them alike).
import { openDer } from '#codecs/der';
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { decodeCertificate } from '#codecs/x509';
import type { CertificateRecord } from '../../contract.ts';
import { epochSeconds } from './epoch-seconds.ts';

export function certificateRow(record: CertificateRecord): TemplateBlock {
  const { serialNumber, subject, keyAlgorithmOid, keyBits, revocation } = record;
  const { version, signatureAlgorithmDer } = decodeCertificate(record.certificateDer, { rules: 'ber' });
  return [
    ['version', version],
    ['serialNumber', serialNumber.toString(16)],
    ['serialNumberDecimal', String(serialNumber)],
    ['subject', subject === '' ? ' ' : subject],
    ['type', 'X.509'],
    ['subjectPublicKeyAlgorithm', keyAlgorithmOid],
    ...(keyBits === null ? [] : [['subjectPublicKeyLength', keyBits] as const]),
    ['validNotBefore', epochSeconds(record.notBefore)],
    ['validNotAfter', epochSeconds(record.notAfter)],
    ['signatureAlgorithm', algorithmOid(signatureAlgorithmDer)],
    ['issuedBy', record.issuedBy ?? ''],
    ['issuedOn', epochSeconds(record.issuedAt)],
    ['revokedBy', revocation?.revokedBy ?? ''],
    ['revokedOn', revocation === null ? '' : epochSeconds(revocation.notedAt ?? revocation.revokedAt)],
    ...(revocation === null ? [] : [['revocationReason', revocation.reason] as const]),
  ];
}

function algorithmOid(algorithmDer: Uint8Array): string {
  return openDer(algorithmDer, { rules: 'ber' }).enterSequence('AlgorithmIdentifier').readObjectIdentifier('algorithm');
}
