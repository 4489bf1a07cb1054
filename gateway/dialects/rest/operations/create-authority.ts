// POST /ca/rest/authorities: makes an authority below another one (Dogtag's AuthorityService.createCA).
import { type AuthorityData, authorityData } from '#codecs/dogtag-rest';
import type { AuthorityDescription, RaClient } from '../../../contract.ts';
import { isCaError } from '../../ca-error.ts';
import { findAuthority, parseAuthorityId } from '../../submitted-authority.ts';
import { authorityDataOf, hostAlias } from '../authority-bodies.ts';
import { badRequest, conflict, failure, type RestRefusal, resourceNotFound } from '../error-response.ts';
import { answerWith, type RestOperation, readBody } from '../rest-operation.ts';

export const createAuthority: RestOperation = async ({ request, caller, ra }) => {
  const body = readBody(request, authorityData);
  if (body === null) throw badRequest('Unable to create CA: Missing input data');
  const parent = await getParent(body, ra);
  if (!parent.enabled) throw conflict('Authority is disabled');
  const { subject, description } = body;
  // What the directory of Dogtag does not take.
  if (subject === null && request.dialect.entities === 'jackson')
    throw badRequest('Unable to generate signing certificate: rejected: Subject Name Not Matched ');
  if (subject === null || description === '') throw creationFailure('Unable to add authority: error result');
  try {
    const created = await ra.createAuthority({ parentId: parent.id, subject, description }, caller);
    // Version 2 says that something has come to be.
    const isCreated = request.dialect.api === 'v2';
    const headers = isCreated ? { Location: `${request.baseUrl}${request.path}/${created.id}` } : {};
    return answerWith(authorityData, authorityDataOf(created), { status: isCreated ? 201 : 200, headers });
  } catch (error) {
    throw refusalOfCreation(error);
  }
};

/** Throws RestRefusal. */
async function getParent({ parentId }: AuthorityData, ra: RaClient): Promise<AuthorityDescription> {
  if (parentId === hostAlias) return ra.describeAuthority(null);
  const id = parentId === null ? null : parseAuthorityId(parentId);
  if (id === null) throw badRequest(`Bad Authority ID: ${parentId}`);
  const parent = await findAuthority(id, ra);
  if (parent === null) throw resourceNotFound(`Parent CA "${id}" does not exist`);
  return parent;
}

const creationFailure = (message: string) => failure(`Error creating CA: ${message}`);

function refusalOfCreation(error: unknown): unknown | RestRefusal {
  if (!isCaError(error) || error.code !== 'malformed-request') return error;
  // The profile's refusal is the client's fault to Dogtag, a name that cannot be read is its own.
  return error.message.startsWith('Unable to generate') ? badRequest(error.message) : creationFailure(error.message);
}
