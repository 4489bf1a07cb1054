// /ca/ee/ca/revocation: shows somebody his own certificate, to be revoked with the next form (Dogtag's RevocationServlet).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { encodeBase64Lines, parseJavaInteger } from '#codecs/dogtag-text';
import type { SerialNumber } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { epochSeconds } from '../epoch-seconds.ts';
import { readOwnCertificate } from '../own-certificate.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { answerTemplatePage } from '../template-servlet.ts';

/** A page whatever is asked for: Dogtag has no other form of this answer. */
export async function confirmOwnRevocation(call: ServletCall): Promise<GatewayResponse> {
  const { serialNumber, subject, notBefore, notAfter, certificateDer } = await readOwnCertificate(call);
  const numbers = [
    ['serialNumber', serialNumber.toString(16)],
    ['serialNumberDecimal', String(serialNumber)],
  ] as const;
  return answerTemplatePage('Certificate Revocation Confirmation', {
    header: [
      ...numbers,
      ...nonceOf(call.request, serialNumber),
      ['b64eCertificate', encodeBase64Lines(certificateDer)],
      ['totalRecordCount', 1],
      ['verifiedRecordCount', 1],
      ['reason', parseJavaInteger(findParameter(call.request, 'reasonCode') ?? '') ?? 0],
    ],
    fixed: [],
    records: [
      [
        ...numbers,
        ['subject', subject],
        ['validNotBefore', epochSeconds(notBefore)],
        ['validNotAfter', epochSeconds(notAfter)],
      ],
    ],
  });
}

function nonceOf({ nonces }: GatewayRequest, serialNumber: SerialNumber): TemplateBlock {
  return nonces == null ? [] : [['nonce', `${serialNumber}:${nonces.give('cert-revoke', serialNumber)}`]];
}
