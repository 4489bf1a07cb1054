// GET /ca/rest/admin/users/{id}: one user with all that there is to tell (Dogtag's UserService.getUser).
import { userData } from '#codecs/dogtag-rest';
import { answerWith, type RestOperation } from '../rest-operation.ts';
import { getRosterUser, userDataOf } from '../roster-bodies.ts';

export const getUser: RestOperation = async ({ request, ra }) =>
  answerWith(userData, userDataOf(getRosterUser(await ra.readRoster(), request.parameters.id ?? ''), request, true));
