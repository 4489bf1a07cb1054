// No certificate may have the key already, unless it is one of the same subject that is being renewed.
import { decodeCertificate } from '#codecs/x509';
import { type CertificateRecord, certificateStatusAt } from '../../model/index.ts';
import { rejected } from '../constraint-parameters.ts';
import type { ConstraintClass } from '../profile-class.ts';
import type { Rejection, RequestContext } from '../request-context.ts';
import { flagDescriptor } from '../value-descriptor.ts';

const allowName = 'allowSameKeyRenewal';

export const uniqueKeyConstraint: ConstraintClass = {
  classId: 'uniqueKeyConstraintImpl',
  className: 'UniqueKeyConstraint',
  compile: (parameters) => {
    const allowsRenewal = parameters.flag(allowName);
    return {
      text: 'This constraint allows certificate requests with same keys when key uniqueness is enforced',
      parameters: [{ name: allowName, descriptor: flagDescriptor('Allow renewal of certification with same keys') }],
      check: async (request, { records, now }) => {
        const key = request.draft.subjectPublicKeyInfoDer;
        if (key === null) return rejected('Key Not Found');
        const beginning = `: ${allowName}=${allowsRenewal};`;
        // In the order in which the directory gave them.
        const known = [...(await records.findByPublicKey(key))].sort((one, other) =>
          one.serialNumber < other.serialNumber ? -1 : 1,
        );
        if (known.length === 0) return null;
        return allowsRenewal
          ? judgeRenewal(known, request, now, beginning)
          : rejected(`${beginning}found existing cert with same key;`);
      },
    };
  },
};

/** Notes the latest end of the certificates with this key, for the grace period of a renewal. */
function judgeRenewal(
  known: readonly CertificateRecord[],
  request: RequestContext,
  now: Date,
  beginning: string,
): Rejection | null {
  let message = beginning;
  let latestEnd: Date | null = null;
  let refusal: Rejection | null = null;
  for (const record of known) {
    message += `existing cert with same key found: ${record.serialNumber};`;
    const status = certificateStatusAt(record, now);
    if (status === 'revoked' || status === 'revoked-expired') {
      refusal = rejected(`${message}revoked cert cannot be renewed;`);
      break;
    }
    if (status === 'invalid') continue;
    if (!hasSubject(record, request.draft.subjectDer)) {
      refusal = rejected(`${message}subject name not match in same key renewal;`);
      break;
    }
    if (latestEnd === null || latestEnd < record.notAfter) latestEnd = record.notAfter;
  }
  if (latestEnd !== null && request.attributes.find('origNotAfter') === null)
    request.attributes.set('origNotAfter', latestEnd.getTime().toString());
  return refusal;
}

function hasSubject(record: CertificateRecord, subjectDer: Uint8Array | null): boolean {
  return (
    subjectDer !== null && decodeCertificate(record.certificateDer, { rules: 'ber' }).subjectDer.equals(subjectDer)
  );
}
