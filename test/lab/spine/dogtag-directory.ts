// Dogtag's own directory, looked at past every server: which numbers stand there, and taking out again what was handed back.
import { Client } from 'ldapts';
import { labFile, labVariable } from '#test/appliance-clients';
import { callDogtag } from '../hand-back/call-dogtag.ts';

/** Below it no native serial number can lie, and above it none of Dogtag's. */
export const serialFence = 1n << 136n;
/** The same of requests. */
export const firstNativeRequest = 1n << 48n;
const nativeFrom = { 'certificateRepository,ou=ca': serialFence, 'ca,ou=requests': firstNativeRequest } as const;

type NumberedContainer = 'certificateRepository,ou=ca' | 'ca,ou=requests';

async function withDirectory<Result>(use: (client: Client, base: string) => Promise<Result>): Promise<Result> {
  const client = new Client({ url: labVariable('DOGTAG_LDAP_URL') });
  await client.bind(labVariable('DOGTAG_LDAP_BIND_DN'), labVariable('DOGTAG_LDAP_PASSWORD'));
  try {
    return await use(client, labVariable('DOGTAG_LDAP_BASE'));
  } finally {
    await client.unbind();
  }
}

/**
 * DN of the folder that a user is in, in the letters in which the directory says it now: those in which the user was added, or after a restart those of
 * the folder itself. Dogtag puts it into requests as it hears it.
 */
export function readPeopleDn(userId: string): Promise<string> {
  return withDirectory(async (client, base) => {
    const { searchEntries } = await client.search(base, {
      scope: 'sub',
      filter: `(uid=${userId})`,
      attributes: ['uid'],
    });
    const dn = searchEntries[0]?.dn;
    if (dn === undefined) throw new Error(`the lab has no user ${userId}`);
    return dn.slice(dn.indexOf(',') + 1);
  });
}

/** Those of the serial numbers that Dogtag's directory has a certificate for. */
export function findCertificateEntries(serialNumbers: readonly bigint[]): Promise<readonly bigint[]> {
  return withDirectory(async (client, base) => {
    const filter = `(|${serialNumbers.map((serialNumber) => `(cn=${serialNumber})`).join('')})`;
    const { searchEntries } = await client.search(`ou=certificateRepository,ou=ca,${base}`, {
      scope: 'one',
      filter,
      attributes: ['cn'],
    });
    return searchEntries.map(({ cn }) => BigInt(String(cn)));
  });
}

/** All numbers from `from` on: of certificates, or of requests. */
function listNumbersFrom(container: NumberedContainer, from: bigint): Promise<readonly bigint[]> {
  return withDirectory(async (client, base) => {
    const attribute = container === 'ca,ou=requests' ? 'requestId' : 'serialno';
    const prefixed = `${String(String(from).length).padStart(2, '0')}${from}`;
    const { searchEntries } = await client.search(`ou=${container},${base}`, {
      scope: 'one',
      filter: `(${attribute}>=${prefixed})`,
      attributes: ['cn'],
    });
    return searchEntries.map(({ cn }) => BigInt(String(cn))).filter((number) => number >= from);
  });
}

/** Takes out what was handed back by this suite or an earlier one that did not get to its end. */
export async function removeNativeNumbers(): Promise<void> {
  for (const container of ['certificateRepository,ou=ca', 'ca,ou=requests'] as const) {
    const numbers = await listNumbersFrom(container, nativeFrom[container]);
    if (numbers.length > 0) await removeNumbers(container, numbers);
  }
}

/** Deletes entries by number, and has Dogtag make a CRL without them. What is not there is no matter. */
async function removeNumbers(container: NumberedContainer, numbers: readonly bigint[]): Promise<void> {
  await withDirectory(async (client, base) => {
    for (const number of numbers) await client.del(`cn=${number},ou=${container},${base}`).catch(() => {});
  });
  const update = '/ca/agent/ca/updateCRL?crlIssuingPoint=MasterCRL&waitForUpdate=true&clearCRLCache=true&xml=true';
  const identity = { certificatePem: labFile('DOGTAG_AGENT_CERT'), keyPem: labFile('DOGTAG_AGENT_KEY') };
  await callDogtag(update, { identity });
}
