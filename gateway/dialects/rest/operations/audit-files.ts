// GET /ca/rest/audit/files and files/{name}: files of the account (Dogtag's AuditService), of which there are none: it is kept in the record, and who
// takes it out of there verifies its chain as well.
import { auditFile } from '#codecs/dogtag-rest';
import { badRequest, resourceNotFound } from '../error-response.ts';
import { answerWithCollection, type RestOperation } from '../rest-operation.ts';

export const listAuditFiles: RestOperation = async () =>
  answerWithCollection(auditFile, { total: 0, entries: [], links: [] });

export const getAuditFile: RestOperation = async ({ request: { parameters } }) => {
  const name = parameters.name ?? '';
  if (name.includes('/')) throw badRequest(`Invalid file name: ${name}`);
  throw resourceNotFound(`File not found: ${name}`);
};
