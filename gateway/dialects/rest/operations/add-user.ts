// POST /ca/rest/admin/users: makes a user, who has neither certificates nor groups yet (Dogtag's UserService.addUser).
import { userData } from '#codecs/dogtag-rest';
import { badRequest, forbidden } from '../error-response.ts';
import { assertGoodPassword } from '../password-rule.ts';
import { type RestOperation, readBody } from '../rest-operation.ts';
import { answerCreated, entryExists } from '../roster-answers.ts';
import { getRosterUser, userDataOf } from '../roster-bodies.ts';

/** Whom Dogtag takes for itself. */
const systemUser = '$System$';

export const addUser: RestOperation = async ({ request, caller, ra }) => {
  const body = readBody(request, userData);
  if (body === null) throw badRequest('User data is null.');
  const { userId, fullName, email, password, phone, type, state } = body;
  if (userId === null) throw badRequest('Resource ID (RS_ID) can not be null');
  if (userId.includes('\\')) throw badRequest('Resource ID (RS_ID) can not contain backslashes');
  if (userId === systemUser) throw forbidden(`Not allowed to create this special user: ${systemUser}`);
  if (fullName === null || fullName === '') throw badRequest('Failed to add user. Missing "full name"');
  if (password !== null && password !== '') assertGoodPassword(password);
  const user = { userId, fullName, email, phone, type, state };
  const roster = await entryExists(ra.administerRoster({ action: 'add-user', user, password }, caller));
  return answerCreated(userData, userDataOf(getRosterUser(roster, userId), request, true));
};
