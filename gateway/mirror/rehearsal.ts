// The authority without its key, for one exchange: what the mirror hands to our own handlers instead of the real RaClient.
import type { RaClient } from '../contract.ts';
import type { ExchangeFacts } from './exchange-sink.ts';

export interface Rehearsal {
  /** Answers as the authority would, takes serial numbers and dates from the facts, records nothing and signs nothing. */
  readonly ra: RaClient;
  /** The TBSCertificates prepared so far, in order. */
  tbsCertificatesDer(): readonly Uint8Array[];
}

/** One rehearsal serves one exchange and is then dropped. */
export type RehearsalFactory = (facts: ExchangeFacts) => Rehearsal;
