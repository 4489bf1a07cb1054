// PATCH and PUT /ca/rest/admin/users/{id}: both change what is named and leave the rest; PUT demands a password (Dogtag's UserService).
import { type UserData, userData } from '#codecs/dogtag-rest';
import type { UserChanges } from '../../../contract.ts';
import { badRequest } from '../error-response.ts';
import { assertGoodPassword } from '../password-rule.ts';
import { answerWith, type RestOperation, readBody } from '../rest-operation.ts';
import { getRosterUser, userDataOf } from '../roster-bodies.ts';

const changeUser =
  (demandsPassword: boolean): RestOperation =>
  async ({ request, caller, ra }) => {
    const userId = request.parameters.id ?? '';
    const body = readBody(request, userData);
    if (body === null) throw badRequest('User data is null.');
    const password = body.password ?? '';
    if (demandsPassword || password !== '') assertGoodPassword(password);
    const order = { action: 'change-user', userId, changes: changesOf(body), password } as const;
    const roster = await ra.administerRoster(order, caller);
    return answerWith(userData, userDataOf(getRosterUser(roster, userId), request, true));
  };

export const modifyUser = changeUser(false);
export const replaceUser = changeUser(true);

function changesOf({ fullName, email, phone, state }: UserData): UserChanges {
  return {
    ...(fullName === null ? {} : { fullName }),
    ...(email === null ? {} : { email }),
    ...(phone === null ? {} : { phone }),
    ...(state === null ? {} : { state }),
  };
}
