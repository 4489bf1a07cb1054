// A folder of certificate files, or one of them, as an ImportSource: certificates and CRLs in whatever form, junk as findings.
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { decodeCertificate } from '#codecs/x509';
import { CertificateCollection } from '../held-records/collect-certificates.ts';
import { createHeldRecordsSource } from '../held-records/held-records-source.ts';
import { findHostAuthority, type KnownAuthorities } from '../held-records/host-authority.ts';
import { type ImportSource, SourceError } from '../import-source.ts';
import type { SourceFinding } from '../records.ts';
import { decodeCertificateFile } from './decode-certificate-file.ts';
import { explain, type FoundFile, walkFiles } from './walk-files.ts';

/** What people call files with certificates and CRLs in them. */
const expectedExtensions = new Set(['.crt', '.pem', '.der', '.cer', '.crl', '.p7b', '.p7c', '.p7s', '.cert', '.b64']);
/** A CRL of a million entries has 40 MB. */
const fileBytesMax = 256 * 1024 * 1024;
/** Of all certificates and CRLs together, since they are held in memory. */
const totalBytesMax = 2 * 1024 * 1024 * 1024;

/**
 * Reads everything below `path` at once. Rejects with SourceError when there is nothing of that name, when there is no certificate and no CRL
 * in it, or more than 2 GiB of them.
 */
export async function openCertificateFiles(path: string, known: KnownAuthorities): Promise<ImportSource> {
  const folder = resolve(path);
  const name = `files:${folder}`;
  const walked = await walkFiles(folder);
  const findings: SourceFinding[] = walked.problems.map(({ path: entry, message }) => ({
    kind: 'file-unreadable',
    verdict: 'refused',
    message,
    entry,
  }));
  const collection = new CertificateCollection();
  let total = 0;
  for (const file of walked.files) {
    total += await readCertificateFile(file, collection, findings);
    if (total > totalBytesMax)
      throw new SourceError(
        'limited',
        `${folder}: its certificates and CRLs have more than ${totalBytesMax} octets; import its folders one by one`,
      );
  }
  const { certificates, crls, copies } = collection.counts;
  if (certificates + crls === 0)
    throw new SourceError(
      'malformed',
      `${folder}: there is no certificate and no CRL in ${countOf(walked.files.length, 'file')}${firstProblem(findings)}`,
    );
  const authority = findHostAuthority(collection.certificates, known, name);
  const host = authority?.value.certificateDer ?? known.host?.certificateDer ?? null;
  const hostSubjectDer = host === null ? null : decodeCertificate(host, { rules: 'ber' }).subjectDer;
  const records = await collection.toRecords(known.certificatesDer, hostSubjectDer);
  return createHeldRecordsSource({
    name,
    server: 'certificate files',
    remarks: [
      `${countOf(certificates, 'certificate')} and ${countOf(crls, 'CRL')} in ${countOf(walked.files.length, 'file')}` +
        (copies === 0 ? '' : `; ${copies} more are copies of these`),
      'files tell nothing of requests, profiles and people, and of revocations only what the newest CRL lists',
    ],
    findings: [...findings, ...collection.findings],
    records: authority === null ? records : [authority, ...records],
    kinds: ['certificate', 'crl', ...(authority === null ? [] : (['authority'] as const))],
  });
}

/** How many octets of certificates and CRLs it held. */
async function readCertificateFile(
  { path, size }: FoundFile,
  collection: CertificateCollection,
  findings: SourceFinding[],
): Promise<number> {
  const note = (kind: string, verdict: SourceFinding['verdict'], message: string) =>
    findings.push({ kind, verdict, message, entry: path });
  const isExpected = expectedExtensions.has(extname(path).toLowerCase());
  if (size > fileBytesMax) {
    note('file-too-large', isExpected ? 'refused' : 'accepted', `${size} octets are more than ${fileBytesMax}`);
    return 0;
  }
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    note('file-unreadable', 'refused', explain(error as NodeJS.ErrnoException));
    return 0;
  }
  const { certificatesDer, crlsDer, problems } = decodeCertificateFile(bytes, isExpected);
  for (const { kind, verdict, message } of problems) note(kind, verdict, message);
  let total = 0;
  const several = certificatesDer.length + crlsDer.length > 1;
  const place = (index: number) => (several ? `${path}#${index + 1}` : path);
  for (const [index, der] of [...certificatesDer, ...crlsDer].entries()) {
    total += der.length;
    const add = () =>
      index < certificatesDer.length
        ? collection.addCertificate(der, place(index))
        : collection.addCrl(der, place(index));
    try {
      add();
    } catch (error) {
      note('file-not-understood', 'refused', `number ${index + 1} in it cannot be read: ${(error as Error).message}`);
    }
  }
  return total;
}

function firstProblem(findings: readonly SourceFinding[]): string {
  const [first] = findings;
  return first === undefined ? '' : ` (${first.entry}: ${first.message})`;
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
