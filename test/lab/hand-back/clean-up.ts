// Takes out of the lab's directory what was handed back to it. What Dogtag itself issued stays: its next number comes from the highest it finds.
import { Client } from 'ldapts';
import { readLabIdentity } from '../profiles/lab-dogtag.ts';
import { callDogtag } from './call-dogtag.ts';
import { type LabInstallation, labDirectory, layout } from './installation.ts';

/** Also tells Dogtag to make a CRL without them. */
export async function removeEntries({ store }: Pick<LabInstallation, 'store'>): Promise<void> {
  const { url, bindDn, password } = labDirectory();
  const client = new Client({ url: url.href });
  await client.bind(bindDn, password);
  const isOurs = (range: { readonly first: bigint; readonly last: bigint }, number: bigint) =>
    number >= range.first && number <= range.last;
  try {
    for (const { authorityId, first, last } of await store.numberRanges.list()) {
      const container = authorityId === null ? layout.requests : layout.certificates;
      const attribute = authorityId === null ? 'requestId' : 'serialno';
      const prefix = (number: bigint) => `${String(String(number).length).padStart(2, '0')}${number}`;
      const filter = `(&(${attribute}>=${prefix(first)})(${attribute}<=${prefix(last)}))`;
      const { searchEntries } = await client.search(container, { scope: 'one', filter, attributes: ['cn'] });
      for (const { dn, cn } of searchEntries) if (isOurs({ first, last }, BigInt(String(cn)))) await client.del(dn);
    }
  } finally {
    await client.unbind();
  }
  const update = '/ca/agent/ca/updateCRL?crlIssuingPoint=MasterCRL&waitForUpdate=true&clearCRLCache=true&xml=true';
  await callDogtag(update, { identity: readLabIdentity('AGENT') });
}
