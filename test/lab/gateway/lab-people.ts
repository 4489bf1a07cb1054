// People made in the lab for a while: an auditor, one with a certificate but no groups, one with a revoked certificate, an agent whose certificate has
// expired, and one whom nobody knows.
import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DogtagAccess, issueThroughDogtag } from '#gateway';
import { systemClock } from '#platform';
import { makeServerCertificateRequest } from '../../../gateway/listeners/server-certificate-request.ts';
import { LabDogtag, readLabIdentity } from '../profiles/lab-dogtag.ts';
import { withOwnProfile } from '../profiles/own-profiles.ts';
import type { RawIdentity } from './raw-exchange.ts';

export interface LabPeople {
  readonly groupless: RawIdentity;
  readonly auditor: RawIdentity;
  /** An agent's. */
  readonly expired: RawIdentity;
  readonly revoked: RawIdentity;
  readonly unmapped: RawIdentity;
  /** Takes the users away again and revokes the certificates. */
  remove(): Promise<void>;
}

/** Its certificates may be used by clients too. */
const profile = 'caServerCert';

/** Gives certificates that will soon have expired, because Dogtag does not take one for a user when it has. */
const expiredProfile = {
  id: 'retagProfExpired',
  configurationText: `desc=expired
visible=false
enable=false
enableBy=admin
auth.instance_id=raCertAuth
name=expired
input.list=i1
input.i1.class_id=certReqInputImpl
output.list=o1
output.o1.class_id=certOutputImpl
policyset.list=set1
policyset.set1.list=1,2,3,4,5
policyset.set1.1.constraint.class_id=noConstraintImpl
policyset.set1.1.default.class_id=userSubjectNameDefaultImpl
policyset.set1.2.constraint.class_id=noConstraintImpl
policyset.set1.2.default.class_id=validityDefaultImpl
policyset.set1.2.default.params.range=1
policyset.set1.2.default.params.startTime=-86370
policyset.set1.3.constraint.class_id=noConstraintImpl
policyset.set1.3.default.class_id=userKeyDefaultImpl
policyset.set1.4.constraint.class_id=noConstraintImpl
policyset.set1.4.default.class_id=signingAlgDefaultImpl
policyset.set1.4.default.params.signingAlg=-
policyset.set1.5.constraint.class_id=noConstraintImpl
policyset.set1.5.default.class_id=extendedKeyUsageExtDefaultImpl
policyset.set1.5.default.params.exKeyUsageCritical=false
policyset.set1.5.default.params.exKeyUsageOIDs=1.3.6.1.5.5.7.3.2
`,
};

export async function makeLabPeople({ client }: DogtagAccess): Promise<LabPeople> {
  const agent = new LabDogtag(readLabIdentity('AGENT'));
  const administrator = new LabDogtag(readLabIdentity('ADMIN'));
  const author = new LabDogtag(readLabIdentity('AGENT'));
  const issue = issueThroughDogtag(client, readLabIdentity('AGENT').certificatePem);
  const identify = async (name: string, profileId = profile): Promise<RawIdentity> => {
    const { csrPem, keyPem } = makeServerCertificateRequest([`${name}.gateway.example.test`], 'O=EXAMPLE.TEST');
    return { certificatePem: new X509Certificate(await issue(csrPem, profileId)).toString(), keyPem };
  };
  const identifyExpired = async (): Promise<RawIdentity> => {
    const made: RawIdentity[] = [];
    await author.login();
    const refusal = await withOwnProfile(author, expiredProfile, async () => {
      made.push(await identify('expired', expiredProfile.id));
    });
    await author.logout();
    const [expired] = made;
    if (expired === undefined) throw new Error(`the lab gave no expired certificate: ${refusal}`);
    return expired;
  };
  const revoke = (identity: RawIdentity) => {
    const serial = BigInt(`0x${new X509Certificate(identity.certificatePem).serialNumber}`);
    return agent.send('POST', `/ca/rest/agent/certs/${serial}/revoke`, '{"Reason":"Superseded"}');
  };
  const userIds: string[] = [];
  const map = async (userId: string, identity: RawIdentity, group: string | null = null) => {
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
    if (group === null) return;
    // Dogtag takes the body as the name, whatever is in it.
    await expectSuccess(administrator.send('POST', `/ca/rest/admin/users/${userId}/memberships`, group));
  };
  const groupless = await identify('groupless');
  const revoked = await identify('revoked');
  const unmapped = await identify('unmapped');
  const auditor = await identify('auditor');
  const expired = await identifyExpired();
  const remove = async () => {
    for (const userId of userIds) await administrator.send('DELETE', `/ca/rest/admin/users/${userId}`, null);
    for (const identity of [groupless, unmapped, auditor]) await revoke(identity);
    for (const party of [agent, administrator, author]) party.close();
  };
  try {
    await map('retag-gateway-groupless', groupless);
    await map('retag-gateway-revoked', revoked);
    await revoke(revoked);
    await map('retag-gateway-auditor', auditor, 'Auditors');
    await map('retag-gateway-expired', expired, 'Certificate Manager Agents');
  } catch (error) {
    await remove();
    throw error;
  }
  const expiresMs = new X509Certificate(expired.certificatePem).validToDate.getTime() - systemClock.now().getTime();
  await sleep(Math.max(0, expiresMs + 1000));
  return { groupless, revoked, unmapped, auditor, expired, remove };
}

async function expectSuccess(sent: Promise<{ readonly status: number; readonly text: string }>): Promise<void> {
  const { status, text } = await sent;
  if (status >= 300) throw new Error(`the lab answered ${status}: ${text.slice(0, 200)}`);
}
