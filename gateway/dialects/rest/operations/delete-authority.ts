// DELETE /ca/rest/authorities/{id}: does away with an authority that is disabled and has none below it.
import { getNamedAuthority } from '../authority-bodies.ts';
import { answerNothing, type RestOperation } from '../rest-operation.ts';

export const deleteAuthority: RestOperation = async ({ request: { parameters }, caller, ra }) => {
  const { id } = await getNamedAuthority(parameters.id ?? '', ra);
  await ra.deleteAuthority(id, caller);
  return answerNothing;
};
