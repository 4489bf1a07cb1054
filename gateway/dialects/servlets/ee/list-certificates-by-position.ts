// listCerts from 11.5 on: pages are told by their places, not by the numbers of certificates.
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { certificateRow } from '../certificate-rows.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { answerTemplate } from '../template-servlet.ts';
import { malformedNumber, readDirection, readMaxCount, readStatusFilter, statusFilterText } from './list-form.ts';
import { readSerialRange } from './search-form.ts';

export async function listCertificatesByPosition({ request, ra }: ServletCall): Promise<GatewayResponse> {
  const maxCount = readMaxCount(request);
  const told = parseJavaInteger(findParameter(request, 'totalRecordCount') ?? '') ?? -1;
  const start = readStart(request, maxCount, told);
  const statuses = readStatusFilter(request);
  const range = readSerialRange(request);
  const filterText = `(&${statusFilterText(statuses)}${range.text})`;
  const { subject, serialNumber } = await ra.describeAuthority(null);
  const { certificates, total } =
    range.query === null
      ? { certificates: [], total: 0 }
      : await ra.searchCertificates({ ...statuses, ...range.query, offset: start, limit: maxCount });
  const revokeAll = findParameter(request, 'revokeAll');
  return answerTemplate(request, 'Certificates', {
    header: [
      ['caSerialNumber', serialNumber.toString(16)],
      ['op', findParameter(request, 'op') ?? ''],
      ...(revokeAll === null ? [] : [['revokeAll', revokeAll] as const]),
      ['issuerName', subject],
      ['serviceURL', request.path],
      ['queryCertFilter', filterText],
      // Dogtag has given the end of the range another's name.
      ['skipRevoked', findParameter(request, 'serialTo') ?? ''],
      ['skipNonValid', flagText(findParameter(request, 'skipNonValid'))],
      ['templateName', 'queryCert'],
      ['queryFilter', filterText],
      ['maxCount', maxCount],
      ['previousCount', certificates.length],
      ['previousStart', start],
      ['serialFrom', findParameter(request, 'serialFrom') ?? ''],
      ['totalRecordCount', told === -1 ? total : told],
    ],
    fixed: [['maxCount', maxCount]],
    records: certificates.map(certificateRow),
  });
}

/** Throws ServletFault. */
function readStart(request: GatewayRequest, maxCount: number, total: number): number {
  const previousCount = readInteger(request, 'previousCount', -1);
  const previousStart = readInteger(request, 'previousStart', 0);
  const start = {
    begin: 0,
    up: previousStart - maxCount,
    down: previousStart + previousCount,
    end: total - maxCount,
  }[readDirection(request)];
  return Math.max(start, 0);
}

function readInteger(request: GatewayRequest, name: string, missing: number): number {
  const text = findParameter(request, name) ?? '';
  const value = text === '' ? missing : parseJavaInteger(text);
  if (value === null) throw malformedNumber();
  return value;
}

function flagText(text: string | null): string {
  if (text === null) return '';
  return text === 'on' ? 'on' : 'off';
}
