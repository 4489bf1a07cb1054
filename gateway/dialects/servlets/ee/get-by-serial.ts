// getBySerial, for everybody, agents and administrators: a certificate to import, or shown (Dogtag's GetBySerial).
import { formatHexIdentifier, parseIdentifier } from '#codecs/dogtag-text';
import type { SerialNumber } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { answerForImport, wantsImport } from '../import-certificate.ts';
import { importFixed, importRecord } from '../import-page.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate } from '../template-servlet.ts';

export async function getBySerial(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra } = call;
  const serialNumber = readHexadecimal(request);
  const record = await ra.findCertificate(serialNumber);
  if (record === null)
    throw new ServletFault(`Certificate Serial Number ${formatHexIdentifier(serialNumber)} not found`);
  if (wantsImport(request)) return answerForImport(call, record.certificateDer);
  return answerTemplate(request, 'Issued Certificate', {
    header: [],
    fixed: importFixed(request, null, 'client'),
    records: [await importRecord(call, record)],
  });
}

/** Unlike its neighbours it knows nothing but hexadecimal digits. Throws ServletFault. */
function readHexadecimal(request: GatewayRequest): SerialNumber {
  const text = findParameter(request, 'serialNumber') ?? '';
  const serial = /^[+-]?[0-9a-f]+$/i.test(text) ? parseIdentifier(`0x${text}`) : null;
  if (serial === null) throw new ServletFault('Certificate Serial number is not set or invalid.');
  return serial as SerialNumber;
}
