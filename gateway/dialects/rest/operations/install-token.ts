// GET /ca/rest/securityDomain/installToken: for installers of clones and subsystems (Dogtag's SecurityDomainService.getInstallToken). No other server
// is made a copy of this one, so that nobody is given a token; who may not ask is told so as Dogtag tells it.
import { badRequest, failure, unauthorized } from '../error-response.ts';
import { findQueryText, type RestOperation } from '../rest-operation.ts';

export const issueInstallToken: RestOperation = async ({ request, caller }) => {
  const subsystem = findQueryText(request, 'subsystem');
  if (subsystem === null) throw badRequest('Missing subsystem parameter');
  const group = `Enterprise ${subsystem.toUpperCase()} Administrators`;
  const isMember = caller.groups.some((name) => name.toLowerCase() === group.toLowerCase());
  if (!isMember) throw unauthorized(`User ${caller.userId} is not a member of ${group} group.`);
  throw failure('Failed to create session.');
};
