// /ca/admin/ca/getCookie and securityDomainLogin: where installers of 10.x log in to the security domain (Dogtag's GetCookie). Nobody is given an
// installer's session here, so that every login fails, in Dogtag's form for one that did.
import { escapeHtml } from '#codecs/dogtag-servlets';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplatePage } from '../template-servlet.ts';

/** What Java takes for a URL: a scheme that it knows. */
const urlPattern = /^\s*(?:https?|ftp|file|jar):(?:\/\/(?:[^@/?#]*@)?(?<host>\[[^\]]*\]|[^:/?#]*))?/i;

/** A page, whoever asks for XML. */
export async function getCookie({ request, ra }: ServletCall): Promise<GatewayResponse> {
  const url = findParameter(request, 'url');
  if (url === null) throw new ServletFault('GetCookie missing parameter: url');
  const decoded = decodeOnceMore(url);
  const found = decoded === null ? null : urlPattern.exec(decoded);
  if (decoded === null || found === null) throw new ServletFault(`Unable to parse URL: ${escapeHtml(url)}`);
  const { name } = await ra.readSecurityDomain();
  const header = [
    ['sd_uid', ''] as const,
    ['sd_pwd', ''] as const,
    ['host', found.groups?.host ?? ''] as const,
    ['sdhost', new URL(request.baseUrl).hostname] as const,
    ['subsystem', /.subsystem=([^&]*)/.exec(url)?.[1] ?? ''] as const,
    ['url', escapeHtml(decoded)] as const,
    ['errorString', 'Failed Authentication'] as const,
    ['sdname', name ?? ''] as const,
  ];
  return answerTemplatePage('Security Domain Login', { header, fixed: [], records: [] });
}

/** Dogtag decodes what the container has decoded already. */
function decodeOnceMore(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** Dogtag's own page is empty since its last template went. */
export async function securityDomainLogin(): Promise<GatewayResponse> {
  return { status: 200, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, body: Buffer.alloc(0) };
}
