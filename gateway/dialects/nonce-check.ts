// Whether an agent gives back the nonce that he was shown, as Dogtag's CAProcessor.validateNonce demands it.
import type { NonceKind } from '../access/nonces.ts';
import type { GatewayRequest } from '../routing/operation.ts';

export interface NonceFault {
  /** Dogtag's words. */
  readonly message: string;
  /** Another number than the one given, as against one that was never asked for. */
  readonly isForeign: boolean;
}

/** Null where all is well, and where nonces are not in use. The right one is used up by this. `text` is null when none was sent. */
export function findNonceFault(
  { nonces }: GatewayRequest,
  kind: NonceKind,
  id: bigint,
  text: string | null,
): NonceFault | null {
  if (nonces == null) return null;
  if (text === null) return { message: 'Missing nonce.', isForeign: false };
  const nonce = parseNonce(text);
  if (nonce === null) return { message: `Invalid nonce: ${text}`, isForeign: false };
  const found = nonces.take(kind, id, nonce);
  if (found === 'unknown') return { message: `Nonce for ${kind} ${id} does not exist`, isForeign: false };
  return found === 'wrong' ? { message: `Invalid nonce: ${nonce}`, isForeign: true } : null;
}

/** As Java's Long reads it. */
function parseNonce(text: string): bigint | null {
  const trimmed = text.trim();
  if (!/^[+-]?\d{1,19}$/.test(trimmed)) return null;
  const nonce = BigInt(trimmed.replace(/^\+/, ''));
  return BigInt.asIntN(64, nonce) === nonce ? nonce : null;
}
