// listCerts from 11.5 on: pages are told by their places, not by the numbers of certificates.
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { mapInTurns } from '../../in-turns.ts';
import { certificateRow } from '../certificate-rows.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { readIntegerOr } from '../servlet-number.ts';
import { answerTemplateList } from '../template-servlet.ts';
import {
  findToldTotal,
  listHeader,
  readDirection,
  readMaxCount,
  readStatusFilter,
  statusFilterText,
} from './list-form.ts';
import { readSerialRange } from './search-form.ts';

export async function listCertificatesByPosition({ request, ra }: ServletCall): Promise<GatewayResponse> {
  const maxCount = readMaxCount(request);
  const told = findToldTotal(request);
  const start = readStart(request, maxCount, told ?? -1);
  const statuses = readStatusFilter(request);
  const range = readSerialRange(request);
  const authority = await ra.describeAuthority(null);
  const { certificates, total } =
    range.query === null
      ? { certificates: [], total: 0 }
      : await ra.searchCertificates({ ...statuses, ...range.query, offset: start, limit: maxCount });
  const header = listHeader(request, authority, {
    filterText: `(&${statusFilterText(statuses)}${range.text})`,
    maxCount,
    range: [],
    // Dogtag has given the end of the range another's name.
    skipRevoked: findParameter(request, 'serialTo'),
    skipNonValid: flagText(findParameter(request, 'skipNonValid')),
  });
  return await answerTemplateList(request, 'Certificates', {
    header: [
      ...header,
      ['previousCount', certificates.length],
      ['previousStart', start],
      ['serialFrom', findParameter(request, 'serialFrom') ?? ''],
      ['totalRecordCount', told ?? total],
    ],
    fixed: [['maxCount', maxCount]],
    records: await mapInTurns(certificates, certificateRow),
  });
}

/** Throws ServletFault. */
function readStart(request: GatewayRequest, maxCount: number, total: number): number {
  const previousCount = readIntegerOr(request, 'previousCount', -1);
  const previousStart = readIntegerOr(request, 'previousStart', 0);
  const start = {
    begin: 0,
    up: previousStart - maxCount,
    down: previousStart + previousCount,
    end: total - maxCount,
  }[readDirection(request)];
  return Math.max(start, 0);
}

function flagText(text: string | null): string {
  if (text === null) return '';
  return text === 'on' ? 'on' : 'off';
}
