// An NSS database as an ImportSource: its certificates by their nicknames. Keys stay in it; the signer takes those of authorities by itself.
import { hash } from 'node:crypto';
import { decodeCertificate } from '#codecs/x509';
import { CertificateCollection } from '../held-records/collect-certificates.ts';
import { createHeldRecordsSource } from '../held-records/held-records-source.ts';
import { findHostAuthority, type KnownAuthorities } from '../held-records/host-authority.ts';
import { type ImportSource, SourceError } from '../import-source.ts';
import type { SourceFinding } from '../records.ts';
import { describeNssDatabase, type NssDatabase, readNssDatabase } from './nss-database.ts';

/** `tokenPassword` null leaves keys unseen. Rejects with SourceError. */
export async function openNssDatabase(
  place: string,
  tokenPassword: string | null,
  known: KnownAuthorities,
): Promise<ImportSource> {
  const database = await readNssDatabase(place, tokenPassword);
  const collection = new CertificateCollection();
  const findings = collectNssCertificates(database, collection);
  if (collection.counts.certificates === 0)
    throw new SourceError('malformed', `${database.name} holds no certificate that can be read`);
  const authority = findHostAuthority(collection.certificates, known, database.name);
  const host = authority?.value.certificateDer ?? known.host?.certificateDer ?? null;
  const hostSubjectDer = host === null ? null : decodeCertificate(host, { rules: 'ber' }).subjectDer;
  const records = await collection.toRecords(known.certificatesDer, hostSubjectDer);
  return createHeldRecordsSource({
    name: `nss:${database.name}`,
    server: `NSS database (${database.form})`,
    remarks: describeNssDatabase(database),
    findings: [...findings, ...collection.findings],
    records: authority === null ? records : [authority, ...records],
    kinds: ['certificate', ...(authority === null ? [] : (['authority'] as const))],
  });
}

/** Adds every certificate under its nickname (and, where several share one, the beginning of its SHA-256). Answers what could not be read. */
export function collectNssCertificates(
  { name, certificates }: NssDatabase,
  collection: CertificateCollection,
): readonly SourceFinding[] {
  return certificates.flatMap(({ nickname, certificateDer }): SourceFinding[] => {
    const isShared = certificates.filter((one) => one.nickname === nickname).length > 1;
    const entry = `${name}#${nickname}${isShared ? ` ${hash('sha256', certificateDer).slice(0, 16)}` : ''}`;
    try {
      collection.addCertificate(certificateDer, entry);
      return [];
    } catch (error) {
      const message = `the certificate cannot be read: ${(error as Error).message}`;
      return [{ kind: 'certificate-unreadable', verdict: 'refused', message, entry }];
    }
  });
}
