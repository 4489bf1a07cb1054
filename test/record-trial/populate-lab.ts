// Makes a fresh lab look like an installation that has been used for a while.
import { generateKeyPairSync } from 'node:crypto';
import { Attribute, Change, Client } from 'ldapts';
import { decodePem } from '#codecs/pem';
import { decodeCertificate, formatName } from '#codecs/x509';
import { type ClientPlace, type ConversationClient, createConversationClient } from '#test/conversation-client';
import { makeRequestPem } from '#test/make-request';

const json = { Accept: 'application/json', 'Content-Type': 'application/json' };

/** A copy of caSubsystemCert for people who look at the trial years from now: an expired agent would be nobody. */
const longLivedProfile = `profileId=trialAgentCert
classId=caEnrollImpl
desc=Agent of the recorded trial.
visible=false
enable=false
enableBy=admin
auth.class_id=
name=Trial Agent Certificate Enrollment
input.list=i1,i2
input.i1.class_id=certReqInputImpl
input.i2.class_id=submitterInfoInputImpl
output.list=o1
output.o1.class_id=certOutputImpl
policyset.list=agentSet
policyset.agentSet.list=1,2,3,4,5,6
policyset.agentSet.1.constraint.class_id=subjectNameConstraintImpl
policyset.agentSet.1.constraint.name=Subject Name Constraint
policyset.agentSet.1.constraint.params.pattern=CN=.*
policyset.agentSet.1.constraint.params.accept=true
policyset.agentSet.1.default.class_id=userSubjectNameDefaultImpl
policyset.agentSet.1.default.name=Subject Name Default
policyset.agentSet.1.default.params.name=
policyset.agentSet.2.constraint.class_id=validityConstraintImpl
policyset.agentSet.2.constraint.name=Validity Constraint
policyset.agentSet.2.constraint.params.range=7200
policyset.agentSet.2.constraint.params.notBeforeCheck=false
policyset.agentSet.2.constraint.params.notAfterCheck=false
policyset.agentSet.2.default.class_id=validityDefaultImpl
policyset.agentSet.2.default.name=Validity Default
policyset.agentSet.2.default.params.range=7200
policyset.agentSet.2.default.params.startTime=0
policyset.agentSet.3.constraint.class_id=keyConstraintImpl
policyset.agentSet.3.constraint.name=Key Constraint
policyset.agentSet.3.constraint.params.keyType=RSA
policyset.agentSet.3.constraint.params.keyParameters=2048,3072,4096
policyset.agentSet.3.default.class_id=userKeyDefaultImpl
policyset.agentSet.3.default.name=Key Default
policyset.agentSet.4.constraint.class_id=noConstraintImpl
policyset.agentSet.4.constraint.name=No Constraint
policyset.agentSet.4.default.class_id=authorityKeyIdentifierExtDefaultImpl
policyset.agentSet.4.default.name=Authority Key Identifier Default
policyset.agentSet.5.constraint.class_id=noConstraintImpl
policyset.agentSet.5.constraint.name=No Constraint
policyset.agentSet.5.default.class_id=extendedKeyUsageExtDefaultImpl
policyset.agentSet.5.default.name=Extended Key Usage Extension Default
policyset.agentSet.5.default.params.exKeyUsageCritical=false
policyset.agentSet.5.default.params.exKeyUsageOIDs=1.3.6.1.5.5.7.3.2
policyset.agentSet.6.constraint.class_id=signingAlgConstraintImpl
policyset.agentSet.6.constraint.name=No Constraint
policyset.agentSet.6.constraint.params.signingAlgsAllowed=SHA256withRSA,SHA512withRSA
policyset.agentSet.6.default.class_id=signingAlgDefaultImpl
policyset.agentSet.6.default.name=Signing Alg
policyset.agentSet.6.default.params.signingAlg=-
`;

export interface Agent {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** Gives the lab's agent user a second certificate, good for nearly twenty years. */
export async function enrollLongLivedAgent(
  place: ClientPlace,
  directory: { readonly url: URL; readonly bindDn: string; readonly password: string; readonly base: string },
): Promise<Agent> {
  const client = createConversationClient({ ...place, hostPorts: { https: place.httpsPort, http: place.httpPort } });
  const login = await client.say({
    shows: 'login',
    method: 'GET',
    target: '/ca/rest/account/login',
    headers: json,
    identity: 'agent',
  });
  const cookieAt = login.rawHeaders.findIndex((name) => name.toLowerCase() === 'set-cookie');
  const headers = { Accept: 'application/json', Cookie: login.rawHeaders[cookieAt + 1]?.split(';')[0] ?? '' };
  const own = { identity: 'agent', headers } as const;
  await client.say({
    ...own,
    shows: 'profile',
    method: 'POST',
    target: '/ca/rest/profiles/raw',
    headers: { ...headers, 'Content-Type': 'application/octet-stream' },
    body: longLivedProfile,
  });
  await client.say({
    ...own,
    shows: 'enable',
    method: 'POST',
    target: '/ca/rest/profiles/trialAgentCert?action=enable',
  });
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificatePem = await enroll(client, 'trialAgentCert', makeRequestPem('Trial Agent', keys));
  client.close();
  await addToUser(certificatePem, directory);
  return { certificatePem, keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

async function addToUser(
  certificatePem: string,
  directory: { readonly url: URL; readonly bindDn: string; readonly password: string; readonly base: string },
): Promise<void> {
  const der = decodePem(certificatePem, 'CERTIFICATE');
  const { serialNumber, issuerDer, subjectDer } = decodeCertificate(der);
  const client = new Client({ url: directory.url.href });
  await client.bind(directory.bindDn, directory.password);
  const add = (type: string, value: Buffer | string) =>
    new Change({ operation: 'add', modification: new Attribute({ type, values: [value] as Buffer[] | string[] }) });
  await client.modify(`uid=ipara,ou=People,${directory.base}`, [
    add('userCertificate', der),
    add('description', `2;${serialNumber};${formatName(issuerDer)};${formatName(subjectDer)}`),
  ]);
  await client.unbind();
}

/** How many of each profile; a few of every kind that FreeIPA and certmonger have issued, and many service certificates. */
const population: readonly (readonly [profileId: string, count: number])[] = [
  ['caIPAserviceCert', 220],
  ['caServerCert', 40],
  ['caSubsystemCert', 6],
  ['caOCSPCert', 4],
  ['caAuditSigningCert', 4],
  ['caTransportCert', 3],
  ['caStorageCert', 3],
  ['caECServerCert', 20],
];
const reasons = [
  'Unspecified',
  'Key_Compromise',
  'CA_Compromise',
  'Affiliation_Changed',
  'Superseded',
  'Cessation_of_Operation',
  'Certificate_Hold',
  'Privilege_Withdrawn',
];

/** Resolves with the number of certificates. */
export async function populate(place: ClientPlace, onProgress: (count: number) => void): Promise<number> {
  const client = createConversationClient({ ...place, hostPorts: { https: place.httpsPort, http: place.httpPort } });
  const sizes = [2048, 2048, 2048, 3072, 4096].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }));
  const curves = ['P-256', 'P-384', 'P-521'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }));
  let count = 0;
  for (const [profileId, wanted] of population) {
    const keys = profileId.includes('EC') ? curves : sizes;
    for (let index = 0; index < wanted; index++) {
      const pem = await enroll(
        client,
        profileId,
        makeRequestPem(`${profileId.toLowerCase()}-${index}.example.test`, keys[index % keys.length]),
      );
      onProgress(++count);
      if (index % 11 === 5) await revoke(client, pem, reasons[((count / 11) % reasons.length) | 0] ?? 'Unspecified');
    }
  }
  client.close();
  return count;
}

async function enroll(client: ConversationClient, profileId: string, requestPem: string): Promise<string> {
  const said = { identity: 'agent', headers: json } as const;
  const template = JSON.parse(
    (
      await client.say({
        ...said,
        shows: 'template',
        method: 'GET',
        target: `/ca/rest/certrequests/profiles/${profileId}`,
      })
    ).text,
  ) as {
    Input: { Attribute: { name: string; Value: string }[] }[];
  };
  const values: Readonly<Record<string, string>> = {
    cert_request_type: 'pkcs10',
    cert_request: requestPem,
    requestor_name: 'populate',
  };
  for (const input of template.Input)
    for (const attribute of input.Attribute) attribute.Value = values[attribute.name] ?? '';
  const submitted = await client.say({
    ...said,
    shows: 'submit',
    method: 'POST',
    target: '/ca/rest/certrequests',
    body: JSON.stringify(template),
  });
  const id = /\/certrequests\/(\d+)"/.exec(submitted.text)?.[1];
  if (id === undefined) throw new Error(`${profileId}: ${submitted.status} ${submitted.text.slice(0, 300)}`);
  if (submitted.text.includes('"pending"')) {
    const target = `/ca/rest/agent/certrequests/${id}`;
    const review = await client.say({ ...said, shows: 'review', method: 'GET', target });
    await client.say({ ...said, shows: 'approve', method: 'POST', target: `${target}/approve`, body: review.text });
  }
  const status = await client.say({ ...said, shows: 'status', method: 'GET', target: `/ca/rest/certrequests/${id}` });
  const serial = /"certId":"(0x[0-9a-f]+)"/.exec(status.text)?.[1];
  if (serial === undefined) throw new Error(`${profileId}: ${status.text.slice(0, 300)}`);
  const certificate = JSON.parse(
    (await client.say({ ...said, shows: 'certificate', method: 'GET', target: `/ca/rest/certs/${BigInt(serial)}` }))
      .text,
  ) as { Encoded: string };
  return certificate.Encoded.replaceAll('\r', '');
}

async function revoke(client: ConversationClient, pem: string, reason: string): Promise<void> {
  const { serialNumber } = decodeCertificate(decodePem(pem, 'CERTIFICATE'));
  await client.say({
    shows: 'revoke',
    method: 'POST',
    target: `/ca/rest/agent/certs/${serialNumber}/revoke`,
    headers: json,
    body: JSON.stringify({ Reason: reason }),
    identity: 'agent',
  });
}
