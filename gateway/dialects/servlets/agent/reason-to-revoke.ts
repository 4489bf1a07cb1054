// /ca/agent/ca/reasonToRevoke: the certificates that an agent is about to revoke, before he says why (Dogtag's ReasonToRevoke).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { CertificateRecord } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { findNamedCertificates, readCertificateFilter } from '../certificate-filter.ts';
import { epochSeconds } from '../epoch-seconds.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { malformedNumber } from '../servlet-number.ts';
import { answerTemplateList } from '../template-servlet.ts';

const certificatesMax = 1000;

export async function reasonToRevoke({ request, ra, settings }: ServletCall): Promise<GatewayResponse> {
  const count = parseJavaInteger(findParameter(request, 'totalRecordCount') ?? '1');
  if (count === null) throw malformedNumber();
  const filter = findParameter(request, 'revokeAll') ?? '';
  const limit = count > 0 ? Math.min(count, certificatesMax) : certificatesMax;
  const found = await findNamedCertificates(readCertificateFilter(filter), limit, { ra, now: settings.clock.now() });
  const { serialNumber } = await ra.describeAuthority(null);
  const revocable = found.filter(({ revocation }) => revocation === null);
  const nonces = request.nonces ?? null;
  const nonceText = found.map((record) => `${record.serialNumber}:${nonces?.give('cert-revoke', record.serialNumber)}`);
  return await answerTemplateList(request, 'Revoke Certificates', {
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

function rowOf({ serialNumber, subject, notBefore, notAfter }: CertificateRecord): TemplateBlock {
  return [
    ['serialNumber', serialNumber.toString(16)],
    ['serialNumberDecimal', String(serialNumber)],
    ['subject', subject],
    ['validNotBefore', epochSeconds(notBefore)],
    ['validNotAfter', epochSeconds(notAfter)],
  ];
}
