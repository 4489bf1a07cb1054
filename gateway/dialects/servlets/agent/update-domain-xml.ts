// /ca/agent/ca/updateDomainXML: puts a host into the security domain or takes it out, for other subsystems (Dogtag's UpdateDomainXML).
import type { XmlResponseItem } from '#codecs/dogtag-servlets';
import type { DomainOrder } from '../../../contract.ts';
import { isCaError } from '../../ca-error.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';

export async function updateDomainXml(call: ServletCall): Promise<readonly XmlResponseItem[]> {
  const { caller, ra } = call;
  const order = readOrder(call);
  try {
    await ra.administerSecurityDomain(order, caller);
    return [['Status', '0']];
  } catch (error) {
    // That it was not done is all that Dogtag says then.
    const codes = ['unknown-roster-entry', 'malformed-roster-value', 'last-administrator'];
    if (isCaError(error) && codes.includes(error.code)) return [['Status', '1']];
    throw error;
  }
}

/** Throws ServletFault. */
function readOrder({ request, settings: { release } }: ServletCall): DomainOrder {
  const text = (name: string) => findParameter(request, name) ?? '';
  const missing = ['host', 'name', 'sport', 'type'].filter((name) => text(name) === '').map((name) => ` ${name} `);
  if (missing.length > 0)
    throw new ServletFault(
      release.entities === 'jaxb'
        ? `Error: required parameters: ${missing.join('')}not provided in request`
        : `Missing required parameters: ${missing.join('')}`,
    );
  const [subsystem, hostName, securePort] = [text('type'), text('host'), text('sport')];
  if (text('operation') === 'remove') return { action: 'remove-host', subsystem, hostName, securePort };
  const host = {
    hostName,
    port: text('httpport') || null,
    securePort,
    secureEndEntityPort: text('eeclientauthsport') || null,
    secureAgentPort: text('agentsport') || null,
    secureAdminPort: text('adminsport') || null,
    clone: (text('clone') || 'false').toUpperCase(),
    subsystemName: text('name'),
    domainManager: text('dm').toUpperCase() || null,
  };
  return { action: 'add-host', subsystem, host };
}
