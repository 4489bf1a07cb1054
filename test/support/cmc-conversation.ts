// What a client that speaks CMC says in a day: a simple request, a full one, and one that is refused; an agent's certificate vouches for them.
import { encodeOctetString } from '#codecs/der';
import { decodePem } from '#codecs/pem';
import { cmcTestOids, encodeContentInfo, encodePkiData, tagCertificationRequest } from './cmc-request-builder.ts';
import type { Said } from './conversation-client.ts';
import { makeRequestPem } from './make-request.ts';

const profileId = 'caSimpleCMCUserCert';
const full = `/ca/ee/ca/profileSubmitCMCFull?profileId=${profileId}`;

export function sayInCmc(label: string): readonly Said[] {
  const csrDer = decodePem(makeRequestPem(`cmc.${label}.example.test`), 'CERTIFICATE REQUEST');
  const contentDer = encodePkiData({ requestsDer: [tagCertificationRequest(1, csrDer)] });
  const common = {
    method: 'POST',
    headers: { 'Content-Type': 'application/pkcs7-mime' },
    identity: 'agent',
    profileId,
  } as const;
  return [
    { ...common, shows: 'a simple CMC request', target: '/ca/ee/ca/profileSubmitCMCSimple', body: csrDer },
    {
      ...common,
      shows: 'a full CMC request',
      target: full,
      body: encodeContentInfo(cmcTestOids.data, encodeOctetString(contentDer)),
    },
    { ...common, shows: 'a CMC request that nobody can read', target: full, body: Buffer.from('no CMC') },
  ];
}
