// /ca/agent/ca/reasonToRevoke: shows what would be revoked and asks for the reason (Dogtag's ReasonToRevoke).
import type { CertificateRecord } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { findNamedCertificates, readCertificateFilter } from '../certificate-filter.ts';
import { secondsText } from '../certificate-line.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { readInteger } from '../servlet-number.ts';
import { answerTemplate } from '../template-servlet.ts';

const certificatesMax = 1_000;

export async function confirmRevocation({ request, ra, settings }: ServletCall): Promise<GatewayResponse> {
  const wanted = readInteger(request, 'totalRecordCount', 'Invalid number format') ?? 1;
  const filterText = findParameter(request, 'revokeAll') ?? '';
  const filter = readCertificateFilter(filterText);
  const limit = wanted < 0 ? certificatesMax : Math.min(wanted, certificatesMax);
  const found = await findNamedCertificates(filter, limit, { ra, now: settings.clock.now() });
  const { serialNumber } = await ra.describeAuthority(null);
  const open = found.filter(({ revocation }) => revocation === null);
  return answerTemplate(request, 'Reason for the Revocation', {
    header: [
      ['revokeAll', filterText],
      ['totalRecordCount', wanted],
      ['caSerialNumber', serialNumber.toString(16)],
      ['verifiedRecordCount', open.length],
      ...noncesFor(request, found),
    ],
    fixed: [],
    records: open.map(({ serialNumber: serial, subject, notBefore, notAfter }) => [
      ['serialNumber', serial.toString(16)],
      ['serialNumberDecimal', String(serial)],
      ['subject', subject],
      ['validNotBefore', secondsText(notBefore)],
      ['validNotAfter', secondsText(notAfter)],
    ]),
  });
}

/** One for each certificate that was found, revoked or not; doRevoke wants them back. */
function noncesFor({ nonces }: GatewayRequest, found: readonly CertificateRecord[]) {
  if (nonces == null) return [];
  const pairs = found.map(({ serialNumber }) => `${serialNumber}:${nonces.give('cert-revoke', serialNumber)}`);
  return [['nonce', pairs.join(',')] as const];
}
