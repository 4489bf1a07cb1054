// /ca/admin/ca/getDomainXML: the security domain as installers of 10.x read it, a document within the document (Dogtag's GetDomainXML).
import { encodeXmlDocument, type XmlResponseItem } from '#codecs/dogtag-servlets';
import type { DomainHost } from '../../../contract.ts';
import type { ServletCall } from '../servlet-call.ts';

/** In the order of this document, which is another than that of the domain. */
const subsystems = ['CA', 'KRA', 'OCSP', 'TKS', 'RA', 'TPS'] as const;

export async function getDomainXml({ ra }: ServletCall): Promise<readonly XmlResponseItem[]> {
  const { name, hosts } = await ra.readSecurityDomain();
  const lists = subsystems.map((subsystem): XmlResponseItem => {
    const ofSubsystem = hosts.filter((host) => host.subsystem === subsystem);
    const items = ofSubsystem.map((host): XmlResponseItem => [subsystem, itemsOf(host)]);
    return [`${subsystem}List`, [...items, ['SubsystemCount', String(ofSubsystem.length)]]];
  });
  return [
    ['DomainInfo', encodeXmlDocument(['DomainInfo', [['Name', name ?? ''], ...lists]])],
    ['Status', '0'],
  ];
}

function itemsOf(host: DomainHost): readonly XmlResponseItem[] {
  const items: readonly (readonly [string, string | null])[] = [
    ['Host', host.hostName],
    ['UnSecurePort', host.port],
    ['SecurePort', host.securePort],
    ['SecureEEClientAuthPort', host.secureEndEntityPort],
    ['SecureAgentPort', host.secureAgentPort],
    ['SecureAdminPort', host.secureAdminPort],
    ['Clone', host.clone],
    ['SubsystemName', host.subsystemName],
    ['DomainManager', host.domainManager],
  ];
  return items.flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
}
