// POST /ca/rest/certs/search: certificates by many conditions (Dogtag's CertService.searchCerts).
import { certificateEntry, searchRequest } from '#codecs/dogtag-rest';
import type { CertificateRecord } from '../../../contract.ts';
import { certificateEntryOf } from '../certificate-bodies.ts';
import { badRequest, failure } from '../error-response.ts';
import { pageLinks } from '../pages.ts';
import { entriesMax, readCertificates } from '../read-certificates.ts';
import { answerWithCollection, type RestOperation, readBody, readQueryInteger } from '../rest-operation.ts';
import { certificateQueryOf } from '../search-query.ts';

const defaultSize = 20;

export const searchCertificates: RestOperation = async ({ request, ra, settings }) => {
  // RESTEasy reads what the method takes in its order.
  const search = readBody(request, searchRequest);
  const start = readQueryInteger(request, 'start', 0);
  const size = readQueryInteger(request, 'size', defaultSize);
  if (search === null) throw badRequest('Search request is null');
  const query = certificateQueryOf(search);
  const end = (start + size) | 0;
  if (start < 0 && end > start) throw failure('Unable to search for certificates: Certificate record not found');
  const now = settings.clock.now();
  const convert = (record: CertificateRecord) => certificateEntryOf(record, request.baseUrl, now);
  const { entries, total } =
    query === null
      ? { entries: [], total: 0 }
      : await readCertificates(ra, query, Math.max(start, 0), end - start, convert);
  const shownSize = entries.length === entriesMax ? entriesMax : size;
  const links = pageLinks(request, { start, size: shownSize, total });
  // Version 2 does not count.
  return answerWithCollection(certificateEntry, { total: request.dialect.api === 'v2' ? null : total, entries, links });
};
