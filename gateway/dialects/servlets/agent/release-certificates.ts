// /ca/agent/ca/doUnrevoke: takes certificates off hold (Dogtag's DoUnrevoke).
import type { GatewayResponse } from '../../../routing/operation.ts';
import { readSerialNumbers } from '../read-serial-number.ts';
import type { ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate } from '../template-servlet.ts';

const certificatesMax = 1_000;

export async function releaseCertificates({ request, caller, ra }: ServletCall): Promise<GatewayResponse> {
  const serials = readSerialNumbers(request, certificatesMax);
  // All must be there before the first one is touched.
  for (const serial of serials)
    if ((await ra.findCertificate(serial)) === null) throw new ServletFault('Record not found');
  let failures = 0;
  for (const serial of serials) if ((await ra.releaseCertificate(serial, caller)).failed) failures += 1;
  const isDone = failures === 0;
  return answerTemplate(request, 'Unrevocation Result', {
    header: [
      ['serialNumber', serials.map((serial) => `0x${serial.toString(16)}`).join(', ')],
      ['unrevoked', isDone ? 'yes' : 'no'],
      ...(isDone ? [] : [['error', 'One or more certificates could not be unrevoked'] as const]),
      ['dirEnabled', 'no'],
    ],
    fixed: [],
    records: [],
  });
}
