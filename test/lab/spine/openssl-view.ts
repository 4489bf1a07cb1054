// What openssl thinks of certificates, CRLs and OCSP answers: a judge that shares no code with either side.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labVariable } from '#test/appliance-clients';

const run = promisify(execFile);

/** Runs openssl with `content` in a file whose name is put in place of FILE. Throws with openssl's words when it is not content. */
async function openssl(words: readonly string[], content: string | Uint8Array): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'retag-openssl-'));
  const file = join(folder, 'content');
  try {
    writeFileSync(file, content);
    const { stdout, stderr } = await run(
      'openssl',
      words.map((word) => (word === 'FILE' ? file : word)),
    );
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Throws unless the certificate verifies under the lab's authority. */
export async function assertVerifies(certificatePem: string): Promise<void> {
  const answer = await openssl(
    ['verify', '-x509_strict', '-CAfile', labVariable('DOGTAG_CA_CERT'), 'FILE'],
    certificatePem,
  );
  if (!answer.includes(': OK')) throw new Error(answer);
}

/** Throws unless the CRL's signature is that of the lab's authority. */
export async function assertCrlVerifies(crlDer: Uint8Array): Promise<void> {
  const answer = await openssl(
    ['crl', '-inform', 'DER', '-noout', '-CAfile', labVariable('DOGTAG_CA_CERT'), '-in', 'FILE'],
    crlDer,
  );
  if (!answer.includes('verify OK')) throw new Error(answer);
}

/** `good`, `revoked` or `unknown`, from an answer whose signature openssl has verified. */
export async function askOcsp(serialNumber: bigint, httpPort: number): Promise<string> {
  const authority = labVariable('DOGTAG_CA_CERT');
  const url = `http://127.0.0.1:${httpPort}/ca/ocsp`;
  const words = [
    'ocsp',
    '-issuer',
    authority,
    '-CAfile',
    authority,
    '-serial',
    `0x${serialNumber.toString(16)}`,
    '-url',
    url,
  ];
  const answer = await openssl(words, '');
  const status = /: (good|revoked|unknown)/.exec(answer)?.[1];
  if (status === undefined || !answer.includes('Response verify OK')) throw new Error(answer);
  return status;
}
