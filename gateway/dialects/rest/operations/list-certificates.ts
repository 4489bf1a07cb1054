// GET /ca/rest/certs: the first certificates, all or those of one status (Dogtag's CertService.listCerts).
import { certificateEntry } from '#codecs/dogtag-rest';
import type { CertificateRecord } from '../../../contract.ts';
import { certificateEntryOf } from '../certificate-bodies.ts';
import { statusesNamed } from '../certificate-statuses.ts';
import { failure } from '../error-response.ts';
import { pageLinks } from '../pages.ts';
import { entriesMax, readCertificates } from '../read-certificates.ts';
import { answerWithCollection, findQueryText, type RestOperation, readQueryInteger } from '../rest-operation.ts';

const defaultResultsMax = 20;
const defaultSize = 20;

export const listCertificates: RestOperation = async ({ request, ra, settings }) => {
  const resultsMax = readQueryInteger(request, 'maxResults', defaultResultsMax);
  const start = readQueryInteger(request, 'start', 0);
  const size = readQueryInteger(request, 'size', defaultSize);
  readQueryInteger(request, 'maxTime', 0);
  const statuses = statusesNamed(findQueryText(request, 'status'));
  const query = statuses === null ? {} : { statuses };
  // Zero and less mean no limit, as in LDAP.
  const shownMax = resultsMax > 0 ? resultsMax : Number.POSITIVE_INFINITY;
  const end = Math.min((start + size) | 0, shownMax);
  const now = settings.clock.now();
  const convert = (record: CertificateRecord) => certificateEntryOf(record, request.baseUrl, now);
  if (start < 0 && end > start) {
    const { total } = await readCertificates(ra, query, 0, 0, convert);
    throw failure(`Unable to list certificates: Index ${start} out of bounds for length ${Math.min(total, shownMax)}`);
  }
  const { entries, total: matches } = await readCertificates(ra, query, Math.max(start, 0), end - start, convert);
  const total = Math.min(matches, shownMax);
  const shownSize = entries.length === entriesMax ? entriesMax : size;
  const links = pageLinks(request, { start, size: shownSize, total });
  return answerWithCollection(certificateEntry, { total, entries, links });
};
