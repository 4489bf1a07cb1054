// /ca/agent/ca/reasonToRevoke: the certificates that an agent is about to revoke, before he says why (Dogtag's ReasonToRevoke).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { CertificateRecord, RaClient, SerialNumber } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { parseSerialNumber } from '../read-serial-number.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate } from '../template-servlet.ts';

const certificatesMax = 1000;

export async function reasonToRevoke({ request, ra }: ServletCall): Promise<GatewayResponse> {
  const count = parseJavaInteger(findParameter(request, 'totalRecordCount') ?? '1');
  if (count === null) throw new ServletFault('Invalid number format');
  const filter = findParameter(request, 'revokeAll') ?? '';
  const serials = serialsIn(filter).slice(0, count > 0 ? count : certificatesMax);
  const { serialNumber } = await ra.describeAuthority(null);
  const found = await readCertificates(ra, serials);
  const revocable = found.filter(({ revocation }) => revocation === null);
  const nonces = request.nonces ?? null;
  const nonceText = found.map((record) => `${record.serialNumber}:${nonces?.give('cert-revoke', record.serialNumber)}`);
  return answerTemplate(request, 'Revoke Certificates', {
    header: [
      ['revokeAll', filter],
      ['totalRecordCount', count],
      ['caSerialNumber', serialNumber.toString(16)],
      ['verifiedRecordCount', revocable.length],
      ...(nonces === null ? [] : [['nonce', nonceText.join(',')] as const]),
    ],
    fixed: [],
    records: revocable.map(rowOf),
  });
}

/** Of filters that name certificates by their numbers, as Dogtag's own pages do; what matches others is nobody's to revoke. Throws ServletFault. */
function serialsIn(filter: string): readonly SerialNumber[] {
  if (!filter.startsWith('(')) throw new ServletFault('Invalid filter item =');
  const inside = /^\(\|((?:\([^()]*\))+)\)$/.exec(filter)?.[1] ?? filter;
  const items = [...inside.matchAll(/\(certRecordId=([^()*\\]{1,400})\)/gi)];
  const serials = items.flatMap(([, text = '']) => parseSerialNumber(text) ?? []);
  const isUnderstood = items.map(([item]) => item).join('') === inside && serials.length === items.length;
  if (!isUnderstood || items.length > certificatesMax)
    throw new ServletFault('Unable to search LDAP record: Bad search filter');
  return [...new Set(serials)].sort((one, other) => (one < other ? -1 : 1));
}

async function readCertificates(ra: RaClient, serials: readonly SerialNumber[]): Promise<CertificateRecord[]> {
  const found: CertificateRecord[] = [];
  for (const serial of serials) {
    const record = await ra.findCertificate(serial);
    if (record !== null) found.push(record);
  }
  return found;
}

function rowOf({ serialNumber, subject, notBefore, notAfter }: CertificateRecord): TemplateBlock {
  return [
    ['serialNumber', serialNumber.toString(16)],
    ['serialNumberDecimal', String(serialNumber)],
    ['subject', subject],
    ['validNotBefore', String(Math.floor(notBefore.getTime() / 1000))],
    ['validNotAfter', String(Math.floor(notAfter.getTime() / 1000))],
  ];
}
