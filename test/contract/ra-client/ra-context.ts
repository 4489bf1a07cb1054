// One RA under test, with what its suites do again and again.
import assert from 'node:assert/strict';
import {
  type CaErrorCode,
  type Caller,
  type CertificateRecord,
  type EnrollmentAction,
  type EnrollmentDecision,
  type EnrollmentSubmission,
  type PenScope,
  profileId,
  type RequestRecord,
  type RevocationReason,
  revocationReasons,
  type SerialNumber,
} from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { callers } from '#test/running-authority';
import { pkcs10 } from './sample-inputs.ts';

export interface OpenedRaClient {
  readonly ra: RaClient;
  movePen(scope: PenScope, holder: 'native' | 'upstream'): Promise<void>;
}

type Submission = Partial<EnrollmentSubmission> & { readonly profile?: string };

/** `opened` gives what the suite has opened by the time a test runs. */
export function createRaContext(opened: () => OpenedRaClient) {
  const context = {
    get ra(): RaClient {
      return opened().ra;
    },
    movePen: (scope: PenScope, holder: 'native' | 'upstream') => opened().movePen(scope, holder),
  };
  const submission = (given: Submission = {}): EnrollmentSubmission => ({
    profileId: profileId(given.profile ?? 'sampleServiceCert'),
    authorityId: null,
    inputs: pkcs10('a.example.test'),
    renewalOf: null,
    ...given,
  });
  const submit = async (given: Submission = {}, caller: Caller = callers.registrationAgent): Promise<RequestRecord> => {
    const requests = await context.ra.submitEnrollment(submission(given), caller);
    const [request] = requests;
    assert(request !== undefined && requests.length === 1);
    return request;
  };
  const certificateOf = async ({ certificateSerials }: RequestRecord): Promise<CertificateRecord> => {
    const [serial] = certificateSerials;
    const certificate = serial === undefined ? null : await context.ra.findCertificate(serial);
    assert(certificate !== null);
    return certificate;
  };
  const issue = async (commonName = 'a.example.test') => certificateOf(await submit({ inputs: pkcs10(commonName) }));
  const submitPending = (commonName = 'p.example.test') =>
    submit({ profile: 'sampleServerCert', inputs: pkcs10(commonName) }, callers.anonymous);
  const decide = (
    { id }: Pick<RequestRecord, 'id'>,
    action: EnrollmentAction,
    edits: EnrollmentDecision['edits'] = null,
    notes: string | null = null,
  ) => context.ra.decideEnrollment({ requestId: id, action, edits, notes }, callers.agent);
  const refuses = (call: Promise<unknown>, code: CaErrorCode, message?: RegExp | string) =>
    assert.rejects(call, { name: 'CaError', code, ...(message === undefined ? {} : { message }) });
  const countRequests = async () => (await context.ra.listRequests({ limit: 1 })).total;

  const revoke = (serial: SerialNumber, reason: keyof typeof revocationReasons, caller: Caller = callers.agent) =>
    context.ra.revokeCertificate(
      {
        serialNumber: serial,
        reason: revocationReasons[reason] as RevocationReason,
        invalidityDate: null,
        comments: null,
      },
      caller,
    );

  /** Every value as it is shown, as an agent's form sends them back, but for `changes`. */
  async function editsOf({ id }: RequestRecord, changes: Readonly<Record<string, string>>) {
    const { policies } = await context.ra.reviewEnrollment(id, callers.agent);
    return policies.flatMap(({ id: policyId, values }) =>
      values.map(({ name: valueName, value }) => ({
        policyId,
        name: valueName,
        value: changes[valueName] ?? value ?? '',
      })),
    );
  }

  async function shownName({ id }: RequestRecord): Promise<string | null | undefined> {
    const { policies } = await context.ra.reviewEnrollment(id, callers.agent);
    return policies.flatMap(({ values }) => values).find((value) => value.name === 'name')?.value;
  }

  return Object.assign(context, {
    submit,
    certificateOf,
    issue,
    submitPending,
    decide,
    refuses,
    countRequests,
    revoke,
    editsOf,
    shownName,
  });
}

export type RaContext = ReturnType<typeof createRaContext>;
