// The making of an authority that the other side has made: everything but its key, which never leaves that side. A key of ours stands in for it
// while the profile is applied, and gives its place back in the bytes that are compared.
import { createThrowawaySigner } from '#ca-core/signer';
import { computeKeyIdentifier, decodeCertificate, decodeSubjectPublicKeyInfo } from '#codecs/x509';
import type { CmcCredentials, SubmissionServices } from '../enrollment/judge-submission.ts';
import {
  type AuthorityDescription,
  type AuthorityId,
  type AuthorityOrder,
  authorityId,
  type Caller,
  type EnrollmentSubmission,
  type RequestRecord,
} from '../model/index.ts';
import { decodeAuthority, describeAuthority } from './add-authority.ts';
import { requestCertificateFor } from './authority-key.ts';
import { getIssued, judgeCreation, submissionFor } from './create-authority.ts';

export interface ObservedCreation {
  readonly authorityId: AuthorityId | null;
  /** Null when the other side has made none. */
  readonly certificateDer: Uint8Array | null;
}

export interface RehearsalServices extends SubmissionServices {
  submit(submission: EnrollmentSubmission, caller: Caller, known: CmcCredentials): Promise<readonly RequestRecord[]>;
  /** What would have been signed; the last is ours. */
  readonly tbsCertificatesDer: Buffer[];
}

/** Stands for the id of an authority that the other side has not made. */
const nobody = authorityId('00000000-0000-0000-0000-000000000000');
const standInId = 'stand-in';

/** Throws CaError as `createAuthority` does, but for absent keys. */
export async function rehearseCreation(
  order: AuthorityOrder,
  caller: Caller,
  observed: ObservedCreation,
  services: RehearsalServices,
): Promise<AuthorityDescription> {
  const { parent, subjectDer } = await judgeCreation(order, services.authorities);
  const { certificateDer } = observed;
  const itsKeyDer =
    certificateDer === null
      ? parent.certificate.subjectPublicKeyInfoDer
      : decodeCertificate(certificateDer, { rules: 'ber' }).subjectPublicKeyInfoDer;
  const signer = await createThrowawaySigner([{ keyId: standInId, publicKeyDer: itsKeyDer }]);
  const [standIn] = await signer.describe();
  if (standIn === undefined) throw new Error('a throwaway signer has no key');
  const requestPem = await requestCertificateFor(standIn, subjectDer, signer);
  const { submission, credentials } = await submissionFor(requestPem, parent, caller, services);
  const [request] = await services.submit(submission, caller, credentials);
  const id = observed.authorityId ?? nobody;
  const issued = await getIssued(request, id, services);
  const { tbsCertificatesDer } = services;
  const ours = tbsCertificatesDer.pop();
  if (ours !== undefined) tbsCertificatesDer.push(substituteKey(ours, standIn.publicKeyDer, itsKeyDer));
  const certificate = decodeAuthority(certificateDer ?? issued.certificateDer);
  return describeAuthority(
    {
      id,
      isHostAuthority: false,
      parentId: parent.description.id,
      description: order.description || null,
      certificateDer: certificate.der,
      otherCertificatesDer: parent.description.chainDer,
    },
    certificate,
  );
}

/** Both keys are of the same kind and length, so that nothing moves in the encoding. */
function substituteKey(tbsCertificateDer: Buffer, oneKeyDer: Uint8Array, otherKeyDer: Uint8Array): Buffer {
  const identifierOf = (keyDer: Uint8Array) => computeKeyIdentifier(decodeSubjectPublicKeyInfo(keyDer));
  const substituted = Buffer.from(tbsCertificateDer);
  for (const [one, other] of [
    [Buffer.from(oneKeyDer), Buffer.from(otherKeyDer)],
    [identifierOf(oneKeyDer), identifierOf(otherKeyDer)],
  ] as const) {
    const at = substituted.indexOf(one);
    if (at >= 0 && one.length === other.length) other.copy(substituted, at);
  }
  return substituted;
}
