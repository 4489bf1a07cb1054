// What a response says to the controls of its request, control by control in Dogtag's order (CMCOutputTemplate).
import {
  type CmcControlName,
  cmcControls,
  decodeCmcCertId,
  decodeGetCert,
  decodeIntegerValue,
  decodeOctetStringValue,
  encodeStatusInfo,
  type PkiData,
  type StatusInfo,
  type TaggedAttribute,
} from '#codecs/cmc';
import { encodeOctetString } from '#codecs/der';
import { formatName } from '#codecs/x509';
import { randomBytes } from '#platform';
import {
  type CertificateRecord,
  type RequestId,
  type RequestRecord,
  requestId,
  type SerialNumber,
  serialNumber,
} from '../model/index.ts';
import { findControl } from './find-control.ts';
import { readOrNull } from './read-or-null.ts';
import { type CmcRevocationServices, type CmcRevoker, revokeByCmc } from './revoke-by-cmc.ts';

export interface ControlServices extends CmcRevocationServices {
  findCertificate(serial: SerialNumber): Promise<CertificateRecord | null>;
  findRequest(id: RequestId): Promise<RequestRecord | null>;
}

export type ResponseControl = Omit<TaggedAttribute, 'bodyPartId'>;

export interface AnsweredControls {
  readonly controls: readonly ResponseControl[];
  /** The certificate that was asked for, if it is there. */
  readonly certificatesDer: readonly Uint8Array[];
}

/** Throws DerError for a control whose value cannot be read; Dogtag then answers nothing at all. */
export async function answerControls(
  data: PkiData,
  authoritySubject: string,
  revoker: CmcRevoker,
  services: ControlServices,
): Promise<AnsweredControls> {
  const controls: ResponseControl[] = [];
  const certificatesDer: Uint8Array[] = [];
  const answerTo = async (
    name: CmcControlName,
    answer: (control: TaggedAttribute) => Promise<readonly ResponseControl[]> | readonly ResponseControl[],
  ) => {
    const control = findControl(data, name);
    if (control !== null) controls.push(...(await answer(control)));
  };
  await answerTo('getCert', async (control) => {
    const found = await findAskedCertificate(control, authoritySubject, services);
    if (found !== null) certificatesDer.push(found.certificateDer);
    const isUnanswered = found === null && control.valuesDer.length === 1;
    return isUnanswered ? [statusControl(badCertificateId(control))] : [];
  });
  await answerTo('dataReturn', ({ valuesDer: [valueDer] }) =>
    valueDer === undefined
      ? []
      : [{ oid: cmcControls.dataReturn, valuesDer: [encodeOctetString(decodeOctetStringValue(valueDer))] }],
  );
  await answerTo('transactionId', ({ valuesDer }) => [{ oid: cmcControls.transactionId, valuesDer }]);
  await answerTo('senderNonce', ({ valuesDer }) => [
    { oid: cmcControls.recipientNonce, valuesDer },
    // Dogtag sends its nonce as a line of base64.
    { oid: cmcControls.senderNonce, valuesDer: [encodeOctetString(Buffer.from(`${freshNonce()}\r\n`))] },
  ]);
  await answerTo('queryPending', (control) => answerQuery(control, services));
  // Dogtag looks the certificate up and then says no whatever it found.
  await answerTo('confirmCertAcceptance', (control) => {
    const [valueDer] = control.valuesDer;
    const isReadable = valueDer !== undefined && readOrNull(() => decodeCmcCertId(valueDer)) !== null;
    return isReadable ? [statusControl(badCertificateId(control))] : [];
  });
  await answerTo('revokeRequest', async (control) => {
    const status = await revokeByCmc(control, data, revoker, services);
    return status === null ? [] : [statusControl(status)];
  });
  return { controls, certificatesDer };
}

export function statusControl(status: StatusInfo): ResponseControl {
  return { oid: cmcControls.statusInfoV2, valuesDer: [encodeStatusInfo(status)] };
}

function badCertificateId({ bodyPartId }: TaggedAttribute): StatusInfo {
  return {
    status: 'failed',
    bodyPartIds: [bodyPartId],
    text: null,
    otherInfo: { kind: 'fail', failure: 'badCertId' },
  };
}

function freshNonce(): string {
  return randomBytes(32).toString('base64');
}

async function findAskedCertificate(
  { valuesDer: [valueDer, ...others] }: TaggedAttribute,
  authoritySubject: string,
  services: ControlServices,
): Promise<CertificateRecord | null> {
  if (valueDer === undefined || others.length > 0) return null;
  const asked = decodeGetCert(valueDer);
  if (formatName(asked.issuerDer).toLowerCase() !== authoritySubject.toLowerCase() || asked.serialNumber < 0n)
    return null;
  return await services.findCertificate(serialNumber(asked.serialNumber));
}

/** The number of a request comes as an INTEGER whose octets are its digits, and every status lists those that wait: both are Dogtag's. */
async function answerQuery({ valuesDer }: TaggedAttribute, services: ControlServices): Promise<ResponseControl[]> {
  const waiting: bigint[] = [];
  const states = new Set<RequestRecord['state']>();
  for (const valueDer of valuesDer) {
    const asked = decodeIntegerValue(valueDer);
    const text = Buffer.from(asked.toString(16).replace(/^(.(?:..)*)$/, '0$1'), 'hex').toString('latin1');
    if (!/^\d{1,60}$/.test(text)) continue;
    const record = await services.findRequest(requestId(BigInt(text)));
    if (record === null) continue;
    states.add(record.state);
    if (record.state === 'pending') waiting.push(asked);
  }
  const told = [
    ['pending', 'pending'],
    ['approved', 'success'],
    ['rejected', 'failed'],
  ] as const;
  return told
    .filter(([state]) => states.has(state))
    .map(([, status]) => statusControl({ status, bodyPartIds: waiting, text: null, otherInfo: null }));
}
