// /ca/ee/ca/srchCerts and /ca/agent/ca/srchCerts: certificates by the conditions of a form (Dogtag's SrchCerts).
import type { CertificateRecord, RaClient } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { filterInTurns, mapInTurns } from '../../in-turns.ts';
import { certificateRow } from '../certificate-rows.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { readIntegerOr } from '../servlet-number.ts';
import { answerTemplateList } from '../template-servlet.ts';
import { readSearchForm, type SearchForm } from './search-form.ts';

const rowsMax = 1000;
/** Zero and less mean no limit in LDAP. */
const rowsWithoutLimit = 10_000;
/** Most certificates that are looked at one by one, for conditions that the record is not searched by. */
const lookedAtMax = 100_000;
const pieceMax = 1000;

export async function searchCertificates({ request, ra, settings: { clock } }: ServletCall): Promise<GatewayResponse> {
  const startedMs = clock.now().getTime();
  const asked = readIntegerOr(request, 'maxResults', -1);
  readIntegerOr(request, 'timeLimit', -1);
  const maxSize = asked === -1 ? rowsMax : Math.min(asked, rowsMax);
  const form = readSearchForm(request);
  const { subject } = await ra.describeAuthority(null);
  const found = await search(ra, form, maxSize > 0 ? maxSize : rowsWithoutLimit);
  const durationMs = Math.max(clock.now().getTime() - startedMs, 0);
  const revokeAll = findParameter(request, 'revokeAll');
  return await answerTemplateList(request, 'Certificates', {
    header: [
      ['op', findParameter(request, 'op') ?? ''],
      ['issuerName', subject],
      ['time', String(durationMs)],
      ['serviceURL', request.path],
      ['queryFilter', form.filterText],
      ...(revokeAll === null ? [] : [['revokeAll', revokeAll] as const]),
      ['totalRecordCount', found.length],
      ['maxSize', maxSize],
    ],
    fixed: [],
    records: await mapInTurns(found, certificateRow),
  });
}

async function search(ra: RaClient, { query, isMatch }: SearchForm, rows: number): Promise<CertificateRecord[]> {
  const found: CertificateRecord[] = [];
  let lookedAt = 0;
  let afterSerial: CertificateRecord['serialNumber'] | null = null;
  while (query !== null && found.length < rows && lookedAt < lookedAtMax) {
    const limit = isMatch === null ? Math.min(rows - found.length, pieceMax) : pieceMax;
    const after = afterSerial === null ? {} : { afterSerial };
    const { certificates }: { readonly certificates: readonly CertificateRecord[] } = await ra.searchCertificates({
      ...query,
      ...after,
      limit,
      countTotal: false,
    });
    found.push(...(isMatch === null ? certificates : await filterInTurns(certificates, isMatch)));
    lookedAt += certificates.length;
    afterSerial = certificates.at(-1)?.serialNumber ?? null;
    if (certificates.length < limit) break;
  }
  return found.slice(0, rows);
}
