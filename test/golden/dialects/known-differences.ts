// Where our answer is another than the recorded one, and why; `gateway/dialects/DIVERGENCES.md` tells it to people.
import type { KnownDifference } from './known-difference.ts';
import { knownInEleven } from './known-differences-11.ts';
import type { RecordedExchange, Release } from './recorded-exchanges.ts';

const noSession = 'a session is opened by a login, not by a path or method that does not exist';
const cleanRefusal = "Dogtag shows a stack trace; ours says what is wrong, with the status of a client's error";
const parserWords = "the words are those of Java's parsers; ours are our own";
const noPasswords = 'passwords are not imported: without a Dogtag behind it, the gateway knows none';

const audit = 'what is told is what is accounted for here: other deeds, and always all of them';
const noTokens = 'no other server is made a copy of this one, so that nobody is given a token to do so';
const halfStored = 'Dogtag has stored half of what it refused; here nothing is stored that was refused';

const noInstaller = 'no session is begun for installers';

const knownInTen: readonly KnownDifference[] = [
  {
    exchange: /^crl-displayCRL-agent$/,
    reason: 'the order of revocations is that of the CRL, not that of a cache in memory',
    status: 200,
    body: /Revoked Certificates: 0\n {16}Serial Number: 0x/,
  },
  {
    exchange: /^revoke-(?:bad-reason|no-params)$/,
    reason: 'Dogtag breaks down over a reason that is none; ours says so',
    status: 200,
    body: /<errorDetails>(?:Invalid revocation reason: 99|Missing revocation reason)</,
  },
  {
    exchange: /^audit-get(?:-agent)?$/,
    reason: audit,
    status: 200,
    body: /AUTHZ"(?:,"value":"|>| ?: ?")mandatory/,
  },
  { exchange: /^domain-host-put-broken$/, reason: parserWords, status: 400, body: /^The request body is not / },
  { exchange: /^domain-host-put-empty$/, reason: cleanRefusal, status: 400, body: /Missing security domain host/ },
  { exchange: /^domain-host-put-no-clone$/, reason: cleanRefusal, status: 400, body: /Invalid clone flag: null/ },
  {
    exchange: /^install-updateNumberRange$/,
    reason: cleanRefusal,
    status: 200,
    body: /Error: Not authenticated/,
  },
  {
    exchange: /^config-kraconnector$/,
    reason: 'no keys are archived from here, which is what Dogtag, too, says without a connector',
    status: 404,
    body: /No KRAConnector has been configured\./,
  },
  {
    exchange: /^(?:securitydomain-token(?:-no-host)?|extra-token-(?:resolvable|kra))$/,
    reason: noTokens,
    status: 500,
    body: /Failed to create session\./,
  },
  { exchange: /^securitydomain-token-no-subsystem$/, reason: cleanRefusal, status: 400, body: /Missing subsystem/ },
  { exchange: /^authorities-list-bad-dn$/, reason: cleanRefusal, status: 400, body: /Bad AVA format: Missing '='/ },
  {
    exchange: /^selftests-run-missing$/,
    reason: 'the stack trace behind what is wrong is left out',
    status: 200,
    body: /The self test plugin property named nosuch does not exist\.["<]/,
  },
  { exchange: /^users-create-broken$/, reason: parserWords, status: 400, body: /^The request body is not / },
  {
    exchange: /^users-certs-add-broken$/,
    reason: parserWords,
    status: 500,
    body: /from PKCS #7 data: it is neither a certificate nor PKCS #7/,
  },
  { exchange: /^authorities-create-broken$/, reason: parserWords, status: 400, body: /^The request body is not / },
  {
    exchange: /^authorities-modify$/,
    reason: 'Dogtag breaks down over a change that does not say whether the authority is enabled; here it is made',
    status: 200,
    body: /description(?:":"|=")changed"/,
  },
  {
    exchange: /^profiles-raw-create-bad-class$/,
    reason: cleanRefusal,
    status: 400,
    body: /Unable to create profile: profile \w+, unknown profile class nosuchImpl/,
  },
  {
    exchange: /^profiles-raw-create-bad-name$/,
    dialect: 'v1-json',
    reason: 'Dogtag takes ids that its directory or its addresses do not',
    status: 400,
    body: /Unable to create profile: Invalid profile ID: bad id\/1/,
  },
  { exchange: /^profiles-raw-modify-missing$/, reason: cleanRefusal, status: 404, body: /Profile ID noSuchProfile/ },
  { exchange: /^profiles-create-again$/, reason: halfStored, status: 500, body: /Error changing profile data/ },
  { exchange: /^profiles-modify$/, reason: halfStored, status: 404, body: /Profile ID recv1\w+ not found/ },
  { exchange: /^profiles-delete-structured$/, reason: halfStored, status: 404, body: /Profile ID recv1\w+ not found/ },
  {
    exchange: /^profiles-modify-other-id$/,
    reason: "a profile must not become another one's",
    status: 400,
    body: /Unable to modify profile: The profile in the body is \w+, not the one addressed, \w+/,
  },
  {
    exchange:
      /^(?:submit-request|search-certificates|revoke-certificate|revoke-ca-certificate|process-request|create-profile|modify-profile|add-user|replace-user|modify-user|add-user-certificate|add-group|modify-group|add-group-member|create-authority|modify-authority)-broken$/,
    reason: parserWords,
    status: 400,
    body: /^The request body is not /,
  },
  { exchange: /^modify-raw-profile-broken$/, reason: cleanRefusal, status: 404, body: /Profile ID nosuchthing/ },
  {
    exchange: /^run-self-test-broken$/,
    reason: 'the stack trace behind what is wrong is left out',
    status: 200,
    body: /The self test plugin property named nosuchthing does not exist\./,
  },
  { exchange: /^profiles-create-broken$/, reason: parserWords, status: 400, body: /^The request body is not / },
  {
    exchange: /^(?:account-login|agent-certrequests-list|users-list)-basic$/,
    reason: noPasswords,
    status: 401,
    body: /401/,
  },
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
  {
    exchange: /^profile-approve-(?:an-unknown-one|no-id)$/,
    reason: cleanRefusal,
    status: 200,
    body: /<errorReason>\nProfile (?:nosuch|null) Not Found\n/,
  },
  {
    exchange: /^agent-(?:get|display)CertFromRequest-shown$/,
    reason: 'Dogtag lacks the page that these two show, and fails over it even where XML is asked for',
    status: 200,
    body: /<serialNo>1<\/serialNo>/,
  },
  {
    exchange: /^admin-getBySerial-(?:missing|bad)$/,
    reason: 'Dogtag lacks the page for errors of this path, and fails over it even where XML is asked for',
    status: 200,
    body: /<errorDetails>Certificate Serial (?:Number 0xfffff not found|number is not set or invalid\.)</,
  },
  {
    exchange: /^searchReqs-bad$/,
    reason: 'Dogtag says nothing at all then',
    status: 200,
    body: /<errorDetails>Invalid number format</,
  },
  {
    exchange: /^crl-displayCRL-agent$/,
    reason: 'the order in which the cache lists revocations follows from its history, and nobody knows that',
    status: 200,
    body: /<crlDisplayType>cachedCRL</,
  },
  {
    exchange: /^(?:agent-)?getInfo$/,
    reason: 'no other algorithm is offered than CRLs are signed with; how long each step of one took is not kept',
    status: 200,
    body: /validAlgorithms(?:>SHA256withRSA<| = "SHA256withRSA";)/,
  },
  {
    exchange: /^getStats$/,
    reason: "it tells of Dogtag's own process, and of what nobody counts here",
    status: 200,
    body: /header\.curTime = "/,
  },
  {
    exchange: /^processReq$/,
    reason:
      'what else is known of the request is shown by profileReview; no other algorithm is offered than CRLs are signed with',
    status: 200,
    body: /header\.seqNum = "7"/,
  },
  { exchange: /^ports-none$/, reason: cleanRefusal, status: 200, body: /Missing secure parameter/ },
  { exchange: /^securityDomainLogin$/, reason: 'Dogtag breaks down when it is asked first', status: 200, body: /^$/ },
  { exchange: /^scep(?:-cgi)?$/, reason: cleanRefusal, status: 500, body: /SCEP support is disabled\./ },
  { exchange: /^updateOCSPConfig$/, reason: cleanRefusal, status: 200, body: /<Status>2<.*Not authenticated/ },
  {
    exchange: /^enable(?:-stranger)?$/,
    dialect: 'acme',
    reason: 'without a responder behind the gateway nothing can be switched on',
    status: 503,
    body: /There is no ACME service behind this server/,
  },
  { exchange: /^savepkcs12$/, reason: noInstaller, status: 200, body: /<Status>2<.*Not authenticated/ },
];

export const knownDifferences: Readonly<Record<Release, readonly KnownDifference[]>> = {
  '10.10.2': knownInTen,
  '11.10.1': knownInEleven,
};

export function findKnownDifference({ name, dialect, release }: RecordedExchange): KnownDifference | null {
  const words = name.replace(/^[0-9]+-/, '');
  return (
    knownDifferences[release].find((known) => known.exchange.test(words) && (known.dialect ?? dialect) === dialect) ??
    null
  );
}
