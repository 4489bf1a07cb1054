// GET /ca/rest/certs: the first certificates, all or those of one status (Dogtag's CertService.listCerts).
import { BodyError, certificateEntry, decodeJsonBody, searchRequest } from '#codecs/dogtag-rest';
import type { CertificateRecord } from '../../../contract.ts';
import { certificateEntryOf } from '../certificate-bodies.ts';
import { statusesNamed } from '../certificate-statuses.ts';
import { failure } from '../error-response.ts';
import { pageLinks } from '../pages.ts';
import { entriesMax, readCertificates } from '../read-certificates.ts';
import type { RestRequest } from '../rest-dialect.ts';
import {
  answerWithCollection,
  findQueryText,
  type RestAnswer,
  type RestCall,
  type RestOperation,
  readQueryInteger,
} from '../rest-operation.ts';
import { certificateQueryOf } from '../search-query.ts';

const defaultResultsMax = 20;
const defaultSize = 20;

export const listCertificates: RestOperation = async (call) =>
  call.request.dialect.api === 'v2' ? await listMatches(call) : await listFirst(call);

/** Version 2 takes the conditions of a search from the address, and neither counts nor looks at `maxResults`. */
async function listMatches({ request, ra, settings }: RestCall): Promise<RestAnswer> {
  readQueryInteger(request, 'maxTime', 0);
  const size = readQueryInteger(request, 'size', defaultSize);
  const start = readQueryInteger(request, 'start', 0);
  const query = searchInQuery(request);
  const now = settings.clock.now();
  const convert = (record: CertificateRecord) => certificateEntryOf(record, request.baseUrl, now);
  const { entries } =
    query === null ? { entries: [] } : await readCertificates(ra, query, Math.max(start, 0), size, convert);
  return answerWithCollection(certificateEntry, { total: null, entries, links: [] });
}

/** Null when nothing can match. Throws RestRefusal. */
function searchInQuery({ query, dialect }: RestRequest): ReturnType<typeof certificateQueryOf> {
  const members = [...query].map(([name, [value = '']]) => [name, isFlag(name) ? /^true$/i.test(value) : value]);
  try {
    const search = decodeJsonBody(
      searchRequest,
      Buffer.from(JSON.stringify(Object.fromEntries(members))),
      dialect.json,
    );
    return search === null ? null : certificateQueryOf(search);
  } catch (error) {
    if (error instanceof BodyError) throw dialect.unreadableQuery(error.message);
    throw error;
  }
}

/** Whatever is not `true` is false in an address. */
const isFlag = (name: string): boolean => name === 'matchExactly' || name.endsWith('InUse');

async function listFirst({ request, ra, settings }: RestCall): Promise<RestAnswer> {
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
}
