// Which operations lack a recorded success, refusal, malformed request or unauthorized caller, by release: the list of what is still to be recorded.
import { routeTable } from '#gateway';
import {
  findHeader,
  type RecordedDialect,
  type RecordedExchange,
  type Release,
  readRecordedExchanges,
} from './recorded-exchanges.ts';

const kinds = ['success', 'refusal', 'malformed', 'unauthorized'] as const;
type Kind = (typeof kinds)[number];

const dialects: Readonly<Record<Release, readonly RecordedDialect[]>> = {
  '10.10.2': ['v1-json', 'v1-xml', 'servlet', 'acme'],
  '11.10.1': ['v1-json', 'v2-json', 'servlet', 'acme'],
};

/** In the words in which recordings say what they show. */
const malformed =
  /malformed|broken|empty|no number|no UUID|not parse|no CSR|truncated|unknown member|Content-Type|Accept|array|no body|no (?:id|name|full name)|too short|bad/i;
/** Servlets answer with 200 whatever they say. */
const servletRefusal =
  /Invalid Credential|Failed Authentication|Authorization Error|<Status>[13]<|errorCode>\s*[13]\s*<|errorCode="[13]"|unexpectedError|errorDetails|status=3&|<error>\w|non-existing CRL|Not Found|Rejected/;
const strangersRefusal =
  /Invalid Credential|Authorization Error|Authentication Error|did not provide a valid certificate/;

/** For each kind of exchange the operations that have none, in the order of the route table; who anybody may call cannot lack a refusal of access. */
export function findExchangeGaps(release: Release): Readonly<Record<Kind, readonly string[]>> {
  const seen = new Map<string, Set<Kind>>();
  for (const dialect of dialects[release])
    for (const exchange of readRecordedExchanges(dialect, release)) {
      const found = seen.get(exchange.operation) ?? new Set();
      seen.set(exchange.operation, found.add(kindOf(exchange)));
    }
  const without = (kind: Kind) =>
    routeTable
      .filter(({ login, access }) => kind !== 'unauthorized' || login !== 'none' || access !== null)
      .map(({ name }) => name)
      .filter((name) => seen.get(name)?.has(kind) !== true);
  return {
    success: without('success'),
    refusal: without('refusal'),
    malformed: without('malformed'),
    unauthorized: without('unauthorized'),
  };
}

function kindOf({ dialect, identity, shows, response }: RecordedExchange): Kind {
  const { status, body } = response;
  const isStranger = identity !== 'ipara' && identity !== 'caadmin' && identity !== 'basic';
  const text = body.toString('latin1');
  const isServlet = dialect === 'servlet';
  // Template servlets say nothing at all to whom they do not know.
  const isSilent =
    isServlet && status === 200 && body.length === 0 && findHeader(response.headers, 'content-type') === null;
  const isRefused = status >= 400 || isSilent || (isServlet && servletRefusal.test(text));
  if (!isRefused) return 'success';
  if (isStranger && (status === 401 || status === 403 || isSilent || strangersRefusal.test(text)))
    return 'unauthorized';
  return malformed.test(shows) || status === 415 || status === 406 ? 'malformed' : 'refusal';
}

interface Reason {
  readonly kinds: readonly Kind[];
  readonly operations: RegExp;
  readonly why: string;
}

/** Why some will never be there. */
const reasons: readonly Reason[] = [
  {
    kinds,
    operations: /^servlet-profile-submit-cmc-/,
    why: 'messages of CMC are recorded in compat-fixtures/cmc and replayed by test/golden/cmc',
  },
  {
    kinds: ['success', 'malformed'],
    operations: /^(?:rest-install-token|servlet-call-with-token|servlet-token-authenticate)$/,
    why: 'nobody is given a token here, and whatever is asked for is a name',
  },
  {
    kinds: ['success', 'malformed', 'unauthorized'],
    operations:
      /^rest-(?:(?:add|remove)-kra-connector(?:-host)?|(?:update|change)-audit-(?:configuration|status)|(?:list|get)-audit-files?)$/,
    why: "a deed that is Dogtag's own, or that only an auditor may do, who is nobody in the installations recorded",
  },
  {
    kinds,
    operations: /^rest-(?:list-jobs|get-job|start-job)$/,
    why: '10.10.2 has no jobs, and whatever 11.10.1 was asked for is a name',
  },
  {
    kinds: ['refusal', 'malformed', 'unauthorized'],
    operations:
      /^(?:rest-(?:domain-information|list-domain-hosts|list-applications|list-features|get-(?:signing|transport)-certificate|get-audit-configuration|get-kra-connector)|servlet-(?:get-domain-xml|get-subsystem-certificate|call-with-token))$/,
    why: 'nothing is read that could be malformed, and there is nothing that could be refused to who may ask',
  },
  {
    kinds: ['success'],
    operations: /^rest-revoke-ca-certificate$/,
    why: 'it would have ended the authority that was recorded',
  },
  {
    kinds: ['success'],
    operations: /^rest-(?:create|modify)-profile$/,
    why: 'Dogtag 10.10.2 stores half of what it is given; test/lab/profile-administration compares what can be',
  },
  {
    kinds: ['success'],
    operations: /^servlet-(?:agent-certificate-from-request|(?:agent-)?get-info)$/,
    why: 'Dogtag has no form for the answer, and says so to everybody',
  },
  {
    kinds: ['refusal'],
    operations:
      /^(?:rest-(?:ca-info|account-logout|list-templates|list-certificates|list-requests|list-authorities|execute-self-tests|get-self-test|run-self-test)|servlet-(?:profile-list|agent-profile-list|get-status|get-certificate-chain|get-crl|list-certificates|agent-list-certificates|confirm-revocation))$/,
    why: 'there is nothing that could be refused to who may ask',
  },
  {
    kinds: ['success', 'refusal', 'malformed'],
    operations:
      /^(?:ocsp|servlet-profile-submit-ssl-client|servlet-revoke-own-certificates|rest-modify-group|rest-renew-authority|rest-replace-user)$/,
    why: 'compared with a running Dogtag only: test/lab/dialects, test/lab/bad-input, test/lab/roster, test/lab/authorities',
  },
  {
    kinds: ['malformed'],
    operations:
      /^(?:rest-account-logout|servlet-(?:profile-review|profile-process|profile-list|agent-profile-list|get-status|get-certificate-chain|get-crl|update-crl|display-crl|get-info|agent-get-info))$/,
    why: 'nothing is read that could be malformed, or Dogtag shows its insides over it (DIVERGENCES.md)',
  },
  {
    kinds: ['unauthorized'],
    operations:
      /^(?:servlet-(?:check-request|display-certificate-from-request|revoke-own-certificates|profile-list|agent-profile-list|get-crl|get-info)|rest-(?:list-authorities|get-authority(?:-certificate|-chain)?))$/,
    why: 'the installed rules let anybody',
  },
  {
    kinds: ['malformed', 'unauthorized'],
    operations: /^servlet-profile-(?:select|approve)$|^servlet-agent-profile-select$/,
    why: 'a name is as good as another, and the installed rules let anybody look',
  },
  {
    kinds: ['refusal'],
    operations: /^servlet-profile-approve$/,
    why: 'Dogtag breaks down over a profile that there is not (DIVERGENCES.md)',
  },
  {
    kinds: ['success'],
    operations: /^servlet-confirm-own-revocation$/,
    why: "it shows the client's own certificate; own-certificate.test.ts",
  },
  {
    kinds: ['success', 'malformed', 'unauthorized'],
    operations:
      /^servlet-(?:cmc-revocation|enroll-without-profile|bulk-issuance|renew-without-profile|enroll-administrator|process-certificate-request)$/,
    why: 'nothing is done for anybody',
  },
  {
    kinds: ['malformed', 'unauthorized'],
    operations: /^servlet-(?:confirm-own-revocation|update-directory)$/,
    why: 'nothing is read that could be malformed; who is nobody is told so as a refusal',
  },
  {
    kinds: ['unauthorized'],
    operations:
      /^servlet-(?:display-by-serial|get-certificate-from-request|list-certificates|search-certificates|get-by-serial|admin-get-by-serial|get-ca-chain|get-info)$/,
    why: 'the installed rules let anybody',
  },
  {
    kinds: ['refusal', 'malformed'],
    operations: /^servlet-(?:query|search)-requests$/,
    why: 'whatever it cannot read means all',
  },
  {
    kinds: ['refusal'],
    operations: /^servlet-reason-to-revoke$/,
    why: 'there is nothing that could be refused to who may ask',
  },
  {
    kinds: ['refusal', 'malformed', 'unauthorized'],
    operations: /^servlet-(?:agent-form|agent-header|services|dynamic-variables)$/,
    why: 'pages for people, which take nothing and may be seen by who may come there',
  },
  {
    kinds: ['refusal'],
    operations: /^servlet-(?:agent-)?(?:list|search)-certificates$/,
    why: 'there is nothing that could be refused to who may ask',
  },
  {
    kinds: ['success'],
    operations: /^servlet-agent-display-certificate-from-request$/,
    why: 'Dogtag has no page for it, and shows an error over that',
  },
  {
    kinds: ['unauthorized'],
    operations: /^servlet-token-(?:revoke|release)$/,
    why: 'who is nobody is told so as a refusal; test/lab/gateway compares who may',
  },
  {
    kinds: ['success'],
    operations: /^servlet-update-directory$/,
    why: 'nothing is done for anybody',
  },
  {
    kinds: ['refusal'],
    operations: /^servlet-(?:confirm-own-revocation|renew-without-profile|token-release)$/,
    why: 'who is nobody is told so, which is the refusal that there is',
  },
  {
    kinds: ['refusal'],
    operations: /^rest-get-audit-file$/,
    why: 'who may not look is told so first, and nobody recorded may',
  },
  {
    kinds: ['malformed'],
    operations: /^servlet-revoke-certificates$/,
    why: 'Dogtag breaks down over a reason that is none (DIVERGENCES.md)',
  },
  {
    kinds: ['unauthorized'],
    operations: /^servlet-update-domain-xml$/,
    why: 'who is nobody is told so as a refusal',
  },
  {
    kinds: ['malformed', 'refusal'],
    operations: /^acme-(?:get-login|login|logout|enable|disable)$/,
    why: 'nothing is read that could be malformed, and there is nothing that could be refused to who may ask',
  },
  {
    kinds: ['unauthorized'],
    operations: /^(?:acme-(?:get-login|logout)|servlet-entry-page)$/,
    why: 'anybody may',
  },
  {
    kinds: ['refusal', 'malformed', 'unauthorized'],
    operations: /^servlet-(?:get-ocsp-info|get-statistics|start|entry-page|ports|security-domain-login)$/,
    why: 'nothing is read that could be malformed, and there is nothing that could be refused to who may ask',
  },
  {
    kinds: ['refusal'],
    operations: /^servlet-monitor$/,
    why: 'whatever is wrong with what it is asked is malformed',
  },
  {
    kinds: ['success', 'malformed', 'unauthorized'],
    operations: /^servlet-(?:index|connector|scep|get-cookie|security-domain-login)$/,
    why: 'nothing is done for anybody',
  },
  {
    kinds,
    operations: /^servlet-scep-by-profile$/,
    why: 'only later releases have it, and it was not recorded: it answers as its neighbour',
  },
];
const onlyInTen = 'no running 11.10.1 to record from; recorded with 10.10.2';

/** Gaps without a reason, one line for each kind, and how many have which reason. */
export function formatExchangeGaps(release: Release): string {
  const gaps = findExchangeGaps(release);
  const inTen = release === '10.10.2' ? null : findExchangeGaps('10.10.2');
  const counts = new Map<string, number>();
  const explained = (kind: Kind, name: string): boolean => {
    const known = reasons.find((reason) => reason.kinds.includes(kind) && reason.operations.test(name))?.why;
    const why = known ?? (inTen !== null && !inTen[kind].includes(name) ? onlyInTen : null);
    if (why !== null) counts.set(why, (counts.get(why) ?? 0) + 1);
    return why !== null;
  };
  const lines = kinds.map((kind) => {
    const unexplained = gaps[kind].filter((name) => !explained(kind, name));
    return `    without a recorded ${kind} (${release}): ${unexplained.join(', ') || 'none'}\n`;
  });
  return [...lines, ...[...counts].map(([why, count]) => `      ${count} with a reason: ${why}\n`)].join('');
}
