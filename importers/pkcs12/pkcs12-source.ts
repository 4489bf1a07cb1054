// A PKCS#12 file as an ImportSource: its certificates. Its keys are told of and left in it; the signer takes them out by itself.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { decodePkcs12, type Pkcs12Content, Pkcs12Error } from '#codecs/pkcs';
import { decodeCertificate } from '#codecs/x509';
import { CertificateCollection } from '../held-records/collect-certificates.ts';
import { createHeldRecordsSource } from '../held-records/held-records-source.ts';
import { findHostAuthority, type KnownAuthorities } from '../held-records/host-authority.ts';
import { type ImportSource, SourceError } from '../import-source.ts';
import type { SourceFinding } from '../records.ts';

const fileBytesMax = 16 * 1024 * 1024;

/** Rejects with SourceError: `refused` for a wrong password, `malformed` for a damaged file or one without certificates. */
export async function openPkcs12File(path: string, password: string, known: KnownAuthorities): Promise<ImportSource> {
  const file = resolve(path);
  const name = `pkcs12:${file}`;
  const content = decode(await readWhole(file), password, file);
  const collection = new CertificateCollection();
  const findings: SourceFinding[] = [];
  for (const [index, { certificateDer, friendlyName }] of content.certificates.entries()) {
    const entry = `${file}#${friendlyName ?? index + 1}`;
    try {
      collection.addCertificate(certificateDer, entry);
    } catch (error) {
      const message = `the certificate cannot be read: ${(error as Error).message}`;
      findings.push({ kind: 'certificate-unreadable', verdict: 'refused', message, entry });
    }
  }
  if (collection.counts.certificates === 0)
    throw new SourceError('malformed', `${file} holds no certificate that can be read${keysAlone(content)}`);
  const authority = findHostAuthority(collection.certificates, known, name);
  const host = authority?.value.certificateDer ?? known.host?.certificateDer ?? null;
  const hostSubjectDer = host === null ? null : decodeCertificate(host, { rules: 'ber' }).subjectDer;
  const records = await collection.toRecords(known.certificatesDer, hostSubjectDer);
  return createHeldRecordsSource({
    name,
    server: 'PKCS#12 file',
    remarks: [`${collection.counts.certificates} certificates`, describeKeys(content)],
    findings: [...findings, ...collection.findings],
    records: authority === null ? records : [authority, ...records],
    kinds: ['certificate', ...(authority === null ? [] : (['authority'] as const))],
  });
}

async function readWhole(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > fileBytesMax)
      throw new SourceError(
        'limited',
        `${file}: ${size} octets are more than ${fileBytesMax}, which no PKCS#12 file has`,
      );
    return await readFile(file);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SourceError('unreachable', `${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`, {
      cause: error,
    });
  }
}

function decode(bytes: Buffer, password: string, file: string): Pkcs12Content {
  try {
    return decodePkcs12(bytes, password);
  } catch (error) {
    if (!(error instanceof Pkcs12Error)) throw error;
    throw new SourceError(error.code === 'wrong-password' ? 'refused' : 'malformed', `${file}: ${error.message}`);
  }
}

/** A key and its certificate share a local key id, and mostly a name. */
function describeKeys({ keys, certificates }: Pkcs12Content): string {
  if (keys.length === 0) return 'it holds no key';
  const names = keys.map(({ friendlyName, localKeyId }) => {
    const certificate = certificates.find((one) => one.localKeyId !== null && one.localKeyId === localKeyId);
    return JSON.stringify(friendlyName ?? certificate?.friendlyName ?? 'without a name');
  });
  return `it holds ${keys.length === 1 ? 'the key of' : `${keys.length} keys, of`} ${names.join(', ')}; keys of authorities go into the signer, all others stay in the file`;
}

function keysAlone({ keys }: Pkcs12Content): string {
  return keys.length === 0 ? '' : `, only ${keys.length === 1 ? 'a key' : `${keys.length} keys`}`;
}
