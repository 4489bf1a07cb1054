// GET /ca/rest/securityDomain/hosts and hosts/{id}: all hosts of the domain, or one (Dogtag's SecurityDomainHostService).
import { domainHostData } from '#codecs/dogtag-rest';
import { domainHostDataOf } from '../domain-bodies.ts';
import { resourceNotFound } from '../error-response.ts';
import { answerWith, answerWithList, type RestOperation } from '../rest-operation.ts';

export const listDomainHosts: RestOperation = async ({ ra }) => {
  const { hosts } = await ra.readSecurityDomain();
  return answerWithList(domainHostData, hosts.map(domainHostDataOf));
};

export const getDomainHost: RestOperation = async ({ request: { parameters }, ra }) => {
  const wanted = parameters.id ?? '';
  const { hosts } = await ra.readSecurityDomain();
  const found = hosts.map(domainHostDataOf).find(({ id }) => id === wanted);
  if (found === undefined) throw resourceNotFound(`Security domain host not found: ${wanted}`);
  return answerWith(domainHostData, found);
};
