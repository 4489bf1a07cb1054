// A request of any kind as clients of the REST interface see it (CertRequestInfo), from the record.
import type { RequestInformation } from '#codecs/dogtag-rest';
import type { RequestRecord } from '../../contract.ts';
import { findRequestFact } from '../request-facts.ts';
import { requestTypeName } from '../request-types.ts';
import type { RestRequest } from './rest-dialect.ts';

/** Addresses are made from that by which the client knows this server. */
export function requestInformationOf(
  record: RequestRecord,
  { dialect, baseUrl }: Pick<RestRequest, 'dialect' | 'baseUrl'>,
): RequestInformation {
  const certificateId = shownCertificate(record);
  const requestUrl = dialect.addressOf('certrequests', String(record.id), baseUrl);
  return {
    id: record.id,
    requestType: requestTypeName(record.kind),
    requestStatus: record.state,
    requestUrl,
    realm: findRequestFact(record, 'realm'),
    createdAt: record.createdAt,
    modifiedAt: record.modifiedAt,
    certificateId,
    certificateUrl: certificateId === null ? null : dialect.addressOf('certs', String(certificateId), baseUrl),
    certificateRequestType: findRequestFact(record, 'cert_request_type'),
    operationResult: record.failed ? 'error' : 'success',
    errorMessage: record.errorMessage,
    addressedId: requestUrl === null ? null : record.id,
  };
}

/** Dogtag names the certificate of what is complete, but never that of a release. */
function shownCertificate({ kind, state, certificateSerials: [serialNumber] }: RequestRecord): bigint | null {
  if (state !== 'complete' || kind === 'release') return null;
  return serialNumber ?? null;
}
