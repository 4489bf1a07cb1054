// CertReqMessages of CRMF (RFC 4211): templates of the certificates asked for, and the proofs that come with them.
import {
  type BitString,
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  encodeElement,
  openDer,
  tags,
} from '#codecs/der';
import { type CertificateExtension, readExtensions } from '#codecs/x509';

export interface CertificateRequestMessage {
  /** CertRequest as it was signed. */
  readonly requestDer: Buffer;
  readonly requestId: bigint;
  readonly template: CertificateTemplate;
  readonly controls: readonly RequestControl[];
  readonly proofOfPossession: ProofOfPossession;
}

/** Parts that the requester leaves to the authority are null. */
export interface CertificateTemplate {
  readonly subjectDer: Buffer | null;
  readonly subjectPublicKeyInfoDer: Buffer | null;
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
  readonly extensions: readonly CertificateExtension[] | null;
}

export interface RequestControl {
  readonly oid: string;
  readonly valueDer: Buffer;
}

export type ProofOfPossession =
  | { readonly kind: 'none' | 'ra-verified' | 'key-encipherment' | 'key-agreement' }
  | {
      readonly kind: 'signature';
      readonly signatureAlgorithmDer: Buffer;
      readonly signature: BitString;
    };

const bytesMax = 1024 * 1024;
const messagesMax = 64;
const controlsMax = 64;

/** Messages in order. Throws DerError. */
export function decodeCertificateRequestMessages(der: Uint8Array): CertificateRequestMessage[] {
  const outer = openDer(der, { bytesMax });
  const sequence = outer.enterSequence('CertReqMessages');
  outer.assertEnd('CertReqMessages');
  const messages: CertificateRequestMessage[] = [];
  while (!sequence.isAtEnd) {
    if (messages.length >= messagesMax) throw new DerError(`more than ${messagesMax} requests in one message`);
    messages.push(readCertificateRequestMessage(sequence.enterSequence('CertReqMsg')));
  }
  return messages;
}

/** `message` is a reader of the content of one CertReqMsg. Throws DerError. */
export function readCertificateRequestMessage(message: DerReader): CertificateRequestMessage {
  const request = message.readElement(tags.sequence, 'CertRequest');
  const reader = message.enterElement(request);
  const requestId = reader.readInteger('certReqId');
  const template = readTemplate(reader.enterSequence('CertTemplate'));
  const controls = reader.isAtEnd ? [] : readControls(reader.enterSequence('controls'));
  reader.assertEnd('CertRequest');
  const proofOfPossession = readProof(message);
  // regInfo says nothing that Dogtag would use.
  if (!message.isAtEnd) message.readElement(tags.sequence, 'regInfo');
  message.assertEnd('CertReqMsg');
  return { requestDer: request.bytes, requestId, template, controls, proofOfPossession };
}

function readTemplate(reader: DerReader): CertificateTemplate {
  const passedOver = [contextPrimitive(0), contextPrimitive(1), contextConstructed(2), contextConstructed(3)];
  for (const tag of passedOver) reader.findElement(tag, 'CertTemplate');
  const validity = reader.findEntered(contextConstructed(4), 'validity');
  const notBefore = validity?.findEntered(contextConstructed(0), 'notBefore')?.readTime('notBefore') ?? null;
  const notAfter = validity?.findEntered(contextConstructed(1), 'notAfter')?.readTime('notAfter') ?? null;
  validity?.assertEnd('validity');
  const subject = reader.findEntered(contextConstructed(5), 'subject');
  const subjectDer = subject?.readElement(tags.sequence, 'subject').bytes ?? null;
  const key = reader.findElement(contextConstructed(6), 'publicKey');
  for (const tag of [contextPrimitive(7), contextPrimitive(8)]) reader.findElement(tag, 'unique identifier');
  const extensions = reader.findElement(contextConstructed(9), 'extensions');
  reader.assertEnd('CertTemplate');
  return {
    subjectDer,
    subjectPublicKeyInfoDer: key === null ? null : encodeElement(tags.sequence, key.content),
    notBefore,
    notAfter,
    extensions:
      extensions === null
        ? null
        : readExtensions(openDer(encodeElement(tags.sequence, extensions.content), { rules: 'ber' })),
  };
}

function readControls(reader: DerReader): RequestControl[] {
  const controls: RequestControl[] = [];
  while (!reader.isAtEnd) {
    if (controls.length >= controlsMax) throw new DerError(`more than ${controlsMax} controls`);
    const control = reader.enterSequence('control');
    const oid = control.readObjectIdentifier('control type');
    const valueDer = control.readAny('control value').bytes;
    control.assertEnd('control');
    controls.push({ oid, valueDer });
  }
  return controls;
}

function readProof(message: DerReader): ProofOfPossession {
  switch (message.peekTag()) {
    case contextPrimitive(0):
      message.readAny('raVerified');
      return { kind: 'ra-verified' };
    case contextConstructed(1):
      return readSignature(message.enter(contextConstructed(1), 'POPOSigningKey'));
    case contextConstructed(2):
      message.readAny('keyEncipherment');
      return { kind: 'key-encipherment' };
    case contextConstructed(3):
      message.readAny('keyAgreement');
      return { kind: 'key-agreement' };
    default:
      return { kind: 'none' };
  }
}

function readSignature(reader: DerReader): ProofOfPossession {
  // The input of a proof that does not sign the request itself; Dogtag passes over it and verifies against the request all the same.
  reader.findElement(contextConstructed(0), 'poposkInput');
  const signatureAlgorithmDer = reader.readElement(tags.sequence, 'algorithmIdentifier').bytes;
  const signature = reader.readBitString('signature');
  reader.assertEnd('POPOSigningKey');
  return { kind: 'signature', signatureAlgorithmDer, signature };
}
