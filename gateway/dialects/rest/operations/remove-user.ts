// DELETE /ca/rest/admin/users/{id}: takes a user out of all groups and away (Dogtag's UserService.removeUser).
import { answerNothing, type RestOperation } from '../rest-operation.ts';

export const removeUser: RestOperation = async ({ request, caller, ra }) => {
  await ra.administerRoster({ action: 'remove-user', userId: request.parameters.id ?? '' }, caller);
  return answerNothing;
};
