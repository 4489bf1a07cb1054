// The real signature on OCSP answers: only where this side holds the pen, only with a key that is in the signer, and verified.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { findSignatureScheme, prepareForSigning, type Signer, SignerError, verifySignature } from '#ca-core/signer';
import type { Clock } from '#platform';
import { CaError } from '../errors.ts';
import type { AuthorityId } from '../model/index.ts';
import type { Store } from '../store.ts';
import type { OcspServices, OcspSigner } from './answer-ocsp.ts';

export interface OcspSigningServices {
  readonly store: Pick<Store, 'pens'>;
  readonly signer: Signer;
  readonly clock: Clock;
}

/** How long a moved pen may go unnoticed; an answer is about the record, which both sides have alike. */
const penCheckMs = 500;

interface OcspKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

export function createOcspSigning(services: OcspSigningServices): OcspServices['sign'] {
  const keys = new Map<string, OcspKey>();
  const pens = new Map<AuthorityId, { readonly isHeldHere: boolean; readonly checkedAtMs: number }>();

  const assertPen = async (authorityId: AuthorityId) => {
    const nowMs = services.clock.now().getTime();
    const known = pens.get(authorityId);
    const isFresh = known !== undefined && Math.abs(nowMs - known.checkedAtMs) < penCheckMs;
    const isHeldHere = isFresh ? known.isHeldHere : await services.store.pens.isHeldHere(authorityId, 'ocsp');
    if (!isFresh) pens.set(authorityId, { isHeldHere, checkedAtMs: nowMs });
    if (!isHeldHere)
      throw new CaError('pen-elsewhere', 'OCSP answers are not signed here now', { subject: authorityId });
  };
  const findKey = async ({ publicKeyDer }: OcspSigner): Promise<OcspKey> => {
    const name = Buffer.from(publicKeyDer).toString('base64');
    const known = keys.get(name);
    if (known !== undefined) return known;
    const found = (await services.signer.describe()).find(
      (key) => Buffer.compare(key.publicKeyDer, publicKeyDer) === 0,
    );
    if (found === undefined) throw new CaError('signer-unavailable', 'The key for OCSP answers is not available');
    const publicKey = createPublicKey({ key: Buffer.from(publicKeyDer), format: 'der', type: 'spki' });
    const key = { keyId: found.keyId, publicKey };
    keys.set(name, key);
    return key;
  };

  return async (ocspSigner, algorithm, responseDataDer) => {
    await assertPen(ocspSigner.authority.description.id);
    const { keyId, publicKey } = await findKey(ocspSigner);
    const scheme = findSignatureScheme(algorithm);
    try {
      const signature = await services.signer.sign(
        keyId,
        algorithm,
        prepareForSigning('ocsp-response', responseDataDer),
      );
      if (scheme === null || !(await verifySignature(publicKey, scheme, responseDataDer, signature)))
        throw new CaError('internal', 'the signature of an OCSP answer does not verify');
      return signature;
    } catch (error) {
      if (!(error instanceof SignerError)) throw error;
      const isAbsent = error.code === 'unavailable';
      throw new CaError(isAbsent ? 'signer-unavailable' : 'internal', 'The OCSP answer could not be signed', {
        cause: error,
      });
    }
  };
}
