// Says what a failed directory operation means and what can be done about it.
import { ResultCodeError } from 'ldapts';
import { SourceError } from '../import-source.ts';

export interface DirectoryErrorContext {
  readonly server: string;
  readonly base: string;
  /** Whom the server knows us as, for people. */
  readonly bindDn: string;
}

/** LDAP result codes (RFC 4511 appendix A). */
const resultCodes = {
  operationsError: 1,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  authMethodNotSupported: 7,
  strongerAuthRequired: 8,
  adminLimitExceeded: 11,
  confidentialityRequired: 13,
  constraintViolation: 19,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
} as const;

/** A SourceError for anything that ldapts, TLS or the network throws. The password is in none of them. */
export function explainDirectoryError(error: unknown, context: DirectoryErrorContext): SourceError {
  if (error instanceof SourceError) return error;
  if (error instanceof ResultCodeError) return explainResultCode(error, context);
  const text = singleLine(error instanceof Error ? error.message || error.name : String(error));
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const refused = explainTls(code, text, context.server);
  if (refused !== null) return new SourceError('refused', refused, { cause: error });
  return new SourceError(
    'unreachable',
    `${context.server} cannot be reached (${text || code}). ${reachAdvice(code, context.server)}`,
    {
      cause: error,
    },
  );
}

function explainResultCode(error: ResultCodeError, { server, base, bindDn }: DirectoryErrorContext): SourceError {
  const said = `${server} answered "${singleLine(error.message)}" for ${base || 'the root entry'}`;
  const make = (code: SourceError['code'], message: string) => new SourceError(code, message, { cause: error });
  switch (error.code) {
    case resultCodes.timeLimitExceeded:
      return make('limited', `${said}: its time limit. ${raiseLimits(bindDn, 'nsTimeLimit')}`);
    case resultCodes.sizeLimitExceeded:
      return make('limited', `${said}: its size limit. ${raiseLimits(bindDn, 'nsSizeLimit')}`);
    case resultCodes.adminLimitExceeded:
      return make('limited', `${said}: ${raiseLimits(bindDn, 'nsLookThroughLimit')}`);
    case resultCodes.strongerAuthRequired:
    case resultCodes.confidentialityRequired:
      return make('refused', `${said}: it wants TLS first. Use ldaps:// or set startTls.`);
    case resultCodes.authMethodNotSupported:
      return make(
        'refused',
        `${said}: it does not offer this way of authenticating. Give bindDn and password, or turn on SASL EXTERNAL (TLS with client certificates, or nsslapd-ldapiautobind) at the server.`,
      );
    case resultCodes.constraintViolation:
      return make('refused', `${said}: ${bindDn} is locked out for the moment. Wait, or unlock it at the server.`);
    case resultCodes.inappropriateAuthentication:
    case resultCodes.invalidCredentials:
      return make('refused', explainCredentials(error.message, server, bindDn));
    case resultCodes.insufficientAccessRights:
      return make('refused', `${said}: ${bindDn} may not read there. Let it read all of the base.`);
    case resultCodes.busy:
    case resultCodes.unavailable:
      return make('unreachable', said);
    case resultCodes.operationsError:
    case resultCodes.unwillingToPerform:
      return make('refused', explainUnwilling(error.message, said, bindDn));
    default:
      return make('refused', said);
  }
}

/** 389 Directory Server tells expiry and locks in the words of its answer only; RFC 4513 has no code for them. */
function explainCredentials(text: string, server: string, bindDn: string): string {
  if (/expired/i.test(text))
    return `${server}: the password of ${bindDn} has expired. Give it a new one, or one that does not expire.`;
  if (/inactivated|locked/i.test(text))
    return `${server}: the account of ${bindDn} is locked. Activate it at the server.`;
  if (/certificate|mapp?ed|client certificate/i.test(text))
    return `${server} does not accept the client certificate ("${singleLine(text)}"): it must be valid, from a CA that the server trusts, and mapped to an entry in certmap.conf.`;
  return `${server} refuses the bind name or password of ${bindDn}.`;
}

function explainUnwilling(text: string, said: string, bindDn: string): string {
  if (/inactivated|locked/i.test(text))
    return `${said}: the account of ${bindDn} is locked. Activate it at the server.`;
  if (/password.*(expired|reset|change)|change.*password/i.test(text))
    return `${said}: ${bindDn} must change its password first.`;
  if (/anonymous/i.test(text)) return `${said}: it lets nobody in without a name. Give bindDn and password.`;
  return said;
}

/** What a failed TLS handshake means; null when it was none. */
function explainTls(code: string, text: string, server: string): string | null {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `${server}: its TLS certificate (or that of its CA) has expired. Renew it at the server; is the clock of this machine right?`;
    case 'CERT_NOT_YET_VALID':
      return `${server}: its TLS certificate is not valid yet. Is the clock of this machine right?`;
    case 'CERT_REVOKED':
      return `${server}: its TLS certificate is revoked. Give the server another one.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `${server}: its TLS certificate is for another name (${text}). Use that name in the address, or say it in "certificateHostName".`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${server} does not speak TLS there (${text}). Use ldap:// (with startTls where it is offered), or the port of ldaps://.`;
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION':
      return `${server} speaks only TLS that is out of date (${text}). Let it speak TLS 1.2.`;
  }
  // In TLS 1.3 the server's refusal comes after the handshake, when ldapts has put its own words around it.
  if (/^ERR_SSL_.*(ALERT|CERTIFICATE_REQUIRED)/.test(code) || /SSL routines:.*\balert\b/.test(text))
    return `${server} refuses the TLS handshake (${text}): does it want a client certificate, and does it trust the CA of the one that was shown?`;
  if (/^ERR_OSSL|KEY_VALUES_MISMATCH|^ERR_SSL_.*(KEY|PEM)/.test(code))
    return `the client certificate and key for ${server} cannot be used (${text}). They must be PEM, and belong together.`;
  if (/^(ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|ERR_SSL|INVALID_|HOSTNAME_)/.test(code))
    return `${server}: its TLS certificate is not trusted (${text}). Name the file with the CA's certificate in "caCertificateFile".`;
  return null;
}

function reachAdvice(code: string, server: string): string {
  if (code === 'ECONNRESET' && server.startsWith('ldaps:'))
    return 'Does it speak TLS on that port (ldap:// and startTls if not)?';
  if (code === 'ENOENT')
    return 'There is no such socket: is the server running, is nsslapd-ldapilisten on, and is this the path in nsslapd-ldapifilepath?';
  if (code === 'EACCES') return 'The socket may not be opened by the user of this process.';
  return 'Is it running, and is the address right?';
}

function raiseLimits(bindDn: string, attribute: string): string {
  return `Give ${bindDn} a higher ${attribute} (-1 for none), or bind as the directory manager, who has no limits.`;
}

function singleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
