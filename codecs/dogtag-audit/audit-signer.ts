// Whose signatures stand in a signed audit log: the audit certificate's key, and what Dogtag signs with it (LogFile.setupSigning, AuditVerify).
import { type KeyObject, verify, X509Certificate } from 'node:crypto';

export interface AuditSigner {
  /** For people: `CN=CA Audit,O=EXAMPLE.TEST (serial number 0x5)`. */
  readonly name: string;
  readonly certificateDer: Buffer;
  readonly key: KeyObject;
}

/** The certificate is none with which an audit log is signed. */
export class AuditSignerError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'AuditSignerError';
  }
}

const keyKinds: ReadonlySet<string | undefined> = new Set(['rsa', 'ec', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']);

/**
 * Takes DER or PEM. Validity is not looked at: old logs were signed by certificates that have expired since. Throws AuditSignerError for what is no
 * certificate, or one of a key that Dogtag signs no log with.
 */
export function readAuditSigner(certificate: Uint8Array | string): AuditSigner {
  let decoded: X509Certificate;
  try {
    decoded = new X509Certificate(certificate);
  } catch (cause) {
    throw new AuditSignerError('it is not an X.509 certificate in PEM or DER', { cause });
  }
  const key = decoded.publicKey;
  if (!keyKinds.has(key.asymmetricKeyType))
    throw new AuditSignerError(`its key is of kind ${key.asymmetricKeyType}, with which Dogtag signs no audit log`);
  const subject = decoded.subject.split('\n').reverse().join(',');
  const name = `${subject} (serial number 0x${BigInt(`0x${decoded.serialNumber}`).toString(16)})`;
  return { name, certificateDer: decoded.raw, key };
}

/** RSASSA-PKCS1-v1_5 or ECDSA with SHA-256 (the latter as DER), or ML-DSA. False for a signature that does not fit, whatever it is. */
export function isAuditSignature({ key }: AuditSigner, signedBytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    const hash = key.asymmetricKeyType?.startsWith('ml-dsa') === true ? null : 'sha256';
    return verify(hash, signedBytes, { key, dsaEncoding: 'der' }, signature);
  } catch {
    return false;
  }
}
