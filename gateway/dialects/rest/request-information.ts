// A request of any kind as clients of the REST interface see it (CertRequestInfo), from the record.
import type { RequestInformation } from '#codecs/dogtag-rest';
import type { RequestKind, RequestRecord } from '../../contract.ts';
import { findRequestFact } from '../request-facts.ts';

const requestTypes: Readonly<Record<RequestKind, string>> = {
  enrollment: 'enrollment',
  renewal: 'renewal',
  revocation: 'revocation',
  release: 'unrevocation',
};

/** `baseUrl` is how the client addresses this server. */
export function requestInformationOf(record: RequestRecord, baseUrl: string): RequestInformation {
  const certificateId = shownCertificate(record);
  return {
    requestType: requestTypes[record.kind],
    requestStatus: record.state,
    requestUrl: `${baseUrl}/ca/rest/certrequests/${record.id}`,
    realm: findRequestFact(record, 'realm'),
    certificateId,
    certificateUrl: certificateId === null ? null : `${baseUrl}/ca/rest/certs/${certificateId}`,
    certificateRequestType: findRequestFact(record, 'cert_request_type'),
    operationResult: record.failed ? 'error' : 'success',
    errorMessage: record.errorMessage,
  };
}

/** Dogtag names the certificate of what is complete, but never that of a release. */
function shownCertificate({ kind, state, certificateSerials: [serialNumber] }: RequestRecord): bigint | null {
  if (state !== 'complete' || kind === 'release') return null;
  return serialNumber ?? null;
}
