// Whole HTTP requests as bytes, made before the clock runs.
import { encodeCertId, encodeOcspRequest } from '#codecs/ocsp';
import { decodePem } from '#codecs/pem';
import { decodeCertificate, decodeSubjectPublicKeyInfo } from '#codecs/x509';
import { fillTemplate } from '#test/enrollment-forms';

interface Message {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

const json = 'application/json';

function bytesOf({ method, target, host, headers = {}, body }: Message): Buffer {
  const fields = {
    Host: host,
    Accept: json,
    ...headers,
    ...(body === undefined ? {} : { 'Content-Length': body.length }),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), body ?? Buffer.alloc(0)]);
}

export const measuredProfile = 'caIPAserviceCert';

export function templateRequest(host: string): Buffer {
  return bytesOf({ method: 'GET', target: `/ca/rest/certrequests/profiles/${measuredProfile}`, host });
}

/** What FreeIPA posts: the profile's template, filled in. */
export function enrollmentRequest(template: string, csrPem: string, host: string): Buffer {
  const body = Buffer.from(
    fillTemplate(template, {
      cert_request_type: 'pkcs10',
      cert_request: csrPem,
      requestor_name: 'bench',
    }),
  );
  return bytesOf({ method: 'POST', target: '/ca/rest/certrequests', host, headers: { 'Content-Type': json }, body });
}

/** Stands in the answer to an enrolment that was issued at once. */
export const issuedAtOnce = '"requestStatus":"complete"';

export function certificateRequest(serialNumber: bigint, host: string): Buffer {
  return bytesOf({ method: 'GET', target: `/ca/rest/certs/0x${serialNumber.toString(16)}`, host });
}

export function listRequest(start: number, size: number, host: string): Buffer {
  // Without it Dogtag's interface shows twenty at most.
  return bytesOf({ method: 'GET', target: `/ca/rest/certs?start=${start}&size=${size}&maxResults=0`, host });
}

/** `search` has the members of Dogtag's CertSearchRequest. */
export function searchRequest(search: object, host: string): Buffer {
  const body = Buffer.from(JSON.stringify(search));
  return bytesOf({ method: 'POST', target: '/ca/rest/certs/search', host, headers: { 'Content-Type': json }, body });
}

/** Stands in the answer to the read of a certificate. */
export const certificateShown = '-----BEGIN CERTIFICATE-----';

/** Each asks for one certificate; no nonce, as most relying parties ask. */
export function ocspRequest(authorityPem: string, serialNumber: bigint, host: string): Buffer {
  const authority = decodeCertificate(decodePem(authorityPem, 'CERTIFICATE'));
  const { keyBytes } = decodeSubjectPublicKeyInfo(authority.subjectPublicKeyInfoDer);
  const body = encodeOcspRequest([encodeCertId({ nameDer: authority.subjectDer, keyBytes }, serialNumber)]);
  const type = 'application/ocsp-request';
  return bytesOf({ method: 'POST', target: '/ca/ocsp', host, headers: { Accept: '*/*', 'Content-Type': type }, body });
}

/** Stands in every successful OCSP response: responseStatus 0 and the type id-pkix-ocsp-basic (RFC 6960 section 4.2.1). */
export const ocspAnswered = Buffer.from('0a0100', 'hex').toString('latin1');

/** Serial numbers that answers to enrolments name. */
export function issuedSerials(bodies: readonly Buffer[]): readonly bigint[] {
  return bodies.flatMap((body) =>
    [...body.toString('latin1').matchAll(/"certId":"(0x[0-9a-f]+)"/g)].map(([, serial]) => BigInt(serial ?? 0)),
  );
}
