// /ca/ee/ca/ports: on which port everybody is answered, with TLS or without (Dogtag's PortsServlet).
import type { XmlResponseItem } from '#codecs/dogtag-servlets';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';

/** As the security domain says of the authority; where it says nothing, the port at which the client has found it. */
export async function ports({ request, ra }: ServletCall): Promise<readonly XmlResponseItem[]> {
  const secure = findParameter(request, 'secure');
  if (secure === null) throw new ServletFault('Missing secure parameter');
  const { hostname, port } = new URL(request.baseUrl);
  const authorities = (await ra.readSecurityDomain()).hosts.filter(({ subsystem }) => subsystem === 'CA');
  const host = authorities.find(({ hostName }) => hostName.toLowerCase() === hostname.toLowerCase()) ?? authorities[0];
  const told = secure === 'true' ? host?.securePort : host?.port;
  return [
    ['Status', '0'],
    ['Port', told ?? (port || (request.isSecure ? '443' : '80'))],
  ];
}
