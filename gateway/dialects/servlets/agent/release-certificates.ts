// /ca/agent/ca/doUnrevoke: takes certificates off hold (Dogtag's DoUnrevoke).
import type { SerialNumber } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { parseSerialNumber } from '../read-serial-number.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate } from '../template-servlet.ts';

const certificatesMax = 1_000;

export async function releaseCertificates({ request, caller, ra }: ServletCall): Promise<GatewayResponse> {
  const serials = readSerials(request);
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

/** Several stand with spaces between them. Throws ServletFault. */
function readSerials(request: GatewayRequest): readonly SerialNumber[] {
  const words = (findParameter(request, 'serialNumber') ?? '').split(' ').filter((word) => word !== '');
  const serials = words.map(parseSerialNumber);
  if (serials.length === 0 || serials.length > certificatesMax) throw invalid();
  return serials.map((serial) => {
    if (serial === null || serial < 0n) throw invalid();
    return serial;
  });
}

const invalid = () => new ServletFault('Invalid number format');
