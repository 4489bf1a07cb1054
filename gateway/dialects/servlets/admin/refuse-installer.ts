// Servlets of /ca/admin/ca/ that installers of clones and subsystems call with an install token: getConfigEntries, updateNumberRange, updateDomainXML,
// updateConnector, registerUser. Nobody has been given a token here (rest/operations/install-token.ts), so that they say to everybody what
// Dogtag says to who has none.
import type { GatewayResponse } from '../../../routing/operation.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerXmlResponse, notAuthenticated } from '../xml-response-servlet.ts';

export async function refuseInstaller({ request, settings: { release } }: ServletCall): Promise<GatewayResponse> {
  return answerXmlResponse(notAuthenticated(request.path, release));
}

/** tokenAuthenticate, by which other subsystems ask whether a token is genuine. */
export async function refuseToken({ request, settings: { release } }: ServletCall): Promise<never> {
  if (release.entities === 'jaxb') throw new ServletFault('Error: Failed Authentication');
  if (findParameter(request, 'sessionID') === null) throw new ServletFault('Missing session ID');
  if (findParameter(request, 'hostname') === null) throw new ServletFault('Missing client host');
  throw new ServletFault('Authentication failed');
}
