// GET /ca/rest/account/logout: nothing to say. The gateway ends the session.
import { answerNothing, type RestOperation } from '../rest-operation.ts';

export const accountLogout: RestOperation = async () => answerNothing;
