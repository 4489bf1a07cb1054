// The subject must be that of whoever signed or vouched for a CMC request.
import { decodeCertificate, formatName } from '#codecs/x509';
import { serialNumber } from '../../model/index.ts';
import { rejected } from '../constraint-parameters.ts';
import type { ConstraintClass } from '../profile-class.ts';
import type { ProfileRecords } from '../profile-environment.ts';
import type { Rejection, RequestContext } from '../request-context.ts';

/** Beginning of the refusals: a message whose place is never filled, and the name of the Java class that follows it. */
const notMatched = 'Subject Name Not Matched {0}java.lang.Exception: ';

export const cmcUserSignedSubjectNameConstraint: ConstraintClass = {
  classId: 'cmcUserSignedSubjectNameConstraintImpl',
  className: 'CMCUserSignedSubjectNameConstraint',
  compile: () => ({
    text: 'This constraint accepts user subject name of user-signed CMC request only',
    parameters: [],
    check: (request, { records }) => judgeUserSigned(request, records),
  }),
};

async function judgeUserSigned(
  { attributes, draft }: RequestContext,
  records: Pick<ProfileRecords, 'find'>,
): Promise<Rejection | null> {
  const beginning = `${notMatched}CMCUserSignedSubjectNameConstraint: `;
  if (draft.subjectDer === null) return rejected(`${beginning}infoCertSN null`);
  const serial = attributes.find('cmcSigningCert');
  if (serial === null || !/^\d{1,60}$/.test(serial)) return rejected(`${beginning}certSerial null`);
  const signer = await records.find(serialNumber(BigInt(serial)));
  if (signer === null) return rejected(`${beginning}authTokenCertSN null`);
  const { subjectDer } = decodeCertificate(signer.certificateDer, { rules: 'ber' });
  return formatName(draft.subjectDer) === formatName(subjectDer) ? null : rejected(`${beginning}names do not match`);
}

export const cmcSharedTokenSubjectNameConstraint: ConstraintClass = {
  classId: 'cmcSharedTokenSubjectNameConstraintImpl',
  className: 'CMCSharedTokenSubjectNameConstraint',
  compile: () => ({
    text: 'This constraint accepts user subject name of the self-signed CMC request only',
    parameters: [],
    check: (request) => judgeSharedToken(request),
  }),
};

function judgeSharedToken({ attributes, draft }: RequestContext): Rejection | null {
  const beginning = `${notMatched}CMCSharedTokenSubjectNameConstraint: `;
  if (draft.subjectDer === null) return rejected(`${beginning}infoCertSN null`);
  const authenticated = attributes.find('tokenSharedTokenAuthenticatedCertSubject');
  if (authenticated === null) return rejected(`${beginning}authTokenSharedTokenSN null`);
  return formatName(draft.subjectDer).toLowerCase() === authenticated.toLowerCase()
    ? null
    : rejected(`${beginning}names do not match; authTokenSharedTokenSN =${authenticated}`);
}
