// /ca/agent/ca/profileApprove: an agent puts a profile into use, or one in use out of it (Dogtag's ProfileApproveServlet).
import type { ArgsetSet } from '#codecs/dogtag-servlets';
import type { CaErrorCode, ProfileDefinition } from '../../../contract.ts';
import { isCaError } from '../../ca-error.ts';
import { profileValues, readProfile } from '../profile-sets.ts';
import type { ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';

/** What keeps a profile from being enabled here; Dogtag says no more of what goes wrong then. */
const notToBeEnabled: ReadonlySet<CaErrorCode> = new Set(['malformed-profile', 'unsupported-profile']);

export async function profileApprove(call: ServletCall): Promise<ArgsetSet> {
  const changed = await changeState(await readProfile(call), call);
  return { set: [['errorCode', '0'], ['errorReason', ''], ...profileValues(changed, 'without')] };
}

/** The request says only which profile: what is done follows from how it is now. */
async function changeState(
  { id, enabled }: ProfileDefinition,
  { ra, caller }: ServletCall,
): Promise<ProfileDefinition> {
  try {
    return await ra.administerProfile({ action: enabled ? 'disable' : 'enable', id }, caller);
  } catch (error) {
    if (isCaError(error) && notToBeEnabled.has(error.code)) throw new ServletFault('Server Internal Error');
    throw error;
  }
}
