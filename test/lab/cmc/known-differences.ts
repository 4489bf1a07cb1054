// Where our answer to a CMC message rightly is not Dogtag's, each with its reason; one that is never met fails the run.
import type { CmcDifference, CmcExchange } from '#test/cmc-exchanges';

interface KnownDifference {
  readonly reason: string;
  explains(difference: CmcDifference, exchange: CmcExchange): boolean;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    reason:
      'Dogtag takes the certificate in a user-signed message at its word: it verifies no signature on it and looks up its number only, so that anybody can be anybody',
    explains: (_, { name }) => name.endsWith(': user-signed with a forged certificate'),
  },
  {
    reason: 'Dogtag revokes any certificate for anybody, through a profile that asks for no authentication',
    explains: (_, { name }) => name === 'open doors: revoking as nobody',
  },
  {
    reason: 'Dogtag authenticates the request in the body and enrols the one in the address',
    explains: (_, { name }) => name === 'open doors: another request in the address',
  },
];

const seen = new Set<KnownDifference>();

/** Null for a difference that nobody expects. */
export function explanationOf(difference: CmcDifference, exchange: CmcExchange): string | null {
  const known = knownDifferences.find((one) => one.explains(difference, exchange));
  if (known === undefined) return null;
  seen.add(known);
  return known.reason;
}

export function unseenExplanations(): readonly string[] {
  return knownDifferences.filter((one) => !seen.has(one)).map(({ reason }) => reason);
}
