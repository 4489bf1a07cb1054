// GET /ca/rest/authorities: all authorities, or those with this id, parent, subject or issuer (Dogtag's AuthorityService.findCAs).
import { DerError } from '#codecs/der';
import { authorityData } from '#codecs/dogtag-rest';
import { encodeNameText, formatName, NameSyntaxError } from '#codecs/x509';
import type { AuthorityDescription } from '../../../contract.ts';
import { authorityDataOf, inOrderOfJava } from '../authority-bodies.ts';
import { badRequest } from '../error-response.ts';
import { answerWithList, findQueryText, type RestOperation } from '../rest-operation.ts';

export const listAuthorities: RestOperation = async ({ request, ra }) => {
  const id = findQueryText(request, 'id')?.toLowerCase();
  const parentId = findQueryText(request, 'parentID')?.toLowerCase();
  const subject = readName(findQueryText(request, 'dn'));
  const issuer = readName(findQueryText(request, 'issuerDN'));
  const { entities } = request.dialect;
  const isWanted = (authority: AuthorityDescription) =>
    (id === undefined || authority.id === id) &&
    // From 11.0 on a parent counts only together with an id.
    (parentId === undefined || (entities === 'jackson' && id === undefined) || authority.parentId === parentId) &&
    (subject === null || authority.subject === subject) &&
    (issuer === null || authority.issuer === issuer);
  const all = await ra.listAuthorities();
  const found = (entities === 'jaxb' ? inOrderOfJava(all) : hostFirst(all)).filter(isWanted).map(authorityDataOf);
  return answerWithList(authorityData, found);
};

function hostFirst(authorities: readonly AuthorityDescription[]): readonly AuthorityDescription[] {
  return authorities.toSorted((one, other) => Number(other.isHostAuthority) - Number(one.isHostAuthority));
}

/** As this server writes it. Dogtag shows its insides for what is no name. Throws RestRefusal. */
function readName(text: string | null): string | null {
  if (text === null) return null;
  try {
    return formatName(encodeNameText(text));
  } catch (error) {
    if (error instanceof NameSyntaxError) throw badRequest(error.refusal ?? error.message);
    if (error instanceof DerError) throw badRequest(error.message);
    throw error;
  }
}
