// GET /ca/rest/securityDomain/domainInfo: all subsystems and their hosts (Dogtag's SecurityDomainService.getDomainInfo).
import { domainInformation } from '#codecs/dogtag-rest';
import { domainHostDataOf } from '../domain-bodies.ts';
import { answerWith, type RestOperation } from '../rest-operation.ts';

export const domainInfo: RestOperation = async ({ ra }) => {
  const { name, hosts } = await ra.readSecurityDomain();
  const subsystems = [...Map.groupBy(hosts, ({ subsystem }) => subsystem)].map(([id, ofSubsystem]) => {
    const list = ofSubsystem.map(domainHostDataOf);
    return { id, list, hosts: list };
  });
  return answerWith(domainInformation, { id: name, subsystems, list: subsystems });
};
