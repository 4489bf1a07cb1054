// The certificate request that a requester sent, decoded once per submission, with its proof of possession checked.
import { constants, createPublicKey, verify as verifySignature } from 'node:crypto';
import { decodeContentInfo, decodePkiData, type TaggedRequest } from '#codecs/cmc';
import { type CertificateRequestMessage, decodeCertificateRequestMessages } from '#codecs/crmf';
import { type CertificationRequest, decodeCertificationRequest, decodeSignedPublicKey } from '#codecs/pkcs';
import {
  decodeName,
  decodeSubjectPublicKeyInfo,
  hasForeignStringType,
  identifySignatureAlgorithm,
  type SignatureAlgorithm,
} from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { hasChange } from '../dogtag-version.ts';

export type DecodedCertificateRequest =
  | { readonly format: 'pkcs10'; readonly request: CertificationRequest }
  | { readonly format: 'crmf'; readonly messages: readonly CertificateRequestMessage[] }
  | { readonly format: 'cmc'; readonly requests: readonly TaggedRequest[]; readonly hasControls: boolean }
  | { readonly format: 'keygen'; readonly subjectPublicKeyInfoDer: Uint8Array };

export const invalidRequest = 'Invalid Request';
export const proofFailed = 'Proof-of-Possession Verification Failed';

/** Longest text that is looked at; a request with a 16384-bit key and many names stays far below. */
const textLengthMax = 1024 * 1024;

/**
 * Decodes a request and verifies its proof of possession as Dogtag does: always for PKCS#10; for CRMF only where a signature was sent;
 * never for the browsers' key generation, and for CMC when its requests are taken one by one. `type` selects the format by how it begins. Throws CaError `malformed-request`
 * or `bad-proof-of-possession`.
 */
export function decodeCertificateRequest(
  type: string,
  text: string,
  dogtagVersion?: string,
): DecodedCertificateRequest | null {
  if (type.startsWith('pkcs10')) return decodePkcs10(text, dogtagVersion);
  if (type.startsWith('keygen')) return decodeKeygen(text);
  if (type.startsWith('crmf')) return decodeCrmf(text, dogtagVersion);
  if (type.startsWith('cmc')) return decodeCmc(text);
  return null;
}

/** The signature around it is the affair of authentication: a profile without any takes the requests as it takes them bare. */
function decodeCmc(text: string): DecodedCertificateRequest {
  return decodeOrRefuse(() => {
    const message = decodeContentInfo(decodeRequestText(text));
    if (message.kind === 'other' || message.content === null) throw new CaError('malformed-request', invalidRequest);
    const { requests, controls } = decodePkiData(message.content);
    return { format: 'cmc', requests, hasControls: controls.length > 0 };
  });
}

function decodePkcs10(text: string, dogtagVersion?: string): DecodedCertificateRequest {
  const request = decodeOrRefuse(() => decodeCertificationRequest(decodeRequestText(text)));
  // Dogtag does not tell a request that cannot be read from one whose signature does not verify.
  assertCertificationRequestProof(request, invalidRequest, dogtagVersion);
  return { format: 'pkcs10', request };
}

/** Throws CaError `malformed-request` for what JSS cannot take, and `bad-proof-of-possession` with `message`. */
export function assertCertificationRequestProof(
  request: CertificationRequest,
  message: string,
  dogtagVersion?: string,
): void {
  // JSS takes one value per attribute, and names that it can print; it refuses the request otherwise.
  const hasOddAttribute = request.attributes.some((attribute) => attribute.valuesDer.length !== 1);
  if (
    hasOddAttribute ||
    decodeOrRefuse(() => decodeName(request.subjectDer))
      .flat()
      .some(hasForeignStringType)
  ) {
    throw new CaError('malformed-request', invalidRequest);
  }
  const { signatureAlgorithmDer, signedDer, subjectPublicKeyInfoDer, signature } = request;
  if (!verifies(signatureAlgorithmDer, signedDer, subjectPublicKeyInfoDer, signature.bits, dogtagVersion))
    throw new CaError('bad-proof-of-possession', message);
}

function decodeKeygen(text: string): DecodedCertificateRequest {
  const { subjectPublicKeyInfoDer } = decodeOrRefuse(() => decodeSignedPublicKey(decodeRequestText(text)));
  return { format: 'keygen', subjectPublicKeyInfoDer };
}

function decodeCrmf(text: string, dogtagVersion?: string): DecodedCertificateRequest {
  const messages = decodeOrRefuse(() => decodeCertificateRequestMessages(decodeRequestText(text)));
  // Dogtag stumbles here; its error has no text, and clients are shown the word that Java puts in its place.
  if (messages.length === 0) throw new CaError('malformed-request', 'null');
  for (const message of messages) assertMessageProof(message, dogtagVersion);
  return { format: 'crmf', messages };
}

/** A message without signature passes: Dogtag leaves its proof to whoever approves, as encryption keys cannot sign. Throws CaError `bad-proof-of-possession`. */
export function assertMessageProof(message: CertificateRequestMessage, dogtagVersion?: string): void {
  const proof = message.proofOfPossession;
  if (proof.kind !== 'signature') return;
  const key = message.template.subjectPublicKeyInfoDer;
  const { signatureAlgorithmDer, signature } = proof;
  if (key === null || !verifies(signatureAlgorithmDer, message.requestDer, key, signature.bits, dogtagVersion))
    throw new CaError('bad-proof-of-possession', proofFailed);
}

function decodeOrRefuse<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof CaError) throw error;
    throw new CaError('malformed-request', invalidRequest, { cause: error });
  }
}

const markers = /-----(?:BEGIN|END) (?:NEW )?CERTIFICATE REQUEST-----/g;

/**
 * Bytes of a request as text: with or without its PEM markers, in one line or many. Characters that are not of the alphabet are passed
 * over, as Java's MIME decoder does; the URL alphabet is taken when one of its characters occurs.
 */
export function decodeRequestText(text: string): Buffer {
  if (text.length > textLengthMax) throw new CaError('malformed-request', invalidRequest);
  const body = text.replace(markers, '').replace(/[\r\n ]+/g, '');
  if (!/[-_]/.test(body)) return Buffer.from(body.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64');
  if (!/^[A-Za-z0-9_-]*={0,2}$/.test(body)) throw new CaError('malformed-request', invalidRequest);
  return Buffer.from(body, 'base64url');
}

function verifies(
  algorithmDer: Uint8Array,
  signed: Uint8Array,
  keyDer: Uint8Array,
  signature: Uint8Array,
  dogtagVersion: string | undefined,
): boolean {
  try {
    const algorithm = identifySignatureAlgorithm(algorithmDer);
    if (algorithm === null || !isKeyOfDogtag(keyDer, algorithm, dogtagVersion)) return false;
    const key = createPublicKey(encodePublicKeyPem(keyDer));
    const pss = algorithm.pssSaltBytes !== null;
    const input = pss
      ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.pssSaltBytes ?? 0 }
      : key;
    return verifySignature(algorithm.hash, signed, input, signature);
  } catch {
    // OpenSSL throws for keys and signatures that it cannot take, which is a no as well.
    return false;
  }
}

/** Every enrolment passes here: Node takes a key as PEM text, or as it is, three times faster than wrapped into an object. */
function encodePublicKeyPem(keyDer: Uint8Array): string {
  return `-----BEGIN PUBLIC KEY-----\n${Buffer.from(keyDer).toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

const curvesOfDogtag = new Set(['1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35']);

/** Keys with which Dogtag's NSS verifies; the others it refuses before any profile is asked. */
function isKeyOfDogtag(keyDer: Uint8Array, { hash, keyKind }: SignatureAlgorithm, dogtagVersion?: string): boolean {
  const { kind, curveOid } = decodeSubjectPublicKeyInfo(keyDer);
  // Without a digest the algorithm stands for one kind of key; OpenSSL would choose a digest for any other by itself.
  if (hash === null) return kind === keyKind && kind.startsWith('ml-dsa-') && hasChange(dogtagVersion, 'ml-dsa');
  return kind === 'rsa' || kind === 'dsa' || (kind === 'ec' && curveOid !== null && curvesOfDogtag.has(curveOid));
}
