// Pieces of the record as the scripted authority gives them out.
import {
  type AuthorityDescription,
  authorityId,
  type CertificateRecord,
  type ProfileDescription,
  profileId,
  type RequestKind,
  type RequestRecord,
  type RequestState,
  requestId,
  serialNumber,
} from '#ca-core/engine';
import type { RequestInformation } from '#codecs/dogtag-rest';
import { decodeCertificateChain } from '#codecs/pkcs';
import { decodeCertificate, formatName } from '#codecs/x509';
import { type Release, readRecordedExchanges } from './recorded-exchanges.ts';

export const hostAuthority = authorityId('4f4a5e65-1a7f-4d0f-9a0c-3c7f3e1a2b9d');

/** The recorded authority's own certificate, from its getCertChain. */
export let authorityDer: Buffer = readAuthority('10.10.2');

/** From now on the authority of this release's exchanges is meant. */
export function speakOf(release: Release): void {
  authorityDer = readAuthority(release);
  host = { ...host, certificateDer: authorityDer, chainDer: [authorityDer] };
}

function readAuthority(release: Release): Buffer {
  const exchange = readRecordedExchanges('servlet', release).find(({ name }) => name.endsWith('getCertChain'));
  const text = exchange?.response.body.toString('latin1') ?? '';
  const base64 = /ChainBase64(?:>|" ?: ?")([^<"]+)/.exec(text)?.[1] ?? '';
  const [der] = decodeCertificateChain(Buffer.from(base64, 'base64'));
  if (der === undefined) throw new Error('no recorded chain');
  return der;
}

export let host: AuthorityDescription = {
  id: hostAuthority,
  isHostAuthority: true,
  parentId: null,
  subject: 'CN=Certificate Authority,O=EXAMPLE.TEST',
  issuer: 'CN=Certificate Authority,O=EXAMPLE.TEST',
  serialNumber: 1n,
  enabled: true,
  description: null,
  ready: true,
  certificateDer: authorityDer,
  chainDer: [authorityDer],
};

const kinds: Readonly<Record<string, RequestKind>> = {
  enrollment: 'enrollment',
  renewal: 'renewal',
  revocation: 'revocation',
  unrevocation: 'release',
};

export function kindNamed(name: string | null): RequestKind {
  const kind = kinds[(name ?? '').toLowerCase()];
  if (kind === undefined) throw new Error(`no kind of request is named ${name}`);
  return kind;
}

const epoch = new Date(0);

export function requestWith(id: bigint, more: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: requestId(id),
    kind: 'enrollment',
    state: 'pending',
    createdAt: epoch,
    modifiedAt: epoch,
    owner: null,
    authorityId: null,
    profileId: profileId('caServerCert'),
    policySetId: 'serverCertSet',
    inputs: {},
    attributes: {},
    draftDer: null,
    errorMessage: null,
    failed: false,
    certificateSerials: [],
    origin: 'native',
    ...more,
  };
}

export function requestFrom(information: RequestInformation): RequestRecord {
  const id = information.id ?? BigInt(information.requestUrl?.split('/').at(-1) ?? '0');
  const { certificateId, certificateRequestType } = information;
  return requestWith(id, {
    kind: kindNamed(information.requestType),
    state: information.requestStatus as RequestState,
    inputs: certificateRequestType === null ? {} : { cert_request_type: certificateRequestType },
    createdAt: information.createdAt ?? epoch,
    modifiedAt: information.modifiedAt ?? epoch,
    errorMessage: information.errorMessage,
    failed: information.operationResult === 'error',
    certificateSerials: certificateId === null ? [] : [serialNumber(certificateId)],
  });
}

/** Names and dates come out of the certificate, not out of the recorded answer. */
export function certificateFrom(certificateDer: Buffer, more: Partial<CertificateRecord> = {}): CertificateRecord {
  const certificate = decodeCertificate(certificateDer, { rules: 'ber' });
  return {
    serialNumber: serialNumber(certificate.serialNumber),
    authorityId: hostAuthority,
    certificateDer,
    issuer: formatName(certificate.issuerDer),
    subject: formatName(certificate.subjectDer),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    keyAlgorithmOid: '1.2.840.113549.1.1.1',
    keyBits: 2048,
    issuedAt: epoch,
    issuedBy: null,
    requestId: null,
    profileId: null,
    revocation: null,
    origin: 'native',
    ...more,
  };
}

export function profileWith(id: string, more: Partial<ProfileDescription> = {}): ProfileDescription {
  return {
    id: profileId(id),
    classId: 'caEnrollImpl',
    name: id,
    text: id,
    enabled: true,
    enabledBy: 'admin',
    visible: true,
    renewal: false,
    authenticationInstance: null,
    authorizationRule: null,
    inputs: [],
    outputs: [certificateOutput],
    configurationText: '',
    ...more,
  };
}

const printed = (description: string) => ({
  syntax: 'pretty_print',
  constraint: null,
  description,
  defaultValue: null,
});

const certificateOutput = {
  id: 'o1',
  classId: 'certOutputImpl',
  name: 'Certificate Output',
  text: '',
  values: [
    { name: 'pretty_cert', descriptor: printed('Certificate Pretty Print') },
    { name: 'b64_cert', descriptor: printed('Certificate Base-64 Encoded') },
  ],
};
