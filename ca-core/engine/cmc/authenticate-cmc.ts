// Whose a CMC message is, as Dogtag's CMCAuth (an agent signed it) and CMCUserSignedAuth (the requester did) find it out.
import { cmcContentTypes, decodeContentInfo, decodePkiData, type PkiData, type SignedData } from '#codecs/cmc';
import { DerError } from '#codecs/der';
import { type Certificate, extensionOids, formatName } from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { Caller, CmcSigner } from '../model/index.ts';
import { assertCertificationRequestProof, type CallerAuthentication, invalidRequest } from '../profiles/index.ts';
import { CmcRefusal } from './cmc-refusal.ts';
import { type CertificateFinder, findSignerCertificate, isSentBy, judgeSignerCertificate } from './cmc-signer.ts';
import { findControl } from './find-control.ts';
import { readOrNull } from './read-or-null.ts';
import { isSignatureOf } from './verify-signer-info.ts';

/** Whose word a message has: an agent's, that of the owner of a certificate, or nobody's that is known. */
export type CmcVoucher = 'agent' | 'owner' | 'nobody';

export interface CmcAuthentication {
  readonly authentication: CallerAuthentication;
  readonly voucher: CmcVoucher;
  /**
   * Whether Dogtag knows by then which user signed: it takes that note while it looks at a request with a subject, or at what is to be revoked. Without it an
   * agent's message is not authorized, whatever else it asks for.
   */
  readonly namesUser: boolean;
}

export interface CmcEvidence {
  readonly requestDer: Uint8Array;
  readonly caller: Caller;
  readonly signer: CmcSigner | null;
  readonly certificates: CertificateFinder;
  readonly now: Date;
  /** The Dogtag that the profile behaves as: later ones know more kinds of keys. */
  readonly dogtagVersion?: string;
}

const invalidCredential = 'Invalid Credential.';

/** Throws CmcRefusal; without a word on what was wrong, as Dogtag does. */
export async function authenticateAgentSigned(evidence: CmcEvidence): Promise<CmcAuthentication> {
  const { caller, signer, certificates, now } = evidence;
  const refusal = new CmcRefusal('badRequest', invalidCredential);
  const message = readOrNull(() => decodeContentInfo(evidence.requestDer));
  if (message?.kind !== 'signed') throw refusal;
  const certificate = readOrNull(() => findSignerCertificate(message));
  const data = readOrNull(() => decodeSignedPkiData(message));
  if (certificate === null || data === null || signer === null || !isSentBy(certificate, caller)) throw refusal;
  if (!isSignedWith(certificate.subjectPublicKeyInfoDer, message)) throw refusal;
  if ((await judgeSignerCertificate(certificate, certificates, now)) !== 'good') throw refusal;
  for (const { request } of certificationRequests(data))
    if (proofFault(() => assertCertificationRequestProof(request, invalidRequest, evidence.dogtagVersion)) !== null)
      throw refusal;
  const subject = formatName(certificate.subjectDer);
  const facts = {
    ...factsOf(data, certificate),
    sslClientCert: certificate.serialNumber.toString(),
    uid: subject,
    userid: signer.userId,
    authMgrInstName: 'CMCAuth',
  };
  const authentication = { decidesAtOnce: true, facts, requestFacts: { authenticatedName: subject } };
  return { authentication, voucher: 'agent', namesUser: isUserNamed(data) };
}

/**
 * A requester signs with a certificate that he has, or with the very key that the request is about. The latter proves no name, and neither does a
 * message that nobody signed: what only they vouch for is left to an agent. (Dogtag decides for itself where a profile does not look.) Throws CmcRefusal.
 */
export async function authenticateRequesterSigned(evidence: CmcEvidence): Promise<CmcAuthentication> {
  const message = readOrNull(() => decodeContentInfo(evidence.requestDer));
  if (message === null) throw new CmcRefusal('badRequest', invalidCredential);
  if (message.kind === 'other')
    throw new CmcRefusal(
      'badRequest',
      'unsupported cmc rquest content type; must be either ContentInfo.SIGNED_DATA or ContentInfo.DATA;',
    );
  if (message.kind === 'data') {
    const data = readOrNull(() => decodePkiData(message.content));
    if (data === null) throw new CmcRefusal('badRequest', invalidCredential);
    assertProofs(data, evidence);
    return unnamed(data, {});
  }
  const data = readOrNull(() => decodeSignedPkiData(message));
  const identifier = message.signerInfos[0]?.identifier;
  if (data === null || identifier === undefined) throw unverified();
  if (identifier.kind === 'subject-key-identifier') {
    assertSignedByOwnKeys(data, message, identifier.keyIdentifier, evidence);
    return unnamed(data, { cmcSelfSigned: 'true' });
  }
  const certificate = await verifiedOwner(message, evidence);
  assertProofs(data, evidence);
  const subject = formatName(certificate.subjectDer);
  const serial = certificate.serialNumber.toString();
  const facts = { ...factsOf(data, certificate), cmcSigningCert: serial, uid: subject, userid: subject };
  return {
    authentication: {
      decidesAtOnce: true,
      facts: { ...facts, authMgrInstName: 'CMCUserSignedAuth' },
      requestFacts: { authenticatedName: subject, cmcSigningCert: serial },
      signerSubjectDer: certificate.subjectDer,
    },
    voucher: 'owner',
    namesUser: true,
  };
}

async function verifiedOwner(message: SignedData, { caller, certificates, now }: CmcEvidence): Promise<Certificate> {
  if (message.certificatesDer === null) throw new CmcRefusal('badRequest', 'no certificate found in cmcFullReq');
  const certificate = readOrNull(() => findSignerCertificate(message));
  if (certificate === null) throw unverified();
  if (caller.certificateDer === null) throw new CmcRefusal('badRequest', 'No Client Certificate Found');
  if (!isSentBy(certificate, caller))
    throw invalid('SSL client authentication certificate and CMC signer do not match');
  if (!isSignedWith(certificate.subjectPublicKeyInfoDer, message)) throw unverified();
  switch (await judgeSignerCertificate(certificate, certificates, now)) {
    case 'good':
      return certificate;
    case 'revoked':
      throw invalid('CMC signing cert is a revoked certificate');
    case 'expired':
      throw invalid('CMC signing cert is an expired certificate');
    case 'not-yet-valid':
      throw invalid('CMC signing cert is not yet valid');
    case 'unknown':
      throw invalid('CMC signing cert is not known');
  }
}

/** RFC 5272 section 3.2: the key identifier that names the signer is the one that each request asks for. */
function assertSignedByOwnKeys(data: PkiData, message: SignedData, keyIdentifier: Buffer, evidence: CmcEvidence): void {
  for (const tagged of data.requests) {
    if (tagged.kind === 'other') continue;
    if (tagged.kind === 'pkcs10') assertProof(tagged.request, evidence);
    const { extensions, subjectPublicKeyInfoDer } = tagged.kind === 'pkcs10' ? tagged.request : tagged.message.template;
    const wanted = extensions?.find(({ oid }) => oid === extensionOids.subjectKeyIdentifier)?.valueDer;
    if (wanted === undefined)
      throw new CmcRefusal(
        'badRequest',
        'CMCUserSignedAuth: authenticate: SubjectKeyIdentifierExtension not found: missing SubjectKeyIdentifierExtension in request',
      );
    // Dogtag takes the value in a CRMF template for the identifier itself, and not for the OCTET STRING that holds it.
    const identifier = tagged.kind === 'crmf' ? Buffer.from(wanted) : Buffer.from(wanted).subarray(2);
    if (!identifier.equals(keyIdentifier))
      throw new CmcRefusal('badRequest', 'CMCUserSignedAuth: verifySelfSignedCMC: Invalid Credential.');
    if (subjectPublicKeyInfoDer === null || !isSignedWith(subjectPublicKeyInfoDer, message))
      throw new CmcRefusal(
        'badRequest',
        'CMCUserSignedAuth: verifySelfSignedCMC: java.security.SignatureException: encryptedDigest was not the correct signature of the contents octets of the DER-encoded signed attributes',
      );
  }
}

function unnamed(data: PkiData, facts: Readonly<Record<string, string>>): CmcAuthentication {
  const unidentified = '$Unidentified$';
  const known = { ...factsOf(data, null), ...facts, uid: unidentified, userid: unidentified };
  return {
    authentication: {
      decidesAtOnce: false,
      facts: { ...known, authMgrInstName: 'CMCUserSignedAuth' },
      requestFacts: {},
    },
    voucher: 'nobody',
    namesUser: false,
  };
}

function isUserNamed(data: PkiData): boolean {
  if (data.requests.length === 0) return (findControl(data, 'revokeRequest')?.valuesDer.length ?? 0) > 0;
  return data.requests.some(
    (tagged) => tagged.kind === 'pkcs10' || (tagged.kind === 'crmf' && tagged.message.template.subjectDer !== null),
  );
}

function factsOf({ requests }: PkiData, signer: Certificate | null): Record<string, string> {
  const last = requests.at(-1);
  const subjectDer =
    last?.kind === 'pkcs10' ? last.request.subjectDer : last?.kind === 'crmf' ? last.message.template.subjectDer : null;
  return {
    ...(signer === null ? {} : { tokenAuthenticatedCertSubject: formatName(signer.subjectDer) }),
    ...(last === undefined || last.kind === 'other' ? {} : { cert_request_type: `cmc-${last.kind}` }),
    ...(subjectDer === null ? {} : { tokenCertSubject: formatName(subjectDer) }),
  };
}

function decodeSignedPkiData({ content, contentType }: SignedData): PkiData {
  if (content === null || contentType !== cmcContentTypes.pkiData) throw new DerError('the content is no PKIData');
  return decodePkiData(content);
}

function isSignedWith(keyDer: Uint8Array, message: SignedData): boolean {
  const [signerInfo] = message.signerInfos;
  return signerInfo !== undefined && isSignatureOf(keyDer, signerInfo, message);
}

function certificationRequests({ requests }: PkiData) {
  return requests.filter((tagged) => tagged.kind === 'pkcs10');
}

function assertProofs(data: PkiData, evidence: CmcEvidence): void {
  for (const { request } of certificationRequests(data)) assertProof(request, evidence);
}

function assertProof(
  request: Parameters<typeof assertCertificationRequestProof>[0],
  { dogtagVersion }: CmcEvidence,
): void {
  const fault = proofFault(() => assertCertificationRequestProof(request, invalidRequest, dogtagVersion));
  if (fault === null) return;
  const subject = readOrNull(() => formatName(request.subjectDer)) ?? '';
  const text = `java.security.SignatureException: Request Subject: ${subject}: Invalid PKCS #10 signature`;
  throw new CmcRefusal('badRequest', fault.code === 'bad-proof-of-possession' ? text : invalidRequest);
}

function proofFault(assertion: () => void): CaError | null {
  try {
    assertion();
    return null;
  } catch (error) {
    if (error instanceof CaError) return error;
    throw error;
  }
}

function unverified(): CmcRefusal {
  return new CmcRefusal('badRequest', 'userToken null; verifySignerInfo failure');
}

function invalid(reason: string): CmcRefusal {
  return new CmcRefusal('badRequest', `${invalidCredential}:${reason}`);
}
