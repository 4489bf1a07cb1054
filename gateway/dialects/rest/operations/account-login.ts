// GET /ca/rest/account/login: who the caller is to this server. The gateway opens the session.
import { account } from '#codecs/dogtag-rest';
import { unauthorized } from '../error-response.ts';
import { answerWith, type RestOperation } from '../rest-operation.ts';

export const accountLogin: RestOperation = async ({ request: { user } }) => {
  if (user === null) throw unauthorized('No user principal provided.');
  const roles = [...user.groups].sort((one, other) => (one < other ? -1 : 1));
  return answerWith(account, { attributes: [], id: user.userId, fullName: user.fullName, email: user.email, roles });
};
