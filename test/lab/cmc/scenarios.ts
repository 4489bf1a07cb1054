// The messages that every CMC profile is tried with: PKCS#10 and CRMF, RSA and EC keys, each kind of signer, broken ones, several at once, and controls.
import { createHash } from 'node:crypto';
import { encodeCharacterString, encodeEnumerated, encodeInteger, encodeOctetString, encodeSequence } from '#codecs/der';
import { decodeCertificate, decodeSubjectPublicKeyInfo, encodeSubjectKeyIdentifier } from '#codecs/x509';
import {
  type CertificationRequestPlan,
  encodeCertificateRequestMessages,
  encodeCertificationRequest,
  encodeTestName,
  generateEcKey,
  generateRsaKey,
  type KeyPair,
  nameOids,
  stringTags,
} from '#test/certificate-request-builder';
import {
  encodeContentInfo,
  encodePkiData,
  encodeSignedData,
  cmcTestOids as oids,
  type PkiDataPlan,
  type SignedDataPlan,
  type TestControl,
  tagCertificationRequest,
  tagCrmf,
} from '#test/cmc-request-builder';
import type { CmcPeople, Person } from './people.ts';

/** One message to one profile. */
export interface CmcScenario {
  readonly name: string;
  readonly body: Buffer;
  /** Whose certificate the connection has. */
  readonly sender: Person | null;
}

const nameOf = (commonName: string) => encodeTestName([[[nameOids.cn, stringTags.utf8, commonName]]]);
const control = (oid: string, ...valuesDer: Uint8Array[]): TestControl => ({ oid, valuesDer });
const text = (value: string) => encodeCharacterString('utf8String', value);

/** Keys that are made once; those that a constraint on unique keys must not have seen are made where they are used. */
export interface ScenarioKeys {
  readonly rsa: KeyPair;
  readonly ec: KeyPair;
  readonly weak: KeyPair;
}

export function makeScenarioKeys(): ScenarioKeys {
  return { rsa: generateRsaKey(2048), ec: generateEcKey('P-256'), weak: generateRsaKey(1024 + 512) };
}

const pkcs10 = (plan: Partial<CertificationRequestPlan> & { readonly key: KeyPair }, bodyPartId = 1) =>
  tagCertificationRequest(bodyPartId, encodeCertificationRequest({ subjectDer: nameOf('retag cmc'), ...plan }));
const crmf = (key: KeyPair, proof: 'signature' | 'broken-signature' | 'ra-verified' | 'none', more: object = {}) =>
  tagCrmf(encodeCertificateRequestMessages([{ subjectDer: nameOf('retag cmc'), key, proof, requestId: 7, ...more }]));
const signed = (by: Person, plan: PkiDataPlan, more: Partial<SignedDataPlan> = {}) =>
  encodeSignedData({ contentDer: encodePkiData(plan), signers: [by.signer], ...more });
const plain = (plan: PkiDataPlan) => encodeContentInfo(oids.data, encodeOctetString(encodePkiData(plan)));

/** What a profile makes of an agent's word. */
export function agentScenarios(
  { agent, owner, groupless, forged, revoked }: CmcPeople,
  keys: ScenarioKeys,
): CmcScenario[] {
  const { rsa, ec, weak } = keys;
  const by = (name: string, body: Buffer, sender: Person | null = agent): CmcScenario => ({ name, body, sender });
  const one = { requestsDer: [pkcs10({ key: rsa })] };
  return [
    by('PKCS#10, RSA', signed(agent, one)),
    by('PKCS#10, EC', signed(agent, { requestsDer: [pkcs10({ key: ec })] })),
    by('PKCS#10, a weak key', signed(agent, { requestsDer: [pkcs10({ key: weak })] })),
    by('CRMF, RSA', signed(agent, { requestsDer: [crmf(rsa, 'signature')] })),
    by('CRMF, EC', signed(agent, { requestsDer: [crmf(ec, 'signature')] })),
    by('CRMF without a subject', signed(agent, { requestsDer: [crmf(rsa, 'signature', { subjectDer: null })] })),
    by(
      'PKCS#10 whose signature is broken',
      signed(agent, { requestsDer: [pkcs10({ key: rsa, breakSignature: true })] }),
    ),
    by('CRMF whose proof is broken', signed(agent, { requestsDer: [crmf(rsa, 'broken-signature')] })),
    by('CRMF vouched for', signed(agent, { requestsDer: [crmf(rsa, 'ra-verified')] })),
    by('two requests', signed(agent, { requestsDer: [pkcs10({ key: rsa }), pkcs10({ key: ec }, 2)] })),
    by('SHA-512', signed(agent, one, { hash: 'sha512' })),
    by('SHA-1', signed(agent, one, { hash: 'sha1' })),
    by('a broken signature', signed(agent, one, { breakSignature: true })),
    by('another digest', signed(agent, one, { breakDigest: true })),
    by('no signed attributes', signed(agent, one, { withoutSignedAttributes: true })),
    by('no signer', signed(agent, one, { signers: [] })),
    by('no certificate', signed(agent, one, { certificatesDer: [] })),
    by('no certificate in the connection', signed(agent, one), null),
    by("another's certificate in the connection", signed(agent, one), owner),
    by('signed by nobody of note', signed(owner, one), owner),
    by('signed by a user without groups', signed(groupless, one), groupless),
    by('signed with a revoked certificate', signed(revoked, one), owner),
    by('signed with a forged certificate', signed(forged, one), owner),
    by('unsigned', plain(one)),
    by('no CMS', Buffer.from('no CMS at all')),
    by('an empty body', Buffer.alloc(0)),
    by('PKIData that breaks off', signed(agent, one, { contentDer: encodePkiData(one).subarray(0, 90) })),
    by('content of another type', signed(agent, one, { contentType: oids.data })),
    by('octets after the message', Buffer.concat([signed(agent, one), Buffer.from('\r\n')])),
  ];
}

/** What a profile makes of the word of whoever asks. */
export function ownerScenarios(people: CmcPeople): CmcScenario[] {
  const { agent, owner, ecOwner, revoked, forged } = people;
  const by = (name: string, body: Buffer, sender: Person | null = owner): CmcScenario => ({ name, body, sender });
  const fresh = (kind: 'rsa' | 'ec' = 'rsa') => (kind === 'rsa' ? generateRsaKey(2048) : generateEcKey('P-256'));
  const one = () => ({ requestsDer: [pkcs10({ key: fresh() })] });
  const proof = control(oids.identityProofV2, encodeSequence(encodeOctetString(Buffer.from('x'))));
  return [
    by('user-signed PKCS#10, RSA', signed(owner, one())),
    by('user-signed PKCS#10, EC', signed(owner, { requestsDer: [pkcs10({ key: fresh('ec') })] })),
    by('user-signed with an EC key', signed(ecOwner, { requestsDer: [pkcs10({ key: fresh('ec') })] }), ecOwner),
    by('user-signed CRMF', signed(owner, { requestsDer: [crmf(fresh(), 'signature')] })),
    by('user-signed, the same key again', signed(owner, { requestsDer: [pkcs10({ key: keyOf(owner) })] })),
    by('user-signed, proof broken', signed(owner, { requestsDer: [pkcs10({ key: fresh(), breakSignature: true })] })),
    by('user-signed, signature broken', signed(owner, one(), { breakSignature: true })),
    by('user-signed, no certificate in the connection', signed(owner, one()), null),
    by("user-signed, another's certificate in the connection", signed(owner, one()), agent),
    by('user-signed with a revoked certificate', signed(revoked, one())),
    by('user-signed with a forged certificate', signed(forged, one())),
    by('user-signed, no certificates', signed(owner, one(), { certificatesDer: [] })),
    by('agent-signed', signed(agent, one()), agent),
    by(
      'user-signed with controls',
      signed(owner, { ...one(), controls: [control(oids.transactionId, encodeInteger(77))] }),
    ),
    ...selfSigned('self-signed', {}),
    ...selfSigned('self-signed with an identity', { controls: [control(oids.identification, text('joe')), proof] }),
    ...selfSigned('self-signed with an identity nobody has', { controls: [proof] }),
    ...selfSigned('self-signed with the old identity proof', {
      controls: [control(oids.identityProof, encodeOctetString(Buffer.from('x')))],
    }),
    ...selfSigned('self-signed with controls', { controls: [control(oids.transactionId, encodeInteger(1))] }),
    by('self-signed CRMF', selfSignedCrmf(), null),
    by('other CMS content', encodeContentInfo('1.2.840.113549.1.7.3', encodeSequence())),
  ];
}

function keyOf({ signer: { key }, certificateDer }: Person): KeyPair {
  return { privateKey: key, publicKeyDer: decodeCertificate(certificateDer).subjectPublicKeyInfoDer };
}

function keyIdentifierOf({ publicKeyDer }: KeyPair): Buffer {
  return createHash('sha1').update(decodeSubjectPublicKeyInfo(publicKeyDer).keyBytes).digest();
}

/** Signed with the key that is to be certified: right, without naming it in the request, with another name, and broken. */
function selfSigned(name: string, plan: PkiDataPlan): CmcScenario[] {
  const key = generateRsaKey(2048);
  const keyIdentifier = keyIdentifierOf(key);
  const extensions = [{ oid: '2.5.29.14', critical: false, valueDer: encodeSubjectKeyIdentifier(keyIdentifier) }];
  const signers = [{ by: { keyIdentifier }, key: key.privateKey }];
  const data = encodePkiData({ ...plan, requestsDer: [pkcs10({ key, extensions })] });
  const scenario = (what: string, more: Partial<SignedDataPlan>): CmcScenario => ({
    name: `${name}${what}`,
    body: encodeSignedData({ contentDer: data, signers, ...more }),
    sender: null,
  });
  if (plan.controls !== undefined) return [scenario('', {})];
  return [
    scenario('', {}),
    scenario(', not named in the request', { contentDer: encodePkiData({ requestsDer: [pkcs10({ key })] }) }),
    scenario(', named otherwise', { signers: [{ by: { keyIdentifier: Buffer.from('abc') }, key: key.privateKey }] }),
    scenario(', signature broken', { breakSignature: true }),
  ];
}

function selfSignedCrmf(): Buffer {
  const key = generateRsaKey(2048);
  const keyIdentifier = keyIdentifierOf(key);
  const extensions = [{ oid: '2.5.29.14', critical: false, valueDer: encodeSubjectKeyIdentifier(keyIdentifier) }];
  return encodeSignedData({
    contentDer: encodePkiData({ requestsDer: [crmf(key, 'signature', { extensions })] }),
    signers: [{ by: { keyIdentifier }, key: key.privateKey }],
  });
}

/** Controls, for one profile that an agent signs for. */
export function controlScenarios({ agent, victims: [victim] }: CmcPeople, { rsa }: ScenarioKeys): CmcScenario[] {
  const requestsDer = [pkcs10({ key: rsa }, 5)];
  const { issuerDer, serialNumber } = decodeCertificate(victim ?? Buffer.alloc(0));
  const certificate = (serial: bigint | number) => encodeSequence(issuerDer, encodeInteger(serial));
  const by = (name: string, controls: readonly TestControl[], more: Partial<PkiDataPlan> = { requestsDer }) => ({
    name,
    body: signed(agent, { controls, ...more }),
    sender: agent,
  });
  const nothing = {};
  return [
    by('a transaction', [control(oids.transactionId, encodeInteger(77))]),
    by('several values', [control(oids.transactionId, encodeInteger(9), encodeInteger(3))]),
    by('a nonce', [control(oids.senderNonce, encodeOctetString(Buffer.from('nonce')))]),
    by('data to be returned', [control(oids.dataReturn, encodeOctetString(Buffer.from('data')))]),
    by('data to be returned that is no OCTET STRING', [control(oids.dataReturn, encodeInteger(3))]),
    by('several controls', [
      control(oids.senderNonce, encodeOctetString(Buffer.from('nonce'))),
      control(oids.transactionId, encodeInteger(1)),
      control(oids.dataReturn, encodeOctetString(Buffer.from('data'))),
    ]),
    by('a certificate and a request', [control(oids.getCert, certificate(serialNumber))]),
    by('a certificate that there is not', [
      control(oids.getCert, certificate(99_999_999n)),
      control(oids.transactionId, encodeInteger(2)),
    ]),
    by('a certificate and more', [
      control(oids.getCert, certificate(serialNumber)),
      control(oids.transactionId, encodeInteger(2)),
    ]),
    by('a certificate alone', [control(oids.getCert, certificate(serialNumber))], nothing),
    by('an acceptance', [
      control(oids.confirmCertAcceptance, encodeSequence(encodeSequence(issuerDer), encodeInteger(serialNumber))),
    ]),
    by('what became of a request', [control(oids.queryPending, encodeInteger(0x35_35))]),
    by('an identification', [control(oids.identification, text('joe'))]),
    by('an identification without a value', [control(oids.identification)]),
    by('an identification that is no text', [control(oids.identification, encodeInteger(3))]),
    by('extensions to be added', [
      control(oids.addExtensions, encodeSequence(encodeInteger(0), encodeSequence(encodeInteger(5)), encodeSequence())),
    ]),
    by('possession vouched for', [
      control(oids.lraPopWitness, encodeSequence(encodeInteger(1), encodeSequence(encodeInteger(4), encodeInteger(5)))),
    ]),
    by('a decrypted proof without a request', [control(oids.decryptedPop, encodeSequence(encodeInteger(1)))]),
    by('registration information', [control(oids.regInfo, encodeOctetString(Buffer.from('info')))]),
    by('an unknown control', [control('1.3.6.1.4.1.99999.1', encodeInteger(1))]),
    by('nothing at all', [], nothing),
  ];
}

/** What Dogtag lets anybody do. `target` is the path with its query. */
export function openDoors({
  agent,
  victims: [victim],
}: CmcPeople): readonly (CmcScenario & { readonly target: string })[] {
  const { issuerDer, serialNumber } = decodeCertificate(victim ?? Buffer.alloc(0));
  const revocation = encodeSequence(issuerDer, encodeInteger(serialNumber), encodeEnumerated(1));
  const smuggled = (commonName: string) => ({
    requestsDer: [pkcs10({ key: generateEcKey('P-256'), subjectDer: nameOf(commonName) })],
  });
  const inAddress = encodeURIComponent(plain(smuggled('retag cmc address')).toString('base64'));
  return [
    {
      name: 'revoking as nobody',
      target: '/ca/ee/ca/profileSubmitCMCFull?profileId=caServerCert',
      body: plain({ controls: [control(oids.revokeRequest, revocation)] }),
      sender: null,
    },
    {
      name: 'another request in the address',
      target: `/ca/ee/ca/profileSubmitCMCFull?profileId=caECFullCMCUserCert&cert_request=${inAddress}`,
      body: signed(agent, smuggled('retag cmc body')),
      sender: agent,
    },
  ];
}

/** Revocations; each changes what the next one meets. */
export function revocationScenarios(people: CmcPeople): {
  readonly byAgent: CmcScenario[];
  readonly byOwner: CmcScenario[];
} {
  const { agent, owner, victims } = people;
  const [own, others] = victims.map((der) => decodeCertificate(der));
  const revoke = (serial: bigint, reason = 1, ...more: Uint8Array[]) =>
    control(
      oids.revokeRequest,
      encodeSequence(own?.issuerDer ?? Buffer.alloc(0), encodeInteger(serial), encodeEnumerated(reason), ...more),
    );
  const by = (who: Person, name: string, controls: readonly TestControl[]): CmcScenario => ({
    name,
    body: signed(who, { controls }),
    sender: who,
  });
  const [ownSerial = 0n, otherSerial = 0n] = [own?.serialNumber, others?.serialNumber];
  return {
    byOwner: [
      by(owner, "revoking somebody else's certificate", [revoke(otherSerial)]),
      by(owner, 'revoking with a secret', [revoke(ownSerial, 1, encodeOctetString(Buffer.from('secret')))]),
      by(owner, 'revoking one of his own', [revoke(ownSerial, 4)]),
      by(owner, 'revoking it again', [revoke(ownSerial, 4)]),
      by(owner, 'revoking one that there is not', [revoke(99_999_999n)]),
    ],
    byAgent: [
      by(agent, 'an agent revokes one that there is not', [revoke(99_999_999n)]),
      by(agent, 'an agent revokes with a comment', [revoke(otherSerial, 9, text('no longer needed'))]),
      by(agent, 'an agent revokes it again', [revoke(otherSerial)]),
      by(agent, 'an agent revokes without a value', [control(oids.revokeRequest)]),
    ],
  };
}

/** A bare PKCS#10 request. */
export function simpleScenarios({ agent, owner }: CmcPeople, { rsa, ec, weak }: ScenarioKeys): CmcScenario[] {
  const bare = (plan: Partial<CertificationRequestPlan> & { readonly key: KeyPair }) =>
    encodeCertificationRequest({ subjectDer: nameOf('retag cmc'), ...plan });
  const by = (name: string, body: Buffer, sender: Person | null = agent): CmcScenario => ({ name, body, sender });
  return [
    by('simple, RSA', bare({ key: rsa })),
    by('simple, EC', bare({ key: ec })),
    by('simple, a weak key', bare({ key: weak })),
    by('simple, signature broken', bare({ key: rsa, breakSignature: true })),
    by('simple, from nobody', bare({ key: rsa }), null),
    by('simple, from somebody who is no agent', bare({ key: rsa }), owner),
    by('simple, a full request', signed(agent, { requestsDer: [pkcs10({ key: rsa })] })),
    by('simple, no request at all', Buffer.from('no request at all')),
  ];
}
