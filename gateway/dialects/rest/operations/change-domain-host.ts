// PUT /ca/rest/securityDomain/hosts and DELETE hosts/{id}: puts a host into the domain, or takes one out of it with the user that it has
// (Dogtag's SecurityDomainHostService).
import { type DomainHostData, domainHostData } from '#codecs/dogtag-rest';
import { isCaError } from '../../ca-error.ts';
import { type DomainHostId, readDomainHostId } from '../domain-bodies.ts';
import { badRequest, failure } from '../error-response.ts';
import { answerNothing, type RestOperation, readBody } from '../rest-operation.ts';

export const addDomainHost: RestOperation = async ({ request, caller, ra }) => {
  const body = readBody(request, domainHostData);
  if (body === null || body.id === null) throw badRequest('Missing security domain host');
  const id = readDomainHostId(body.id);
  assertSamePort(id, 'EE', body.secureEndEntityPort);
  assertSamePort(id, 'admin', body.secureAdminPort);
  assertSamePort(id, 'agent', body.secureAgentPort);
  const { subsystem } = id;
  const order = { action: 'add-host', subsystem, host: hostOf(id, body) } as const;
  await orFailure(ra.administerSecurityDomain(order, caller), `Unable to add security domain host: ${body.id}`);
  return answerNothing;
};

export const removeDomainHost: RestOperation = async ({ request, caller, ra }) => {
  const text = request.parameters.id ?? '';
  const order = { action: 'remove-host', ...readDomainHostId(text) } as const;
  await orFailure(ra.administerSecurityDomain(order, caller), `Unable to remove security domain host: ${text}`);
  return answerNothing;
};

function assertSamePort({ securePort }: DomainHostId, of: string, port: string | null): void {
  if (port !== securePort) throw badRequest(`Invalid secure (${of}) port: ${port}`);
}

/** Name and port are those of the id, whatever else the body says of them. */
function hostOf({ hostName, securePort }: DomainHostId, body: DomainHostData) {
  // Dogtag breaks down over it.
  if (body.clone === null || body.clone === '') throw badRequest(`Invalid clone flag: ${body.clone}`);
  return {
    hostName,
    port: body.port || null,
    securePort,
    secureEndEntityPort: securePort,
    secureAgentPort: securePort,
    secureAdminPort: securePort,
    clone: body.clone.toUpperCase(),
    subsystemName: body.id,
    domainManager: body.domainManager?.toUpperCase() || null,
  };
}

/** What the domain does not take is refused in one way only. */
async function orFailure(deed: Promise<unknown>, message: string): Promise<void> {
  try {
    await deed;
  } catch (error) {
    const isRefused =
      isCaError(error) && ['unknown-roster-entry', 'malformed-roster-value', 'last-administrator'].includes(error.code);
    throw isRefused ? failure(message) : error;
  }
}
