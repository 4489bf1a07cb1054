// What the authority must have said for a recorded answer about certificates by number: shown, listed, revoked, released.
import { type CertificateRecord, type Revocation, requestId, serialNumber } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { readTemplate } from './read-servlet-answer.ts';
import type { RecordedExchange } from './recorded-exchanges.ts';
import { scriptedRefusal } from './scripted-error.ts';
import { authorityDer, certificateFrom, host, requestWith } from './scripted-facts.ts';

type Script = Partial<RaClient>;
type Scripter = (exchange: RecordedExchange) => Script;

/** Who is refused is answered without the authority; where Dogtag breaks down it shows a page of its own. */
const isTemplate = ({ response }: RecordedExchange) =>
  /^<(?:\?xml|script)/.test(response.body.toString('latin1', 0, 8));

const describeAuthority = async () => host;
const fromHex = (text: string | undefined) => serialNumber(BigInt(`0x${text ?? '0'}`));

function revocationFrom(values: ReadonlyMap<string, string>): Revocation | null {
  const reason = values.get('revocationReason');
  if (reason === undefined) return null;
  return {
    reason: Number(reason) as Revocation['reason'],
    revokedAt: new Date(Number(values.get('revokedOn') ?? 0) * 1_000),
    revokedBy: values.get('revokedBy') ?? null,
    invalidityDate: null,
  };
}

const display: Scripter = (exchange) => {
  const { header } = readTemplate(exchange);
  const request = header.get('reqId');
  const base64 = header.get('certChainBase64');
  const certificate =
    base64 === undefined
      ? null
      : certificateFrom(Buffer.from(base64, 'base64'), {
          requestId: request === undefined ? null : requestId(BigInt(request)),
          revocation: revocationFrom(header),
        });
  return { describeAuthority, findCertificate: async () => certificate, findRequest: async (id) => requestWith(id) };
};

/** A line of a list; what the certificate itself would say is that of the authority's own. */
function certificateOfLine(line: ReadonlyMap<string, string>): CertificateRecord {
  const date = (name: string) => new Date(Number(line.get(name) ?? 0) * 1_000);
  return certificateFrom(authorityDer, {
    serialNumber: fromHex(line.get('serialNumber')),
    subject: line.get('subject') ?? '',
    notBefore: date('validNotBefore'),
    notAfter: date('validNotAfter'),
    issuedBy: line.get('issuedBy') ?? null,
    issuedAt: date('issuedOn'),
    revocation: revocationFrom(line),
    keyBits: Number(line.get('subjectPublicKeyLength') ?? 0),
  });
}

const list: Scripter = (exchange) => {
  const { header, records } = readTemplate(exchange);
  const certificates = records.map(certificateOfLine);
  const next = header.get('querySentinelDown');
  const [last] = certificates.slice(-1);
  const following =
    next === undefined || last === undefined ? [] : [{ ...last, serialNumber: serialNumber(BigInt(next)) }];
  return {
    describeAuthority,
    searchCertificates: async ({ limit, serialTo }) => ({
      certificates: [...certificates, ...following].slice(0, limit),
      // Nothing stands in front of the first page.
      total: Number(
        (serialTo === undefined ? header.get('currentRecordCount') : null) ?? header.get('totalRecordCount'),
      ),
    }),
  };
};

const search: Scripter = (exchange) => {
  const certificates = readTemplate(exchange).records.map(certificateOfLine);
  return { describeAuthority, searchCertificates: async () => ({ certificates, total: certificates.length }) };
};

const confirm: Scripter = (exchange) => {
  const lines = readTemplate(exchange).records;
  return {
    describeAuthority,
    findCertificate: async (serial) => lines.map(certificateOfLine).find((one) => one.serialNumber === serial) ?? null,
  };
};

const revoke: Scripter = (exchange) => {
  const { fixed, records } = readTemplate(exchange);
  const errors = new Map(records.map((line) => [fromHex(line.get('serialNumber')), line.get('error') ?? '']));
  const refused = fixed.get('errorDetails');
  return {
    describeAuthority,
    findCertificate: async (serial) =>
      /-missing$/.test(exchange.name) ? null : certificateFrom(authorityDer, { serialNumber: serial }),
    revokeCertificate: async ({ serialNumber: serial }) => {
      const error = refused ?? errors.get(serial);
      if (error === undefined) throw new Error(`${exchange.name} revoked something else`);
      if (error !== '') throw scriptedRefusal('already-revoked', error, String(serial));
      return requestWith(1n, { kind: 'revocation', state: 'complete' });
    },
  };
};

const release: Scripter = (exchange) => {
  const { header, fixed } = readTemplate(exchange);
  return {
    findCertificate: async (serial) =>
      fixed.get('errorDetails') === 'Record not found' ? null : certificateFrom(authorityDer, { serialNumber: serial }),
    releaseCertificate: async () =>
      requestWith(1n, { kind: 'release', state: 'complete', failed: header.get('unrevoked') !== 'yes' }),
  };
};

const scripters: Readonly<Record<string, Scripter>> = {
  'servlet-display-certificate': display,
  'servlet-agent-display-certificate': display,
  'servlet-list-certificates': list,
  'servlet-agent-list-certificates': list,
  'servlet-search-certificates': search,
  'servlet-agent-search-certificates': search,
  'servlet-confirm-revocation': confirm,
  'servlet-revoke-certificates': revoke,
  'servlet-release-certificates': release,
};

export const certificateServletScripters: Readonly<Record<string, Scripter>> = Object.fromEntries(
  Object.entries(scripters).map(([name, script]) => [
    name,
    (exchange: RecordedExchange) => (isTemplate(exchange) ? script(exchange) : { describeAuthority }),
  ]),
);
