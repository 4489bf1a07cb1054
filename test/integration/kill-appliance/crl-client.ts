// An agent that has CRLs made all the time: whatever is killed, their number grows and is never used for another content.
import { setTimeout as delay } from 'node:timers/promises';
import { openDer } from '#codecs/der';
import { decodeCertificateList, extensionOids, findExtension } from '#codecs/x509';
import type { ClientPlace } from '#test/conversation-client';
import { JudgedClient, NotServed } from './judged-client.ts';
import type { Received } from './received.ts';

const pauseMs = 100;

/** Begins; the function returned ends it and settles when the last answer is there. */
export function keepMakingCrls(place: ClientPlace, received: Received): () => Promise<void> {
  const client = new JudgedClient(place, received);
  let isStopping = false;
  const live = async () => {
    while (!isStopping) {
      try {
        await makeCrl(client, received);
      } catch (error) {
        if (!(error instanceof NotServed)) received.wrong(`making CRLs ended: ${String(error)}`);
      }
      await delay(pauseMs);
    }
    client.close();
  };
  const living = live();
  return () => {
    isStopping = true;
    return living;
  };
}

async function makeCrl(client: JudgedClient, received: Received): Promise<void> {
  await client.say({
    shows: 'updateCRL',
    method: 'POST',
    target: '/ca/agent/ca/updateCRL',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'crlIssuingPoint=MasterCRL&waitForUpdate=true&xml=true',
  });
  const { body } = await client.say({
    shows: 'getCRL',
    method: 'GET',
    target: '/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL',
  });
  const { extensions } = decodeCertificateList(body);
  const extension = findExtension(extensions, extensionOids.cRLNumber);
  if (extension === null) received.wrong('a CRL without a number');
  else received.crl(openDer(extension.valueDer).readInteger(), body);
}
