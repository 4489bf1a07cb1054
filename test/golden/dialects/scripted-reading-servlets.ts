// What the authority must have said for recorded answers of the servlets that only show certificates and requests.
import { type RequestState, type Revocation, requestId, serialNumber } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { decodeCertificateChain } from '#codecs/pkcs';
import { findCertificateIn, readTemplate } from './read-servlet-answer.ts';
import type { RecordedExchange } from './recorded-exchanges.ts';
import { authorityDer, certificateFrom, host, requestWith } from './scripted-facts.ts';

type Script = Partial<RaClient>;
type Scripter = (exchange: RecordedExchange) => Script;

/** The host authority with the chain that the answer shows, which may be another than that of most recordings. */
function authorityIn(exchange: RecordedExchange): Script {
  const chainDer = chainIn(exchange);
  const [certificateDer = host.certificateDer] = chainDer;
  const shown = chainDer.length === 0 ? host : { ...host, certificateDer, chainDer };
  return { describeAuthority: async () => shown };
}

function chainIn(exchange: RecordedExchange): readonly Buffer[] {
  const { body } = exchange.response;
  const base64 = templateText(exchange, 'pkcs7ChainBase64');
  const isMessage = base64 === null && body[0] === 0x30;
  if (base64 === null && !isMessage) return [];
  const certificates = decodeOrNone(isMessage ? body : Buffer.from(base64 ?? '', 'base64'));
  return certificates.filter((der) => certificateFrom(der).subject === certificateFrom(der).issuer).slice(0, 1);
}

function decodeOrNone(messageDer: Buffer): readonly Buffer[] {
  try {
    return decodeCertificateChain(messageDer);
  } catch {
    return [];
  }
}

/** A value of the header or the first record. */
function templateText(exchange: RecordedExchange, name: string): string | null {
  const type = exchange.response.headers.find(([header]) => /^content-type$/i.test(header))?.[1] ?? '';
  if (!/xml|html/.test(type)) return null;
  const { header, records } = readTemplate(exchange);
  return header.get(name) ?? records[0]?.get(name) ?? null;
}

const bySerial: Scripter = (exchange) => {
  const base64 = templateText(exchange, 'certChainBase64');
  const reason = templateText(exchange, 'revocationReason');
  const request = templateText(exchange, 'reqId');
  const revocation =
    reason === null
      ? null
      : {
          reason: Number(reason) as Revocation['reason'],
          revokedAt: new Date(0),
          revokedBy: null,
          invalidityDate: null,
        };
  const more = { revocation, requestId: request === null ? null : requestId(BigInt(request)) };
  return {
    ...authorityIn(exchange),
    findCertificate: async () => (base64 === null ? null : certificateFrom(Buffer.from(base64, 'base64'), more)),
  };
};

const fromRequest: Scripter = (exchange) => {
  const { body } = exchange.response;
  const [inMessage = null] = body[0] === 0x30 ? decodeOrNone(body) : [];
  const text = body.toString('latin1');
  const isAlone = body[0] === 0x30 && inMessage === null;
  const der = findCertificateIn(exchange) ?? inMessage ?? (isAlone ? body : null);
  const certificate = der === null && !/rendering a response/.test(text) ? null : certificateFrom(der ?? authorityDer);
  const error = /Request ID \d+ ([^<"]*)/.exec(text)?.[1] ?? '';
  return {
    ...authorityIn(exchange),
    findCertificate: async () => certificate,
    findRequest: async (id) => {
      if (error.startsWith('was not found')) return null;
      if (error.startsWith('is not a certificate')) return requestWith(id, { kind: 'revocation', state: 'complete' });
      const state: RequestState = certificate === null ? 'pending' : 'complete';
      const certificateSerials = certificate === null ? [] : [serialNumber(certificate.serialNumber)];
      return requestWith(id, { state, certificateSerials });
    },
  };
};

export const readingScripters: Readonly<Record<string, Scripter>> = {
  'servlet-display-by-serial': bySerial,
  'servlet-agent-display-by-serial': bySerial,
  'servlet-get-certificate-from-request': fromRequest,
  'servlet-agent-get-certificate-from-request': fromRequest,
  'servlet-agent-display-certificate-from-request': fromRequest,
};
