// Certification paths (RFC 5280 section 6.1): from an authority's own certificate up to its trust anchor, out of a heap of certificates.
import { X509Certificate } from 'node:crypto';
import { CaError } from '../errors.ts';

const pathLengthMax = 16;

/**
 * The path from `certificateDer` upwards, as far as `poolDer` has issuers whose signatures verify; its last element is self-signed when the
 * pool is complete. Throws CaError `internal` when a certificate can't be read or the path has no end.
 */
export function buildChain(certificateDer: Uint8Array, poolDer: readonly Uint8Array[]): readonly Buffer[] {
  const pool = poolDer.map(open);
  const chain = [open(certificateDer)];
  for (;;) {
    const last = chain.at(-1);
    if (last === undefined || isSelfSigned(last)) break;
    const issuer = pool.find((candidate) => last.checkIssued(candidate) && last.verify(candidate.publicKey));
    if (issuer === undefined) break;
    if (chain.length >= pathLengthMax)
      throw new CaError('internal', `a certification path is longer than ${pathLengthMax}`);
    chain.push(issuer);
  }
  return chain.map(({ raw }) => raw);
}

/** Whether the last certificate of a chain is a trust anchor of its own. */
export function isCompleteChain(chainDer: readonly Uint8Array[]): boolean {
  const last = chainDer.at(-1);
  return last !== undefined && isSelfSigned(open(last));
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

function open(certificateDer: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(certificateDer);
  } catch (cause) {
    throw new CaError('internal', 'a certificate of the path cannot be read', { cause });
  }
}
