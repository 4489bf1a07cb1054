// No certificate in force may have the subject already; on demand only those with the same key usage count.
import { DerError, openDer } from '#codecs/der';
import { decodeCertificate, extensionOids, formatName } from '#codecs/x509';
import type { CertificateDraft } from '../../issuance/certificate-draft.ts';
import { type CertificateRecord, certificateStatusAt, revocationReasons } from '../../model/index.ts';
import { rejected } from '../constraint-parameters.ts';
import { findExtension } from '../draft-extensions.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { flagDescriptor } from '../value-descriptor.ts';

const checkingName = 'enableKeyUsageExtensionChecking';

export const uniqueSubjectNameConstraint: ConstraintClass = {
  classId: 'uniqueSubjectNameConstraintImpl',
  className: 'UniqueSubjectNameConstraint',
  compile: (parameters) => {
    const comparesKeyUsage = parameters.flag(checkingName);
    return {
      text: 'This constraint accepts unique subject name only',
      parameters: [
        {
          name: checkingName,
          descriptor: flagDescriptor(
            'Allow duplicate subject names with different key usage for agent approved requests',
            'true',
          ),
        },
      ],
      check: async ({ draft }, { records, now }) => {
        if (draft.subjectDer === null) return rejected('Subject Name Not Found');
        const subject = formatName(draft.subjectDer);
        const rivals = await records.findBySubject(subject);
        const rival = rivals.find(
          (record) => isInForce(record, now) && (!comparesKeyUsage || hasKeyUsageOf(record, draft)),
        );
        return rival === undefined ? null : rejected(`Subject Name Not Unique ${subject}`);
      },
    };
  },
};

/** Revoked for no stated reason, or only on hold, still counts. */
function isInForce(record: CertificateRecord, now: Date): boolean {
  const status = certificateStatusAt(record, now);
  if (status === 'expired' || status === 'revoked-expired') return false;
  if (status !== 'revoked' || record.revocation === null) return true;
  const { reason } = record.revocation;
  return reason === revocationReasons.unspecified || reason === revocationReasons.certificateHold;
}

function hasKeyUsageOf(record: CertificateRecord, draft: CertificateDraft): boolean {
  const { extensions } = decodeCertificate(record.certificateDer, { rules: 'ber' });
  const theirs = extensions.find(({ oid }) => oid === extensionOids.keyUsage) ?? null;
  const ours = findExtension(draft, extensionOids.keyUsage);
  if (theirs === null || ours === null) return theirs === ours;
  return bitsOf(theirs.valueDer) === bitsOf(ours.valueDer);
}

function bitsOf(valueDer: Uint8Array): string {
  try {
    const bits = openDer(valueDer, { rules: 'ber' }).readNamedBits();
    return bits.map((bit) => (bit ? '1' : '0')).join('');
  } catch (error) {
    if (error instanceof DerError) return 'unreadable';
    throw error;
  }
}
