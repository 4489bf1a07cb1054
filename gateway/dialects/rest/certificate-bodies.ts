// Certificates as clients of the REST interface see them, whole and as lines of a list.
import { contextConstructed, openDer } from '#codecs/der';
import type { CertificateData, CertificateEntry, Link } from '#codecs/dogtag-rest';
import { formatHexIdentifier, formatJavaDate, formatSortableDate } from '#codecs/dogtag-text';
import type { CertificateRecord } from '../../contract.ts';
import { certificateStatusName } from '../certificate-status.ts';
import type { DialectContext } from '../dialect-settings.ts';
import type { RestRequest } from './rest-dialect.ts';

/** `chainDer` is the host authority's, its own certificate first. Throws DerError for a certificate that cannot be read. */
export function certificateDataOf(
  record: CertificateRecord,
  chainDer: readonly Uint8Array[],
  { dialect, baseUrl }: Pick<RestRequest, 'dialect' | 'baseUrl'>,
  { clock, zone, certificateTexts }: Pick<DialectContext, 'clock' | 'zone' | 'certificateTexts'>,
): CertificateData {
  const isVersion2 = dialect.api === 'v2';
  const formatDate = isVersion2 ? formatSortableDate : formatJavaDate;
  const { serialNumber, certificateDer, revocation } = record;
  const { prettyPrint, pem, chain } = certificateTexts.textsOf(certificateDer, chainDer);
  return {
    id: serialNumber,
    issuer: record.issuer,
    subject: record.subject,
    prettyPrint: isVersion2 ? null : prettyPrint,
    encoded: pem,
    chain,
    notBefore: formatDate(record.notBefore, zone),
    notAfter: formatDate(record.notAfter, zone),
    status: certificateStatusName(record, clock.now()),
    revokedOn: revocation?.notedAt ?? revocation?.revokedAt ?? null,
    revokedBy: revocation?.revokedBy ?? null,
    revocationReason: revocation?.reason ?? null,
    nonce: null,
    link: selfLink(serialNumber, baseUrl),
  };
}

/** Throws DerError for a certificate that cannot be read. */
export function certificateEntryOf(record: CertificateRecord, baseUrl: string, now: Date): CertificateEntry {
  const { serialNumber, certificateDer, revocation } = record;
  return {
    id: serialNumber,
    subject: record.subject,
    issuer: record.issuer,
    status: certificateStatusName(record, now),
    type: 'X.509',
    version: versionOf(certificateDer),
    keyAlgorithmOid: record.keyAlgorithmOid,
    keyLength: record.keyBits,
    notBefore: record.notBefore,
    notAfter: record.notAfter,
    issuedOn: record.issuedAt,
    issuedBy: record.issuedBy,
    revokedOn: revocation?.notedAt ?? revocation?.revokedAt ?? null,
    revokedBy: revocation?.revokedBy ?? null,
    link: selfLink(serialNumber, baseUrl),
  };
}

/** 2 is version 3. Lists show nothing else of the certificate itself, so that it needn't be decoded as a whole. */
function versionOf(certificateDer: Uint8Array): number {
  const tbs = openDer(certificateDer, { rules: 'ber' }).enterSequence('Certificate').enterSequence('TBSCertificate');
  return tbs.findEntered(contextConstructed(0), 'version')?.readSmallInteger('version') ?? 0;
}

function selfLink(serialNumber: bigint, baseUrl: string): Link {
  return { rel: 'self', href: `${baseUrl}/ca/rest/certs/${formatHexIdentifier(serialNumber)}`, type: null };
}
