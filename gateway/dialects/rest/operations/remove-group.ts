// DELETE /ca/rest/admin/groups/{id}; never that of the administrators (Dogtag's GroupService.removeGroup).
import { answerNothing, type RestOperation } from '../rest-operation.ts';

export const removeGroup: RestOperation = async ({ request, caller, ra }) => {
  await ra.administerRoster({ action: 'remove-group', name: request.parameters.id ?? '' }, caller);
  return answerNothing;
};
