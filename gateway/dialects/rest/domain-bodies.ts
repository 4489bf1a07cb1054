// Hosts of the security domain as clients of the REST interface see and name them.
import type { DomainHostData } from '#codecs/dogtag-rest';
import type { DomainHost } from '../../contract.ts';
import { badRequest } from './error-response.ts';

export function domainHostDataOf(host: DomainHost): DomainHostData {
  const { hostName, port, securePort, secureEndEntityPort, secureAgentPort, secureAdminPort } = host;
  const { clone, subsystemName, domainManager } = host;
  return {
    id: `${host.subsystem} ${hostName} ${securePort ?? secureEndEntityPort}`,
    hostName,
    port,
    securePort,
    secureEndEntityPort,
    secureAgentPort,
    secureAdminPort,
    clone,
    subsystemName,
    domainManager,
  };
}

export interface DomainHostId {
  readonly subsystem: string;
  readonly hostName: string;
  readonly securePort: string;
}

/** Throws RestRefusal. */
export function readDomainHostId(id: string): DomainHostId {
  const [, subsystem, hostName, securePort] = /^(\S+) (\S+) ([0-9]+)$/.exec(id) ?? [];
  if (subsystem === undefined || hostName === undefined || securePort === undefined)
    throw badRequest(`Invalid security domain host: ${id}`);
  return { subsystem, hostName, securePort };
}
