// One request of any kind as clients see it: CertRequestInfo.
import { type BodyOf, identifier, text } from '../body-schema.ts';

export const requestInformation = {
  root: 'CertRequestInfo',
  className: 'com.netscape.certsrv.cert.CertRequestInfo',
  unknownMembers: 'refuse',
  fields: {
    requestType: text('requestType'),
    requestStatus: text('requestStatus'),
    requestUrl: text('requestURL'),
    realm: text('realm'),
    certificateId: identifier('certId', 'hexadecimal'),
    certificateUrl: text('certURL'),
    certificateRequestType: text('certRequestType'),
    operationResult: text('operationResult'),
    errorMessage: text('errorMessage'),
  },
} as const;
export type RequestInformation = BodyOf<typeof requestInformation>;
