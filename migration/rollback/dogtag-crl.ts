// Dogtag's own CRL: which number it has reached, and the agent's order to make a new one. Ruled by UpdateCRL.java and CRLIssuingPoint.java.
import {
  type DirectoryLayout,
  type DirectoryTimeZone,
  decodeIssuingPointEntry,
  type IssuingPointEntry,
} from '#codecs/dogtag-directory';
import { decodeTemplateXml } from '#codecs/dogtag-servlets';
import type { DirectoryWriter } from './directory-writer.ts';

/** Dogtag cannot be brought to make the CRL that is needed; `message` says what to do. */
export class DogtagCrlError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DogtagCrlError';
  }
}

export interface DogtagCrl {
  /** As it stands in the directory, where Dogtag writes it as soon as it is made. Rejects with DogtagCrlError or DirectoryWriteError. */
  read(): Promise<IssuingPointEntry>;
  /**
   * Orders a new CRL; with `clearCache` one that is made from the certificates' entries, without it one from what Dogtag remembers of them.
   * Resolves with what Dogtag said, which may be that it is busy; whether there is a new one, `read` tells. Rejects with DogtagCrlError
   * when it will never be done.
   */
  update(options: { readonly clearCache: boolean }): Promise<string>;
  /** What an administrator does when the number must make a leap: it is only taken from the directory when Dogtag starts. */
  describeLeap(crlNumber: bigint): string;
}

/** Calls Dogtag with an agent's certificate; `target` is a path with its query. */
export type CallAsAgent = (target: string) => Promise<{ readonly status: number; readonly body: Buffer }>;

const issuingPoint = 'MasterCRL';
const refusals: ReadonlyMap<string, string> = new Map([
  [
    'Disabled',
    `the CRL is switched off in Dogtag: set ca.crl.${issuingPoint}.enable and .enableCRLUpdates to true in its CS.cfg and restart it`,
  ],
  ['Failure', 'it failed'],
  ['testingInProgress', 'a test of the CRL is running'],
]);

export function createDogtagCrl(parts: {
  readonly reader: Pick<DirectoryWriter, 'findEntry'>;
  readonly layout: DirectoryLayout;
  readonly zone: DirectoryTimeZone;
  readonly callAsAgent: CallAsAgent;
}): DogtagCrl {
  const { reader, layout, zone, callAsAgent } = parts;
  const dn = `cn=${issuingPoint},${layout.issuingPoints}`;
  return {
    read: async () => {
      const entry = await reader.findEntry(dn);
      const decoded = entry === null ? null : decodeIssuingPointEntry(entry, layout.issuingPoints, zone).value;
      if (decoded !== null) return decoded;
      const what = entry === null ? 'is not there' : 'has no CRL number';
      throw new DogtagCrlError(`${dn} ${what}, so it is not known which CRL numbers Dogtag has used`);
    },
    update: async ({ clearCache }) => {
      const query = new URLSearchParams({ crlIssuingPoint: issuingPoint, waitForUpdate: 'true', xml: 'true' });
      if (clearCache) query.set('clearCRLCache', 'true');
      return readAnswer(await callAsAgent(`/ca/agent/ca/updateCRL?${query}`));
    },
    describeLeap: (crlNumber) =>
      `stop Dogtag (pki-server stop, or its service), set the attribute crlNumber of ${dn} to ${prefixed(crlNumber)} with ldapmodify, and start it again`,
  };
}

/** What Dogtag said in a word or two. Throws DogtagCrlError. */
function readAnswer({ status, body }: { readonly status: number; readonly body: Buffer }): string {
  if (status !== 200) throw new DogtagCrlError(`Dogtag answered ${status} when told to make a CRL`);
  // Without the right to do it, the page is empty (the template servlets have no page for that).
  if (body.length === 0)
    throw new DogtagCrlError(
      'Dogtag does not let this agent make a CRL: the certificate must be of a member of "Certificate Manager Agents"',
    );
  let answer: ReturnType<typeof decodeTemplateXml>;
  try {
    answer = decodeTemplateXml(body);
  } catch (error) {
    throw new DogtagCrlError('Dogtag’s answer about the CRL cannot be read', { cause: error });
  }
  const unexpected = answer.fixed.get('unexpectedError') ?? answer.fixed.get('errorDetails');
  if (unexpected !== undefined) throw new DogtagCrlError(`Dogtag will not make a CRL: "${unexpected}"`);
  const said = answer.header.get('crlUpdate') ?? 'Success';
  const refusal = refusals.get(said);
  if (refusal === undefined) return said;
  const detail = answer.header.get('error');
  throw new DogtagCrlError(`Dogtag will not make a CRL: ${refusal}${detail === undefined ? '' : ` ("${detail}")`}`);
}

function prefixed(number: bigint): string {
  const digits = number.toString();
  return `${String(digits.length).padStart(2, '0')}${digits}`;
}
