// Asks Dogtag and our own access rules who may do what, for everybody the lab knows, and finds where they disagree.

import { createRouteMatcher } from '../../../gateway/routing/match-route.ts';
import { parseRequestTarget } from '../../../gateway/routing/request-target.ts';
import { routeTable } from '../../../gateway/routing/route-table.ts';
import { refusalHeader } from './lab-gateway.ts';
import { exchangeRaw, type RawIdentity } from './raw-exchange.ts';

/** `connection`: TLS does not take the certificate. */
export type Decision = 'allowed' | 'authentication' | 'authorization' | 'connection';

export interface Deed {
  readonly name: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
  /** Left out for those whom it would let do something in the lab. */
  readonly onlyRefused: boolean;
}

export interface Person {
  readonly name: string;
  readonly identity: RawIdentity | null;
  readonly headers: readonly string[];
}

const json = ['Accept: application/json', 'Content-Type: application/json'];
const deed = (name: string, method: string, target: string, more: Partial<Deed> = {}): Deed => ({
  name,
  method,
  target,
  headers: target.includes('/rest/') ? json : ['Content-Type: application/x-www-form-urlencoded'],
  body: '',
  onlyRefused: false,
  ...more,
});

/**
 * Every operation with a login or a rule, aimed at numbers that nothing has (or at a request long finished, where Dogtag looks
 * for the request before it asks who is there), so that being let in changes nothing.
 */
export const deeds: readonly Deed[] = [
  deed('log in', 'GET', '/ca/rest/account/login'),
  deed('list requests', 'GET', '/ca/rest/agent/certrequests?pageSize=1'),
  deed('review a request', 'GET', '/ca/rest/agent/certrequests/999999999'),
  deed('approve a request', 'POST', '/ca/rest/agent/certrequests/999999999/approve', { body: '{}' }),
  deed('reject a request', 'POST', '/ca/rest/agent/certrequests/999999999/reject', { body: '{}' }),
  deed('read a certificate as agent', 'GET', '/ca/rest/agent/certs/999999999'),
  deed('revoke a certificate', 'POST', '/ca/rest/agent/certs/999999999/revoke', { body: '{"Reason":"Superseded"}' }),
  deed('revoke a CA certificate', 'POST', '/ca/rest/agent/certs/999999999/revoke-ca', {
    body: '{"Reason":"Superseded"}',
  }),
  deed('release a certificate', 'POST', '/ca/rest/agent/certs/999999999/unrevoke'),
  deed('read an audit file', 'GET', '/ca/rest/audit/files/nosuch', { headers: ['Accept: */*'] }),
  deed('review by servlet', 'GET', '/ca/agent/ca/profileReview?requestId=999999999&xml=true'),
  deed('process by servlet', 'GET', '/ca/agent/ca/profileProcess?requestId=1&op=approve&xml=true'),
  deed('list profiles as agent', 'GET', '/ca/agent/ca/profileList?xml=true'),
  deed('show a profile as agent', 'GET', '/ca/agent/ca/profileSelect?profileId=nosuch&xml=true'),
  deed('update the CRL', 'POST', '/ca/agent/ca/updateCRL', { body: 'xml=true', onlyRefused: true }),
  deed(
    'revoke for a token',
    'GET',
    '/ca/ee/subsystem/ca/doRevoke?revocationReason=1&totalRecordCount=1&revokeAll=(certRecordId=999999999)',
  ),
  deed('release for a token', 'GET', '/ca/ee/subsystem/ca/doUnrevoke?serialNumber=999999999'),
  deed('release certificates', 'GET', '/ca/agent/ca/doUnrevoke?serialNumber=999999999'),
  deed('issue in bulk', 'GET', '/ca/agent/ca/bulkissuance?xml=true'),
  deed('publish to a directory', 'GET', '/ca/agent/ca/updateDir?xml=true'),
  deed('revoke by CMC', 'GET', '/ca/ee/ca/CMCRevReq?xml=true'),
  deed('list profiles', 'GET', '/ca/ee/ca/profileList?xml=true'),
  deed('show a profile', 'GET', '/ca/ee/ca/profileSelect?profileId=nosuch&xml=true'),
  deed('check a request', 'GET', '/ca/ee/ca/checkRequest?requestId=999999999&xml=true'),
  deed('show the certificate of a request', 'GET', '/ca/ee/ca/displayCertFromRequest?requestId=999999999&xml=true'),
  deed('show a request as before profiles', 'GET', '/ca/agent/ca/processReq?seqNum=7'),
  deed('fetch a CRL', 'GET', '/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL'),
  deed('ask OCSP', 'GET', '/ca/ocsp/AAAA'),
];

/** Who may is decided by what is shown on the connection or by a token, and the operation says so itself; test/lab/dialects compares what it says. */
const decidedByItself: ReadonlySet<string> = new Set([
  'servlet-confirm-own-revocation',
  'servlet-revoke-own-certificates',
  'servlet-call-with-token',
]);

/** The lab's ACME responder knows users of its own; test/golden/dialects has who may, of one that knows the directory's. */
const ofOtherRealm = /^acme-/;

/** A deed for every operation that none of the above tries; what would change anything is tried only on those whom we refuse. */
export function furtherDeeds(): readonly Deed[] {
  const matcher = createRouteMatcher(routeTable);
  const tried = new Set(
    deeds.flatMap(({ method, target }) => {
      const parsed = parseRequestTarget(target);
      const match = parsed === null ? null : matcher.match(method, parsed);
      return match?.kind === 'operation' ? [match.route.name] : [];
    }),
  );
  return routeTable
    .filter(({ name }) => !tried.has(name) && !decidedByItself.has(name) && !ofOtherRealm.test(name))
    .map(({ name, methods, paths, kind }) => {
      const path = (paths[0] ?? '').replace(/\{\w+:(\w+)[^}]*\}/g, '$1').replace(/\{[^}]*\}/g, '999999999');
      const method = methods?.[0] ?? 'GET';
      const body = method === 'GET' || method === 'DELETE' ? '' : '{}';
      return deed(name, method, path, { body, onlyRefused: kind !== 'read' });
    });
}

/** What Dogtag decided, read from its answer; what it then made of a number that nothing has does not matter. */
export async function decisionOfDogtag(host: string, port: number, person: Person, deed: Deed): Promise<Decision> {
  const answer = await ask(host, port, person, deed);
  if (answer === null) return 'connection';
  const { statusLine, headers, body } = answer;
  const text = body.toString('utf8');
  const status = Number(statusLine.split(' ')[1]);
  if (deed.target.includes('/rest/'))
    return status === 401 || text.includes('No user principal provided.')
      ? 'authentication'
      : status === 403
        ? 'authorization'
        : 'allowed';
  if (status === 401) return 'authentication';
  if (/Authentication Error|did not provide a valid certificate|Invalid Credential|Not authenticated/i.test(text))
    return 'authentication';
  if (/Authorization Error|Unauthorized Access|error=unauthorized|Not authorized/i.test(text)) return 'authorization';
  // Some servlets of the template dialect answer a failed authorization with nothing at all, not even a content type.
  const isEmpty = body.length === 0 && !headers.some(([name]) => /^content-type$/i.test(name));
  return isEmpty && !deed.target.startsWith('/ca/ocsp') ? 'authorization' : 'allowed';
}

export async function decisionOfOurs(host: string, port: number, person: Person, deed: Deed): Promise<Decision> {
  const answer = await ask(host, port, person, deed);
  if (answer === null) return 'connection';
  const { headers } = answer;
  const refusal = headers.find(([name]) => name === refusalHeader)?.[1];
  if (refusal === undefined) return 'allowed';
  if (refusal === 'authentication-required') return 'authentication';
  if (refusal === 'not-authorized') return 'authorization';
  throw new Error(`${deed.name} as ${person.name}: ${refusal}`);
}

/** Null where the connection is ended before anything is said. */
async function ask(host: string, port: number, { identity, headers }: Person, deed: Deed) {
  try {
    return await exchangeRaw(host, {
      port,
      tls: { identity },
      method: deed.method,
      target: deed.target,
      headers: [...deed.headers, ...headers],
      body: deed.body,
    });
  } catch {
    return null;
  }
}
