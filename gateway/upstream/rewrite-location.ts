// Redirects and created resources that name Dogtag's own ports, turned into ones that lead back to us.
import type { Authority } from '../routing/exchange.ts';

export interface LocationRules {
  /** Names by which Dogtag knows itself, besides the one the client used. */
  readonly hostNames: readonly string[];
  readonly upstreamSecurePort: number;
  readonly upstreamPlainPort: number;
  /** Where clients reach our own listeners. */
  readonly securePort: () => number;
  readonly plainPort: () => number;
}

const absoluteUrl = /^(?<scheme>https?):\/\/(?<host>\[[^\]]*\]|[^/:?#]*)(?::(?<port>\d+))?(?<rest>.*)$/is;

/**
 * Tomcat builds a redirect to its confidential port from the Host header's name and its own `redirectPort`. A location on
 * another host, or already on the port that the client used, is left as it is.
 */
export function rewriteLocation(location: string, asked: Authority, rules: LocationRules): string {
  const { scheme, host, port, rest } = absoluteUrl.exec(location)?.groups ?? {};
  if (scheme === undefined || host === undefined || rest === undefined) return location;
  const isDogtag = [asked.host, ...rules.hostNames].some((name) => name.toLowerCase() === host.toLowerCase());
  const isSecure = scheme.toLowerCase() === 'https';
  const defaultPort = isSecure ? 443 : 80;
  const upstreamPort = isSecure ? rules.upstreamSecurePort : rules.upstreamPlainPort;
  if (!isDogtag || Number(port ?? defaultPort) !== upstreamPort) return location;
  const ownPort = isSecure ? rules.securePort() : rules.plainPort();
  return `${scheme}://${asked.host}${ownPort === defaultPort ? '' : `:${ownPort}`}${rest}`;
}
