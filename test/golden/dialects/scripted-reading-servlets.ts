// What the authority must have said for recorded answers of the servlets that only show certificates and requests.
import {
  type CertificateRecord,
  type CrlRecord,
  type RequestRecord,
  type RequestState,
  type Revocation,
  requestId,
  type SerialNumber,
  serialNumber,
} from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { decodeCertificateChain } from '#codecs/pkcs';
import { decodeCertificateList, decodeCrlNumber } from '#codecs/x509';
import { createRecordAuthority } from '../../lab/dialects/record-authority.ts';
import { findCertificateIn, readTemplate, scriptText } from './read-servlet-answer.ts';
import { findHeader, type RecordedExchange, type Release, readRecordedExchanges } from './recorded-exchanges.ts';
import { scriptedRefusal } from './scripted-error.ts';
import { authorityDer, certificateFrom, host, kindNamed, requestWith } from './scripted-facts.ts';

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
  const hasNoPage = exchange.name.endsWith('CertFromRequest-shown') && /rendering a response/.test(text);
  const certificate = der === null && !hasNoPage ? null : certificateFrom(der ?? authorityDer);
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

/** A row of a list as the record that it was made from; its bytes are an authority's or an end entity's, as its number tells. */
function recordFrom(row: ReadonlyMap<string, string>, leaf: Buffer): CertificateRecord {
  const date = (name: string) => new Date(Number(row.get(name) ?? 0) * 1000);
  const serial = BigInt(row.get('serialNumberDecimal') ?? 0);
  const reason = row.get('revocationReason');
  const revokedBy = row.get('revokedBy') ?? null;
  return certificateFrom(serial === 1n ? authorityDer : leaf, {
    serialNumber: serialNumber(serial),
    subject: row.get('subject') ?? '',
    keyBits: Number(row.get('subjectPublicKeyLength')),
    notBefore: date('validNotBefore'),
    notAfter: date('validNotAfter'),
    issuedAt: date('issuedOn'),
    issuedBy: row.get('issuedBy') ?? null,
    revocation:
      reason === undefined
        ? null
        : {
            reason: Number(reason) as Revocation['reason'],
            revokedAt: date('revokedOn'),
            revokedBy,
            invalidityDate: null,
          },
  });
}

/** What the list of all certificates shows, in which every other list and search of the same day can be found. */
const list: Scripter = (exchange) => {
  const all = recordedServlet('listCerts-all');
  const leaf = findCertificateIn(recordedServlet('getCertFromRequest-shown')) ?? authorityDer;
  const isOfThatDay = Number.parseInt(exchange.name, 10) >= 700;
  const rows = readTemplate(isOfThatDay ? all : exchange).records;
  const certificates = rows.map((row) => recordFrom(row, leaf));
  if (!isOfThatDay) return firstOfMany(exchange, certificates);
  const at = new Date(findHeader(exchange.response.headers, 'date') ?? 0);
  const record = { host, certificates: certificates.map((one) => ({ record: one, isWhole: true })), requests: [] };
  return createRecordAuthority(record, { now: () => at, nowMicros: () => BigInt(at.getTime()) * 1000n });
};

/** Those shown, and the one that the answer says comes next. */
function firstOfMany(exchange: RecordedExchange, shown: readonly CertificateRecord[]): Script {
  const { header } = readTemplate(exchange);
  const total = Number(header.get('totalRecordCount') ?? 0);
  const next = serialNumber(BigInt(header.get('querySentinelDown') ?? 0));
  const certificates = [...shown, certificateFrom(authorityDer, { serialNumber: next })];
  return {
    describeAuthority: async () => host,
    searchCertificates: async ({ limit }) => ({ certificates: certificates.slice(0, limit), total }),
  };
}

function recordedServlet(name: string, release: Release = '10.10.2'): RecordedExchange {
  const exchange = readRecordedExchanges('servlet', release).find((candidate) => candidate.name.endsWith(name));
  if (exchange === undefined) throw new Error(`${name} was not recorded`);
  return exchange;
}

const bareSerial: Scripter = (exchange) => {
  const { findCertificate } = fromRequest(exchange);
  return { ...authorityIn(exchange), ...(findCertificate === undefined ? {} : { findCertificate }) };
};

/** The chain itself, in whatever form it is shown. */
const caChain: Scripter = (exchange) => {
  const { body } = exchange.response;
  const base64 = templateText(exchange, 'chainBase64');
  const single = templateText(exchange, 'base64');
  const chainDer =
    single === null
      ? decodeOrNone(base64 === null ? body : Buffer.from(base64, 'base64'))
      : [Buffer.from(single, 'base64')];
  return { describeAuthority: async () => ({ ...host, chainDer }) };
};

/** The CRL of that day, or of the day of the earlier recordings. */
const crl: Scripter = (exchange) => {
  const isLater = Number.parseInt(exchange.name, 10) >= 700;
  const crlDer = isLater
    ? Buffer.from(templateText(recordedServlet('agent-displayCRL-base64'), 'crlBase64Encoded') ?? '', 'base64')
    : recordedServlet('crl-get', exchange.release).response.body;
  const { thisUpdate, nextUpdate, extensions, revokedCertificates } = decodeCertificateList(crlDer);
  const number = extensions.find(({ oid }) => oid === '2.5.29.20');
  const record: CrlRecord = {
    issuingPoint: 'MasterCRL',
    kind: 'full',
    crlDer,
    crlNumber: number === undefined ? 0n : decodeCrlNumber(number.valueDer),
    thisUpdate,
    nextUpdate,
    entryCount: [...revokedCertificates()].length,
    origin: 'imported',
  };
  return {
    findCrl: async (point, kind) => {
      if (point !== 'MasterCRL') throw scriptedRefusal('unknown-issuing-point', `no issuing point ${point}`);
      return kind === 'full' ? record : null;
    },
  };
};

/** Certificates as far as they are shown; any other is unknown, or already revoked. */
const revocable: Scripter = (exchange) => {
  const found = readRecords(exchange).map((row) => recordFrom(row, authorityDer));
  return {
    describeAuthority: async () => host,
    findCertificate: async (serial) => found.find((record) => record.serialNumber === serial) ?? null,
  };
};

/** All records of a page or of XML: readTemplate knows only the last one of a page. */
function readRecords(exchange: RecordedExchange): readonly ReadonlyMap<string, string>[] {
  const text = exchange.response.body.toString('latin1');
  if (text === '') return [];
  if (!text.startsWith('<script>')) return readTemplate(exchange).records;
  const parts = text.split('record = new Object;').slice(1);
  return parts.map(
    (part) =>
      new Map(
        [...part.matchAll(/^record\.(\w+)=("(?:.*)"|null|[0-9]+|true|false);$/gm)].map(([, name = '', value = '']) => [
          name,
          value === 'null' ? '' : scriptText(value),
        ]),
      ),
  );
}

/** A list of requests is asked for in one call, or in two where it goes backwards. */
const requestList: Scripter = (exchange) => {
  const rows = readRecords(exchange);
  const requests = rows.map((row, index) => listedRequest(row, serialNumber(BigInt(index))));
  const subjects = rows.map((row) => row.get('subject') ?? '');
  const total = Number(/totalRecordCount(?:>| = )(\d+)/.exec(exchange.response.body.toString('latin1'))?.[1] ?? 0);
  const isBackwards = exchange.name.endsWith('previous');
  return {
    findCertificate: async (serial) => certificateFrom(authorityDer, { subject: subjects[Number(serial)] ?? '' }),
    listRequests: async ({ newestFirst, fromId }) =>
      newestFirst === true
        ? { requests: requests.toReversed(), total, precedingCount: 0 }
        : isBackwards
          ? { requests: [requestWith(fromId ?? 0n)], total: total + 5, precedingCount: 8 }
          : { requests, total, precedingCount: 0 },
  };
};

function listedRequest(row: ReadonlyMap<string, string>, serial: SerialNumber): RequestRecord {
  const date = (name: string) => new Date(Number(row.get(name) ?? 0) * 1000);
  const updatedBy = row.get('updatedBy') ?? '';
  return requestWith(BigInt(row.get('seqNum') ?? 0), {
    kind: kindNamed(row.get('requestType') ?? null),
    state: row.get('status') as RequestState,
    createdAt: date('createdOn'),
    modifiedAt: date('updatedOn'),
    attributes: updatedBy === '' ? {} : { updatedBy },
    failed: row.get('result') === '2',
    errorMessage: row.get('errors') ?? null,
    certificateSerials: [serial],
  });
}

/** Certificates and requests are counted for one interval after the other. */
const counted: Scripter = (exchange) => {
  const intervals = readRecords(exchange);
  let asked = 0;
  const numberIn = (index: number, name: string) => Number(intervals[index]?.get(name) ?? 0);
  return {
    describeAuthority: async () => host,
    searchCertificates: async () => ({ certificates: [], total: numberIn(asked, 'numberOfCertificates') }),
    listRequests: async () => {
      const index = asked++;
      const first = intervals[index]?.get('firstRequest');
      const requests = first === undefined ? [] : [requestWith(BigInt(first))];
      return { requests, total: numberIn(index, 'numberOfRequests'), precedingCount: 0 };
    },
  };
};

const oldRequest: Scripter = (exchange) => ({
  ...crl(exchange),
  findRequest: async (id) => (id === 7n ? requestWith(id, { state: 'complete' }) : null),
});

export const readingScripters: Readonly<Record<string, Scripter>> = {
  'servlet-display-by-serial': bySerial,
  'servlet-agent-display-by-serial': bySerial,
  'servlet-get-certificate-from-request': fromRequest,
  'servlet-agent-get-certificate-from-request': fromRequest,
  'servlet-agent-display-certificate-from-request': fromRequest,
  'servlet-get-by-serial': bareSerial,
  'servlet-agent-get-by-serial': bareSerial,
  'servlet-admin-get-by-serial': bareSerial,
  'servlet-get-ca-chain': caChain,
  'servlet-agent-display-crl': crl,
  'servlet-monitor': counted,
  'servlet-process-request': oldRequest,
  'servlet-get-info': crl,
  'servlet-agent-get-info': crl,
  'servlet-reason-to-revoke': revocable,
  'servlet-query-requests': requestList,
  'servlet-search-requests': requestList,
  'servlet-list-certificates': list,
  'servlet-agent-list-certificates': list,
  'servlet-search-certificates': list,
  'servlet-agent-search-certificates': list,
};
