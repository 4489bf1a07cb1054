// A certificate chain with its key, checked to belong together before a listener is asked to use them.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export interface TlsCredentials {
  /** PEM: the server's certificate first, then what a client may need to reach its trust anchor. */
  readonly certificateChainPem: string;
  /** PEM, not encrypted. */
  readonly keyPem: string;
}

/** Credentials that cannot be used; `message` says which file and what to do. */
export class TlsCredentialsError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'TlsCredentialsError';
  }
}

/** Reads and checks a certificate and key file, both PEM. Throws TlsCredentialsError. */
export async function readTlsCredentials(certificateFile: string, keyFile: string): Promise<TlsCredentials> {
  const credentials = {
    certificateChainPem: await readText(certificateFile),
    keyPem: await readText(keyFile),
  };
  checkTlsCredentials(credentials, certificateFile, keyFile);
  return credentials;
}

/** Throws TlsCredentialsError unless key and certificate can be read and belong together; the names are for its message. */
export function checkTlsCredentials(credentials: TlsCredentials, certificateName: string, keyName: string): void {
  let certificate: X509Certificate;
  let key: KeyObject;
  try {
    certificate = new X509Certificate(credentials.certificateChainPem);
  } catch (cause) {
    throw new TlsCredentialsError(`${certificateName} does not begin with a certificate in PEM form`, { cause });
  }
  try {
    key = createPrivateKey(credentials.keyPem);
  } catch (cause) {
    throw new TlsCredentialsError(`${keyName} holds no private key in PEM form without a passphrase`, { cause });
  }
  if (!certificate.checkPrivateKey(key))
    throw new TlsCredentialsError(`the key in ${keyName} is not the one of the certificate in ${certificateName}`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new TlsCredentialsError(`cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}
