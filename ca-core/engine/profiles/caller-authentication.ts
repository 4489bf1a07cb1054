// Decides whether a profile's authentication establishes the caller, and whether its authorization expression lets that caller pass.
import { decodeCertificate, formatName } from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { Caller } from '../model/index.ts';
import { type AuthorizationSubject, evaluateAuthorization } from './authorization-expression.ts';
import type { CompiledProfile } from './compiled-profile.ts';
import { hasChange } from './dogtag-version.ts';
import type { AuthenticationInstance, ProfileEnvironment } from './profile-environment.ts';
import type { RequestAttributes } from './request-attributes.ts';

/** What is known of an authenticated requester. */
export interface CallerAuthentication {
  /** True when a request that no constraint refuses is issued at once; false when an agent decides. */
  readonly decidesAtOnce: boolean;
  /** Facts that become `auth_token.<name>` of the request; empty for an anonymous one. */
  readonly facts: Readonly<Record<string, string>>;
  /** Further facts about the request, by their own names. */
  readonly requestFacts: Readonly<Record<string, string>>;
  /** Name in the certificate with which the requester has signed a CMC message; absent where none has. */
  readonly signerSubjectDer?: Uint8Array;
}

const certificateAgents = 'Certificate Manager Agents';
const registrationAgents = 'Registration Manager Agents';

/** Instances that every Dogtag installation has and that are supported here. */
export const standardAuthenticationInstances: ReadonlyMap<string, AuthenticationInstance> = new Map([
  ['AgentCertAuth', { kind: 'user-certificate', group: certificateAgents }],
  ['raCertAuth', { kind: 'user-certificate', group: registrationAgents }],
  ['SSLclientCertAuth', { kind: 'issued-certificate' }],
  ['SessionAuthentication', { kind: 'session' }],
  ['CMCAuth', { kind: 'cmc-message', signedBy: 'agent' }],
  ['CMCUserSignedAuth', { kind: 'cmc-message', signedBy: 'requester' }],
  ['CMCAuthForEST', { kind: 'est-message' }],
  ['flatFileAuth', { kind: 'router-password' }],
  ['TokenAuth', { kind: 'domain-session' }],
]);

const anonymous: CallerAuthentication = { decidesAtOnce: false, facts: {}, requestFacts: {} };

/**
 * Throws CaError: `authentication-required` when the caller cannot be established as the profile demands (`Invalid Credential.`) or is in
 * the wrong group (`Authorization Error`); `not-authorized` when the profile's authorization expression refuses; `unsupported-profile`
 * when the profile names an authentication that is unknown here.
 */
export function authenticateCaller(
  profile: CompiledProfile,
  caller: Caller,
  environment: ProfileEnvironment,
): CallerAuthentication {
  const authentication = establish(profile, caller, environment);
  assertAuthorized(profile, authentication, caller, {});
  return authentication;
}

/**
 * For a renewal: the renewal profile's authentication counts, not the original one's, and an agent who has logged in needs none of its own.
 * (Dogtag lets everybody who has logged in pass at that place, agent or not; a renewal without an agent's word is refused that way here.)
 * Throws as `authenticateCaller` does.
 */
export function authenticateRenewal(
  renewalProfile: CompiledProfile,
  caller: Caller,
  original: RequestAttributes,
  environment: ProfileEnvironment,
): CallerAuthentication {
  const authentication =
    caller.userId !== null && isRenewedBySession(renewalProfile, caller, environment)
      ? { decidesAtOnce: true, facts: userFacts(caller.userId, environment), requestFacts: {} }
      : withOriginalUser(establish(renewalProfile, caller, environment), original);
  const originalUser = original.find('auth_token.uid');
  assertAuthorized(
    renewalProfile,
    authentication,
    caller,
    originalUser === null ? {} : { 'auth_token.uid': originalUser },
  );
  return authentication;
}

/** Later releases ask the profile's own authentication first, and take a session for the profile that renews lightweight authorities only. */
function isRenewedBySession(
  { authentication, id }: CompiledProfile,
  { groups, viaSession }: Caller,
  { dogtagVersion }: ProfileEnvironment,
): boolean {
  if (!viaSession) return false;
  if (!hasChange(dogtagVersion, 'renewal-by-session-limited'))
    return groups.includes(certificateAgents) || groups.includes(registrationAgents);
  return authentication.kind === 'none' && id === 'caManualRenewal' && groups.includes(certificateAgents);
}

// Self-renewal by certificate: the user is whoever the original request was made by.
function withOriginalUser(authentication: CallerAuthentication, original: RequestAttributes): CallerAuthentication {
  if (!authentication.decidesAtOnce) return authentication;
  const uid = authentication.facts.uid === undefined ? original.find('auth_token.uid') : null;
  const userdn = original.find('auth_token.userdn');
  return {
    ...authentication,
    facts: { ...authentication.facts, ...(uid === null ? {} : { uid }), ...(userdn === null ? {} : { userdn }) },
  };
}

function establish(profile: CompiledProfile, caller: Caller, environment: ProfileEnvironment): CallerAuthentication {
  const rule = profile.authentication;
  switch (rule.kind) {
    case 'none':
      return anonymous;
    case 'unsupported':
      throw new CaError('unsupported-profile', `Unable to load authenticator: ${rule.name}`, { subject: profile.id });
    case 'instance':
      switch (rule.instance.kind) {
        case 'user-certificate':
          return authenticateAgent(caller, rule.name, rule.instance.group, environment);
        case 'issued-certificate':
          return authenticateOwner(caller, rule.name);
        case 'session':
          return authenticateSession(caller, environment);
        case 'cmc-message':
          throw new CaError('authentication-required', 'Authentication credential for cmcRequest is null.');
        case 'router-password':
          // Forms and REST hand over no value of this name, whatever they are sent.
          throw new CaError('authentication-required', 'Authentication credential for UID is null.');
        case 'est-message':
          return refuseAsEst(caller);
        case 'domain-session':
          throw new CaError('unsupported-profile', 'Error: Failed Authentication', { subject: profile.id });
      }
  }
}

// The EST server shows itself to the CMC servlets alone; before anything else its certificate is missed.
function refuseAsEst({ certificateDer }: Caller): never {
  const isShown = certificateDer !== null;
  throw new CaError(
    'authentication-required',
    isShown ? 'Authentication credential for cmcRequest is null.' : 'EST subsystem TLS client certificate required',
  );
}

function authenticateAgent(
  caller: Caller,
  instanceName: string,
  group: string,
  environment: ProfileEnvironment,
): CallerAuthentication {
  const isShown = caller.certificateDer !== null || caller.isInstallation === true;
  if (!isShown || caller.userId === null || caller.viaSession) {
    throw new CaError('authentication-required', 'Invalid Credential.');
  }
  if (group !== '' && !caller.groups.includes(group))
    throw new CaError('authentication-required', 'Authorization Error');
  const facts = { ...userFacts(caller.userId, environment), group, authMgrInstName: instanceName };
  // Requests of a registration authority belong to it from the start.
  const requestFacts = group === registrationAgents ? { requestOwner: caller.userId } : {};
  return { decidesAtOnce: true, facts, requestFacts };
}

function authenticateOwner(caller: Caller, instanceName: string): CallerAuthentication {
  if (caller.certificateDer === null) throw new CaError('authentication-required', 'Invalid Credential.');
  const subject = formatName(decodeCertificate(caller.certificateDer, { rules: 'ber' }).subjectDer);
  const userId = findUserId(subject);
  const facts = {
    user: subject,
    userdn: subject,
    ...(userId === null ? {} : { uid: userId, userid: userId }),
    authMgrInstName: instanceName,
  };
  return { decidesAtOnce: true, facts, requestFacts: { authenticatedName: subject } };
}

function authenticateSession(caller: Caller, environment: ProfileEnvironment): CallerAuthentication {
  if (caller.userId === null || !caller.viaSession)
    throw new CaError('authentication-required', 'SessionAuthentication: no auth token');
  return { decidesAtOnce: true, facts: userFacts(caller.userId, environment), requestFacts: {} };
}

function userFacts(userId: string, environment: ProfileEnvironment): Record<string, string> {
  const userDn = environment.peopleDn === null ? null : `uid=${userId},${environment.peopleDn}`;
  return { ...(userDn === null ? {} : { user: userDn, userdn: userDn }), userid: userId, uid: userId };
}

/** Value of the first UID in a name as text. Dogtag cuts at commas without regard to escapes, and so does this. */
export function findUserId(subject: string): string | null {
  for (const part of subject.split(',')) {
    const [keyword = '', ...value] = part.split('=');
    if (keyword.toLowerCase() === 'uid' && value.length > 0) return value.join('=');
  }
  return null;
}

function assertAuthorized(
  profile: CompiledProfile,
  authentication: CallerAuthentication,
  caller: Caller,
  originalFacts: AuthorizationSubject['originalFacts'],
): void {
  const expression = profile.authorizationExpression;
  if (!authentication.decidesAtOnce || expression === '') return;
  const subject = { userId: authentication.facts.uid ?? null, groups: caller.groups, originalFacts };
  if (evaluateAuthorization(expression, subject)) return;
  // The place holder is Dogtag's: the message wants two facts and is given one.
  throw new CaError('not-authorized', `Authorization failed on resource: ${expression}, operation: {1}`, {
    subject: profile.id,
  });
}
