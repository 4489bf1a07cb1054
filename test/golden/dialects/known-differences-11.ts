// Where our answer is another than that of Dogtag 11.10.1, and why; `gateway/dialects/DIVERGENCES.md` tells it to people.
import type { KnownDifference } from './known-difference.ts';

const noSession = 'a session is opened by a login, not by a path or method that does not exist';
const cleanRefusal =
  "Dogtag shows a stack trace or its parser's words; ours says what is wrong, with the status of a client's error";
const parserWords = "the words are those of Java's parsers; ours are our own";
const audit = 'what is told is what is accounted for here: other deeds, and always all of them';
const noPasswords = 'passwords are not imported: without a Dogtag behind it, the gateway knows none';
const pathAsAsked =
  "the address is the one that was asked for, not the one that Dogtag's container makes of it for itself";
const looseServlet = 'what this one servlet does with other methods is its own, and no client does it';

const losesPolicies = 'Dogtag takes it and loses all its policies without a word; here it is refused, as by 10.x';
const nothingStored = 'Dogtag has stored half of what was refused here; here nothing is stored that was refused';

export const knownInEleven: readonly KnownDifference[] = [
  {
    exchange: /^acme-admin-enable(?:-agent|-get)?$/,
    reason: 'without a responder behind the gateway nothing can be switched on',
    status: 503,
    body: /There is no ACME service behind this server/,
  },
  { exchange: /^acme-admin-(?:login|disable)$/, reason: noPasswords, status: 401, body: /401/ },
  { exchange: /^install-ports$/, reason: cleanRefusal, status: 200, body: /Missing secure parameter/ },
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
  {
    exchange: /^extra-audit-patch$/,
    reason: audit,
    status: 403,
    body: /The audit of this server is always on/,
  },
  {
    exchange: /^jobs-(?:get|start|start-agent)$/,
    reason: 'there are no jobs here',
    status: 404,
    body: /Job pruning not found/,
  },
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
    reason: 'no other server is made a copy of this one, so that nobody is given a token to do so',
    status: 500,
    body: /Failed to create session\./,
  },
  {
    exchange: /^securitydomain-token-no-subsystem$/,
    dialect: 'v1-json',
    reason: cleanRefusal,
    status: 400,
    body: /Missing subsystem parameter/,
  },
  { exchange: /^authorities-list-bad-dn$/, reason: cleanRefusal, status: 400, body: /Bad AVA format: Missing '='/ },
  { exchange: /^authorities-list-bad-id$/, reason: 'what is no id is the id of nobody', status: 200, body: /^\[\]/ },
  {
    exchange: /^authorities-list-issuer$/,
    reason: 'the host authority has issued its own certificate, and is found by its issuer',
    status: 200,
    body: /"isHostAuthority":true/,
  },
  {
    exchange: /^authorities-create-broken$/,
    dialect: 'v1-json',
    reason: parserWords,
    status: 400,
    body: /^The request body is not /,
  },
  {
    exchange: /^authorities-modify$/,
    dialect: 'v1-json',
    reason: 'Dogtag breaks down where a description comes alone; here it is taken, as in version 2',
    status: 200,
    body: /"description":/,
  },
  {
    exchange: /^users-create-broken$/,
    dialect: 'v1-json',
    reason: parserWords,
    status: 400,
    body: /^The request body is not /,
  },
  {
    exchange: /^users-certs-get$/,
    dialect: 'v2-json',
    reason: 'what ISO-8859-1 lacks is escaped here, and lost there',
    status: 200,
    body: /\\u202FAM Coordinated Universal Time/,
  },
  {
    exchange: /^users-certs-add-broken$/,
    reason: parserWords,
    status: 500,
    body: /it is neither a certificate nor PKCS #7/,
  },
  {
    exchange: /^selftests-run-missing$/,
    reason: 'the output of a test that there is not is said without the stack',
    status: 200,
    body: /nosuch does not exist\./,
  },
  { exchange: /^profiles-create$/, reason: losesPolicies, status: 500, body: /Error changing profile data/ },
  { exchange: /^profiles-create-again$/, reason: nothingStored, status: 500, body: /Error changing profile data/ },
  { exchange: /^profiles-modify$/, reason: nothingStored, status: 404, body: /Profile ID recv\w+ not found/ },
  {
    exchange: /^profiles-delete-structured$/,
    reason: nothingStored,
    status: 404,
    body: /Profile ID recv\w+ not found/,
  },
  {
    exchange: /^profiles-modify-other-id$/,
    reason: "a profile must not become another one's",
    status: 400,
    body: /Unable to modify profile: The profile in the body is \w+, not the one addressed, \w+/,
  },
  {
    exchange: /^profiles-create-broken$/,
    dialect: 'v1-json',
    reason: parserWords,
    status: 400,
    body: /^The request body is not /,
  },
  {
    exchange: /^profiles-raw-create-(?:bad-class|bad-name)$/,
    reason: 'a class that there is not, or an id that no address can have, is refused before anything is stored',
    status: 400,
    body: /Unable to create profile: /,
  },
  { exchange: /^profiles-raw-modify-missing$/, reason: cleanRefusal, status: 404, body: /Profile ID noSuchProfile/ },
  {
    exchange: /^profiles-raw-create(?:-octet)?$/,
    dialect: 'v1-json',
    reason: pathAsAsked,
    status: 201,
    body: null,
  },

  {
    exchange: /^(?:account-login|agent-certrequests-list|users-list)-basic$/,
    reason: noPasswords,
    status: 401,
    body: /401/,
  },
  { exchange: /^account-login-(?:post|head)$/, dialect: 'v2-json', reason: noSession, status: 405, body: null },
  { exchange: /^account-login-post$/, dialect: 'v1-json', reason: noSession, status: 405, body: null },
  { exchange: /^account-unknown$/, reason: noSession, status: 404, body: null },
  { exchange: /^agent-certrequests-unknown-action$/, reason: noSession, status: 404, body: null },
  { exchange: /^agent-certrequests-delete$/, reason: noSession, status: 405, body: null },
  { exchange: /^agent-certs-revoke-get$/, reason: noSession, status: 405, body: null },
  {
    exchange: /^(?:account-login-http|extra-(?:agent|profiles|authorities)-http)$/,
    dialect: 'v1-json',
    reason: pathAsAsked,
    status: 302,
    body: null,
  },
  {
    exchange:
      /^(?:certrequests-bad-body|agent-certrequests-approve-broken|agent-certs-revoke-broken|certs-search-(?:broken|array))$/,
    dialect: 'v1-json',
    reason: parserWords,
    status: 400,
    body: /^The request body is not /,
  },
  {
    exchange: /^certrequests-empty-body$/,
    reason: cleanRefusal,
    status: 400,
    body: /Unable to create enrollment request: Missing input data/,
  },
  {
    exchange: /^certrequests-empty-body-no-type$/,
    dialect: 'v2-json',
    reason: cleanRefusal,
    status: 400,
    body: /Unable to create enrollment request: Missing input data/,
  },
  {
    exchange: /^certrequests-empty-body-no-type$/,
    dialect: 'v1-json',
    reason: 'a body without a type is refused as that, before anybody looks whether there is one',
    status: 415,
    body: null,
  },
  {
    exchange: /^agent-certrequests-approve-other-body$/,
    reason: "the values of another request's body must not become this certificate's",
    status: 400,
    body: /Bad request data: The request in the body is [0-9]+, not the one addressed, [0-9]+/,
  },
  { exchange: /^agent-certrequests-approve-empty$/, reason: cleanRefusal, status: 400, body: /Missing input data/ },
  {
    exchange: /^agent-certrequests-approve-empty-no-type$/,
    dialect: 'v2-json',
    reason: cleanRefusal,
    status: 400,
    body: /Missing input data/,
  },
  { exchange: /^certs-search-date-bad$/, reason: cleanRefusal, status: 400, body: /For input string: / },
  { exchange: /^certs-search-empty$/, reason: cleanRefusal, status: 400, body: /Search request is null/ },
  {
    exchange: /^certs-search-array$/,
    dialect: 'v2-json',
    reason: parserWords,
    status: 500,
    body: /is not a JSON object/,
  },
  {
    exchange: /^agent-certs-revoke-empty$/,
    dialect: 'v2-json',
    reason: cleanRefusal,
    status: 400,
    body: /Unable to revoke cert: invalid request/,
  },
  {
    exchange: /^agent-certrequests-list-bad-size$/,
    dialect: 'v2-json',
    reason: 'the page is labelled ISO-8859-1 where the answer had been begun, and lacks the dash in its title',
    status: 500,
    body: /For input string: &quot;abc&quot;/,
  },
  {
    exchange: /^extra-long-url$/,
    reason: 'error pages show no exception',
    status: 400,
    body: /Request header is too large/,
  },
  {
    exchange: /^info-pki-head$/,
    dialect: 'v2-json',
    reason: 'HEAD says what GET says; Dogtag leaves the character set out there',
    status: 200,
    body: null,
  },
  { exchange: /^info-pki-options$/, dialect: 'v2-json', reason: looseServlet, status: 200, body: null },
  { exchange: /^info-pki-(?:post|delete)$/, dialect: 'v2-json', reason: looseServlet, status: 405, body: null },
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
    exchange: /^crl-(?:display|display-base64|check|check-valid)$/,
    reason: "an apostrophe in a page's script is written as an entity there, which shows the same",
    status: 200,
    body: /CA\\'s complete/,
  },
  {
    exchange: /^profileSubmit-profileSelect(?:-agent)?$/,
    reason: 'the profile is that of 10.10.2, whose text names fewer algorithms',
    status: 200,
    body: /<profileId>\ncaServerCert\n/,
  },
  {
    exchange: /^crl-displayCRL-agent$/,
    reason: 'the order in which the cache lists revocations follows from its history, and nobody knows that',
    status: 200,
    body: /<crlDisplayType>cachedCRL</,
  },
];
