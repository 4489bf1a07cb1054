// Requests as rows of the agents' lists (Dogtag's ReqParser and CertReqParser without details).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { decodeTbsCertificate, formatName } from '#codecs/x509';
import type { Caller, RaClient, RequestRecord } from '../../contract.ts';
import { findRequestFact } from '../request-facts.ts';
import { requestTypeName } from '../request-types.ts';
import { epochSeconds } from './epoch-seconds.ts';

export async function requestRow(record: RequestRecord, caller: Caller, ra: RaClient): Promise<TemplateBlock> {
  const { id, kind, state, createdAt, modifiedAt, owner, failed, errorMessage } = record;
  const isEnrollment = kind === 'enrollment' || kind === 'renewal';
  const subject = isEnrollment ? await findSubject(record, ra) : null;
  const comments = findRequestFact(record, 'csrRequestorComments');
  return [
    ...(subject === null ? [] : [['subject', subject] as const]),
    ['requestType', requestTypeName(kind)],
    ['seqNum', String(id)],
    ['status', state],
    ['createdOn', epochSeconds(createdAt)],
    ['updatedOn', epochSeconds(modifiedAt)],
    ['updatedBy', findRequestFact(record, 'updatedBy') ?? ''],
    ['callerName', caller.userId ?? ''],
    ...(owner === null ? [] : [['assignedTo', owner] as const]),
    ['certExtsEnabled', 'yes'],
    ['profile', String(isEnrollment)],
    ...(comments === null ? [] : [['csrRequestorComments', comments] as const]),
    ...(isEnrollment || state !== 'complete' ? [] : [['result', failed ? '2' : '1'] as const]),
    ...(errorMessage === null ? [] : [['errors', errorMessage] as const]),
  ];
}

/** Of the certificate, or of what has been agreed on so far. */
async function findSubject({ certificateSerials, draftDer }: RequestRecord, ra: RaClient): Promise<string | null> {
  const [serial] = certificateSerials;
  const certificate = serial === undefined ? null : await ra.findCertificate(serial);
  if (certificate !== null) return certificate.subject;
  return draftDer === null ? null : formatName(decodeTbsCertificate(draftDer).subjectDer);
}
