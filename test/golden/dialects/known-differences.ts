// Where our answer is another than the recorded one, and why; `gateway/dialects/DIVERGENCES.md` tells it to people.
import type { RecordedDialect, RecordedExchange } from './recorded-exchanges.ts';

export interface KnownDifference {
  /** Matches the name of the exchange without its number. */
  readonly exchange: RegExp;
  /** Only in this one; everywhere by default. */
  readonly dialect?: RecordedDialect;
  readonly reason: string;
  readonly status: number;
  /** What our body says; null where only the headers differ. */
  readonly body: RegExp | null;
}

const noSession = 'a session is opened by a login, not by a path or method that does not exist';
const cleanRefusal = "Dogtag shows a stack trace; ours says what is wrong, with the status of a client's error";
const parserWords = "the words are those of Java's parsers; ours are our own";
const noPasswords = 'passwords are not imported: without a Dogtag behind it, the gateway knows none';

export const knownDifferences: readonly KnownDifference[] = [
  { exchange: /^(?:account-login|agent-certrequests-list)-basic$/, reason: noPasswords, status: 401, body: /401/ },
  { exchange: /^account-login-post$/, reason: noSession, status: 405, body: null },
  { exchange: /^account-unknown$/, reason: noSession, status: 404, body: null },
  { exchange: /^agent-certrequests-unknown-action$/, reason: noSession, status: 404, body: null },
  { exchange: /^agent-certrequests-delete$/, reason: noSession, status: 405, body: null },
  { exchange: /^agent-certs-revoke-get$/, reason: noSession, status: 405, body: null },
  {
    exchange:
      /^(?:certrequests-bad-body|agent-certrequests-approve-broken|certs-search-broken|certs-search-array|agent-certs-revoke-broken)$/,
    reason: parserWords,
    status: 400,
    body: /^The request body is not /,
  },
  {
    exchange: /^agent-certrequests-approve-other-body$/,
    reason: "the values of another request's body must not become this certificate's",
    status: 400,
    body: /Bad request data: The request in the body is [0-9]+, not the one addressed, [0-9]+/,
  },
  {
    exchange: /^agent-certrequests-approve-empty$/,
    dialect: 'v1-json',
    reason: cleanRefusal,
    status: 400,
    body: /Missing input data/,
  },
  { exchange: /^certs-search-date-bad$/, reason: cleanRefusal, status: 400, body: /For input string: / },
  {
    exchange: /^agent-certs-revoke-(?:unknown|rfc|number)-reason$/,
    reason: cleanRefusal,
    status: 400,
    body: /Unable to revoke cert: Invalid revocation reason: /,
  },
  {
    exchange: /^agent-certs-revoke-no-reason$/,
    reason: cleanRefusal,
    status: 400,
    body: /Unable to revoke cert: Missing revocation reason/,
  },
  {
    exchange: /^agent-certs-revoke-lower-case-key$/,
    reason: 'FreeIPA before 4.12 sends it, and means it',
    status: 200,
    body: /"requestType":"revocation"/,
  },
  {
    exchange: /^profileProcess-review-bad$/,
    reason: cleanRefusal,
    status: 200,
    body: /<errorReason>\nRequest zzz Not Found\n/,
  },
  {
    exchange: /^profileProcess-review-none$/,
    reason: cleanRefusal,
    status: 200,
    body: /<errorReason>\nRequest ID Not Found\n/,
  },
];

export function findKnownDifference({ name, dialect }: RecordedExchange): KnownDifference | null {
  const words = name.replace(/^[0-9]+-/, '');
  return knownDifferences.find((known) => known.exchange.test(words) && (known.dialect ?? dialect) === dialect) ?? null;
}
