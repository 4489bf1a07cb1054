// One request of any kind as clients see it: CertRequestInfo.
import { type BodyOf, identifier, sinceEleven, text, time } from '../body-schema.ts';

export const requestInformation = {
  root: 'CertRequestInfo',
  className: 'com.netscape.certsrv.cert.CertRequestInfo',
  unknownMembers: 'refuse',
  fields: {
    id: sinceEleven(identifier('requestID', 'hexadecimal')),
    requestType: text('requestType'),
    requestStatus: text('requestStatus'),
    requestUrl: text('requestURL'),
    realm: text('realm'),
    createdAt: sinceEleven(time('creationTime')),
    modifiedAt: sinceEleven(time('modificationTime')),
    certificateId: identifier('certId', 'hexadecimal'),
    certificateUrl: text('certURL'),
    certificateRequestType: text('certRequestType'),
    operationResult: text('operationResult'),
    errorMessage: text('errorMessage'),
    /** The id once more, where the address of the request is told (a bean's getter by another name). */
    addressedId: sinceEleven(identifier('requestId', 'hexadecimal')),
  },
} as const;
export type RequestInformation = BodyOf<typeof requestInformation>;
