// Who signs the messages of the comparison: the lab's agent, and people whose certificates are issued for it and are revoked, over, or nobody's.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { decodeCmcResponse } from '#codecs/cmc';
import { decodeCertificate, formatName } from '#codecs/x509';
import {
  encodeCertificationRequest,
  encodeTestName,
  generateEcKey,
  generateRsaKey,
  type KeyPair,
  nameOids,
  stringTags,
} from '#test/certificate-request-builder';
import type { KnownCertificate } from '#test/cmc-exchanges';
import { encodePkiData, encodeSignedData, type TestSigner, tagCertificationRequest } from '#test/cmc-request-builder';
import { createSampleAuthority } from '#test/sample-authority';
import { LabDogtag, type LabIdentity, readLabIdentity } from '../profiles/lab-dogtag.ts';
import { askLab } from './ask-lab.ts';

/** Somebody with a certificate: to sign with, and for the connection. */
export interface Person {
  readonly certificateDer: Buffer;
  readonly identity: LabIdentity;
  readonly signer: TestSigner;
}

export interface CmcPeople {
  readonly agent: Person;
  /** Holders of certificates without a user. */
  readonly owner: Person;
  readonly ecOwner: Person;
  /** The same name as `owner`, and revoked. */
  readonly revoked: Person;
  /** A user in no group. */
  readonly groupless: Person;
  /** The owner's name in a certificate that the lab never issued. */
  readonly forged: Person;
  /** For revocations. */
  readonly victims: readonly Buffer[];
  known(): readonly KnownCertificate[];
  remove(): Promise<void>;
}

const grouplessId = 'retag-cmc-groupless';

export async function makeCmcPeople(): Promise<CmcPeople> {
  const agentIdentity = readLabIdentity('AGENT');
  const agentDer = new X509Certificate(agentIdentity.certificatePem).raw;
  const agent = personOf(agentDer, createPrivateKey(agentIdentity.keyPem));
  const made: Buffer[] = [];
  const make = async (commonName: string, key: KeyPair, profile = 'caFullCMCUserCert'): Promise<Person> => {
    const certificateDer = await issue(commonName, key, profile, agent);
    made.push(certificateDer);
    return personOf(certificateDer, key.privateKey);
  };
  const owner = await make('retag cmc owner', generateRsaKey(2048));
  const ecOwner = await make('retag cmc ec owner', generateEcKey('P-256'), 'caECFullCMCUserCert');
  const revoked = await make('retag cmc owner', generateRsaKey(2048));
  const groupless = await make('retag cmc groupless', generateRsaKey(2048));
  const victims = [
    (await make('retag cmc owner', generateRsaKey(2048))).certificateDer,
    (await make('retag cmc other', generateRsaKey(2048))).certificateDer,
  ];
  const rest = new LabDogtag(agentIdentity);
  await revoke(rest, revoked.certificateDer);
  const administrator = new LabDogtag(readLabIdentity('ADMIN'));
  const user = { id: grouplessId, UserID: grouplessId, FullName: grouplessId };
  await administrator.send('DELETE', `/ca/rest/admin/users/${grouplessId}`, null);
  await administrator.send('POST', '/ca/rest/admin/users', JSON.stringify(user));
  const encoded = JSON.stringify({ Encoded: groupless.identity.certificatePem });
  await administrator.send('POST', `/ca/rest/admin/users/${grouplessId}/certs`, encoded);
  const remove = async () => {
    await administrator.send('DELETE', `/ca/rest/admin/users/${grouplessId}`, null);
    for (const certificateDer of made) await revoke(rest, certificateDer);
    rest.close();
    administrator.close();
  };
  const known = (): KnownCertificate[] =>
    [agentDer, ...made].map((der) => ({
      certificate: der.toString('base64'),
      isRevoked: der.equals(revoked.certificateDer),
    }));
  return { agent, owner, ecOwner, revoked, groupless, forged: forge(owner), victims, known, remove };
}

function personOf(certificateDer: Buffer, key: KeyObject): Person {
  const certificatePem = new X509Certificate(certificateDer).toString();
  const keyPem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificateDer, identity: { certificatePem, keyPem }, signer: { by: { certificateDer }, key } };
}

/** Names and number of a true certificate, under the signature and key of a stranger. */
function forge({ certificateDer }: Person): Person {
  const { serialNumber, subjectDer, issuerDer, notBefore, notAfter } = decodeCertificate(certificateDer);
  const stranger = createSampleAuthority(formatName(issuerDer));
  const subject = formatName(subjectDer);
  const forgedDer = stranger.issue({ serialNumber, subject, notBefore, notAfter });
  return personOf(forgedDer, createPrivateKey(stranger.privateKeyPem));
}

async function issue(commonName: string, key: KeyPair, profile: string, { signer, identity }: Person): Promise<Buffer> {
  const subjectDer = encodeTestName([[[nameOids.cn, stringTags.utf8, commonName]]]);
  const requestDer = tagCertificationRequest(1, encodeCertificationRequest({ subjectDer, key }));
  const message = encodeSignedData({ contentDer: encodePkiData({ requestsDer: [requestDer] }), signers: [signer] });
  const answer = await askLab(`/ca/ee/ca/profileSubmitCMCFull?profileId=${profile}`, message, identity);
  for (const der of decodeCmcResponse(Buffer.from(answer.body, 'base64')).certificatesDer)
    if (decodeCertificate(der).subjectPublicKeyInfoDer.equals(key.publicKeyDer)) return der;
  throw new Error(`the lab did not issue ${commonName}`);
}

async function revoke(rest: LabDogtag, certificateDer: Buffer): Promise<void> {
  const { serialNumber } = decodeCertificate(certificateDer);
  await rest.send('POST', `/ca/rest/agent/certs/${serialNumber}/revoke`, '{"Reason":"Superseded"}');
}
