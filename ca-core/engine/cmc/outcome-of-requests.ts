// What became of the certificate requests of one CMC message: their certificates, or the one refusal that stands for all of them.
import type { CertificateRecord, RequestRecord, SerialNumber } from '../model/index.ts';
import { type ResponseControl, statusControl } from './answer-controls.ts';
import { CmcRefusal } from './cmc-refusal.ts';

export interface RequestsOutcome {
  readonly controls: readonly ResponseControl[];
  readonly certificatesDer: readonly Uint8Array[];
}

/** Throws CmcRefusal when one of them is not complete; the last one that is not gives its reason, as in Dogtag. */
export async function outcomeOfRequests(
  records: readonly RequestRecord[],
  { findCertificate }: { findCertificate(serial: SerialNumber): Promise<CertificateRecord | null> },
): Promise<RequestsOutcome> {
  const unfinished = records.findLast(({ state }) => state !== 'complete');
  if (unfinished !== undefined) throw new CmcRefusal('internalCaError', reasonOf(unfinished));
  const certificatesDer: Uint8Array[] = [];
  for (const { certificateSerials } of records)
    for (const serial of certificateSerials) {
      const certificate = await findCertificate(serial);
      if (certificate !== null) certificatesDer.push(certificate.certificateDer);
    }
  const bodyPartIds = records.map(({ attributes }) => BigInt(attributes.bodyPartId ?? '0'));
  const isAnswered = records.length > 0;
  return {
    controls: isAnswered ? [statusControl({ status: 'success', bodyPartIds, text: null, otherInfo: null })] : [],
    certificatesDer,
  };
}

// The place holder is Dogtag's: the message wants two facts and is given one.
function reasonOf({ state, errorMessage }: RequestRecord): string {
  if (state === 'rejected') return `Request ${errorMessage ?? ''} Rejected - {1}`;
  return state === 'pending' && errorMessage === null ? 'Request Deferred - defer request' : 'Server Internal Error';
}
