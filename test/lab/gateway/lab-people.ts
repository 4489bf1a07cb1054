// People made in the lab for a while: one with a certificate but no groups, one with a revoked certificate, one whom nobody knows.
import { X509Certificate } from 'node:crypto';
import { type DogtagAccess, issueThroughDogtag } from '#gateway';
import { makeServerCertificateRequest } from '../../../gateway/listeners/server-certificate-request.ts';
import { LabDogtag, readLabIdentity } from '../profiles/lab-dogtag.ts';
import type { RawIdentity } from './raw-exchange.ts';

export interface LabPeople {
  readonly groupless: RawIdentity;
  readonly revoked: RawIdentity;
  readonly unmapped: RawIdentity;
  /** Takes the users away again and revokes the certificates. */
  remove(): Promise<void>;
}

/** Its certificates may be used by clients too. */
const profile = 'caServerCert';

export async function makeLabPeople({ client }: DogtagAccess): Promise<LabPeople> {
  const agent = new LabDogtag(readLabIdentity('AGENT'));
  const administrator = new LabDogtag(readLabIdentity('ADMIN'));
  const issue = issueThroughDogtag(client, readLabIdentity('AGENT').certificatePem);
  const identify = async (name: string): Promise<RawIdentity> => {
    const { csrPem, keyPem } = makeServerCertificateRequest([`${name}.gateway.example.test`], 'O=EXAMPLE.TEST');
    return { certificatePem: new X509Certificate(await issue(csrPem, profile)).toString(), keyPem };
  };
  const revoke = (identity: RawIdentity) => {
    const serial = BigInt(`0x${new X509Certificate(identity.certificatePem).serialNumber}`);
    return agent.send('POST', `/ca/rest/agent/certs/${serial}/revoke`, '{"Reason":"Superseded"}');
  };
  const userIds: string[] = [];
  const map = async (userId: string, identity: RawIdentity) => {
    userIds.push(userId);
    await expectSuccess(
      administrator.send(
        'POST',
        '/ca/rest/admin/users',
        JSON.stringify({ id: userId, UserID: userId, FullName: userId }),
      ),
    );
    const certificate = JSON.stringify({ Encoded: identity.certificatePem });
    await expectSuccess(administrator.send('POST', `/ca/rest/admin/users/${userId}/certs`, certificate));
  };
  const groupless = await identify('groupless');
  const revoked = await identify('revoked');
  const unmapped = await identify('unmapped');
  const remove = async () => {
    for (const userId of userIds) await administrator.send('DELETE', `/ca/rest/admin/users/${userId}`, null);
    for (const identity of [groupless, unmapped]) await revoke(identity);
    agent.close();
    administrator.close();
  };
  try {
    await map('retag-gateway-groupless', groupless);
    await map('retag-gateway-revoked', revoked);
    await revoke(revoked);
  } catch (error) {
    await remove();
    throw error;
  }
  return { groupless, revoked, unmapped, remove };
}

async function expectSuccess(sent: Promise<{ readonly status: number; readonly text: string }>): Promise<void> {
  const { status, text } = await sent;
  if (status >= 300) throw new Error(`the lab answered ${status}: ${text.slice(0, 200)}`);
}
