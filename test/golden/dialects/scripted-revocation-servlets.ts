// What the authority must have said for a recorded answer about certificates that were revoked or released.
import { serialNumber } from '#ca-core/engine';
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
  'servlet-revoke-certificates': revoke,
  'servlet-release-certificates': release,
};

export const revocationScripters: Readonly<Record<string, Scripter>> = Object.fromEntries(
  Object.entries(scripters).map(([name, script]) => [
    name,
    (exchange: RecordedExchange) => (isTemplate(exchange) ? script(exchange) : { describeAuthority }),
  ]),
);
