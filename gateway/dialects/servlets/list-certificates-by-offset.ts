// listCerts of 11.x: the same list, whose pages are counted (ListCerts since 11.6).
import type { SerialNumber } from '../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import { certificateLine } from './certificate-line.ts';
import { givenParameter, invalidNumber, readCount, readListFilter } from './list-parameters.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';
import { parseServletSerial, readInteger } from './servlet-number.ts';
import { answerTemplate } from './template-servlet.ts';

export async function listCertificatesByOffset({ request, ra }: ServletCall): Promise<GatewayResponse> {
  const count = readCount(request);
  const told = readTotal(request);
  const offset = readStart(request, count, told ?? -1);
  const { text, statuses } = readListFilter(request);
  const [from, to] = [readBound(request, 'serialFrom'), readBound(request, 'serialTo')];
  const query = {
    ...(statuses === null ? {} : { statuses }),
    ...(from === null ? {} : { serialFrom: from.serial }),
    ...(to === null ? {} : { serialTo: to.serial }),
  };
  const { certificates, total } = await ra.searchCertificates({ ...query, offset, limit: count });
  const { subject, serialNumber } = await ra.describeAuthority(null);
  const bounds = `${from === null ? '' : `(certRecordId>=${from.text})`}${to === null ? '' : `(certRecordId<=${to.text})`}`;
  const filter = `(&${text}${bounds})`;
  return answerTemplate(request, 'Certificates', {
    header: [
      ['caSerialNumber', serialNumber.toString(16)],
      ['op', findParameter(request, 'op') ?? ''],
      ...givenParameter(request, 'revokeAll'),
      ['issuerName', subject],
      ['serviceURL', request.path],
      ['queryCertFilter', filter],
      // The upper bound stands there in its place.
      ['skipRevoked', to?.text ?? ''],
      ['skipNonValid', flagOf(request, 'skipNonValid')],
      ['templateName', 'queryCert'],
      ['queryFilter', filter],
      ['maxCount', count],
      ['previousCount', certificates.length],
      ['previousStart', offset],
      ['serialFrom', from?.text ?? ''],
      ['totalRecordCount', told ?? total],
    ],
    fixed: [['maxCount', count]],
    records: certificates.map(certificateLine),
  });
}

function flagOf(request: GatewayRequest, name: string): string {
  const text = findParameter(request, name);
  if (text === null) return '';
  return text === 'on' ? 'on' : 'off';
}

/** What the client was told before; null when it says nothing of it. */
function readTotal(request: GatewayRequest): number | null {
  const text = findParameter(request, 'totalRecordCount') ?? '';
  const total = /^[+-]?\d{1,9}$/.test(text) ? Number(text) : -1;
  return total === -1 ? null : total;
}

/** Throws ServletFault. */
function readStart(request: GatewayRequest, count: number, total: number): number {
  const number = (name: string, absent: number) =>
    findParameter(request, name) === '' ? absent : (readInteger(request, name, invalidNumber) ?? absent);
  const [previousCount, previousStart] = [number('previousCount', -1), number('previousStart', 0)];
  switch (findParameter(request, 'direction')?.trim()) {
    case 'up':
      return Math.max(0, previousStart - count);
    case 'down':
      return Math.max(0, previousStart + previousCount);
    case 'end':
      return Math.max(0, total - count);
    default:
      return 0;
  }
}

/** Throws ServletFault for what is no number. */
function readBound(
  request: GatewayRequest,
  name: string,
): { readonly text: string; readonly serial: SerialNumber } | null {
  const text = findParameter(request, name) ?? '';
  if (text === '') return null;
  const serial = parseServletSerial(text);
  if (serial === null) throw new ServletFault(invalidNumber);
  return { text, serial };
}
