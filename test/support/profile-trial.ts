// Applies a profile's text to one submission, as the engine would, for tests of profiles alone: what it makes, or the words of the refusal.
import { authorityId, type Caller, profileId } from '#ca-core/engine';
import { encodeNameText } from '#codecs/x509';
import { checkRequest, populateRequest } from '../../ca-core/engine/profiles/apply-profile.ts';
import {
  authenticateCaller,
  standardAuthenticationInstances,
} from '../../ca-core/engine/profiles/caller-authentication.ts';
import { compileProfile } from '../../ca-core/engine/profiles/compile-profile.ts';
import { parseSubmission } from '../../ca-core/engine/profiles/parse-submission.ts';
import type { ApplicationContext, ProfileEnvironment } from '../../ca-core/engine/profiles/profile-environment.ts';
import { reviewRequest } from '../../ca-core/engine/profiles/review-request.ts';
import { settleDraft } from '../../ca-core/engine/profiles/settle-draft.ts';
import { profileSettings } from './profile-settings.ts';

export const trialTime = new Date('2026-07-01T12:00:00Z');

export const anonymous: Caller = {
  userId: null,
  groups: [],
  certificateDer: null,
  remoteAddress: '127.0.0.1',
  remoteHost: 'localhost',
  viaSession: false,
};

const emptyRecords = { find: async () => null, findBySubject: async () => [], findByPublicKey: async () => [] };

export interface ProfileTrial {
  readonly lines: readonly string[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Partial<ProfileEnvironment>;
  readonly authority?: Partial<ApplicationContext['authority']>;
  readonly context?: Partial<ApplicationContext>;
  readonly caller?: Caller;
}

/** Lines of a profile that takes a certificate request; `policies` are pairs of lines below `default` and `constraint`. */
export function profileLines(
  policies: readonly { readonly default?: readonly string[]; readonly constraint?: readonly string[] }[],
  head: readonly string[] = ['auth.instance_id='],
): readonly string[] {
  const below = (prefix: string, [className = '', ...parameters]: readonly string[]) => [
    `${prefix}.class_id=${className}`,
    ...parameters.map((parameter) => `${prefix}.params.${parameter}`),
  ];
  return [
    'name=A',
    'desc=B',
    'enable=true',
    ...head,
    ...(head.some((line) => line.startsWith('input.list'))
      ? []
      : ['input.list=i1', 'input.i1.class_id=certReqInputImpl']),
    'policyset.list=s',
    `policyset.s.list=${policies.map((_, index) => index + 1).join(',')}`,
    ...policies.flatMap(({ default: made = ['noDefaultImpl'], constraint = ['noConstraintImpl'] }, index) => [
      ...below(`policyset.s.${index + 1}.default`, made),
      ...below(`policyset.s.${index + 1}.constraint`, constraint),
    ]),
  ];
}

export function compileTrial({ lines, environment = {} }: ProfileTrial) {
  return compileProfile(
    { id: profileId('trial'), classId: 'caEnrollImpl', configurationText: `${lines.join('\n')}\n` },
    environmentOf(environment),
  );
}

/** The draft that would be signed, the request that it is of, and what an agent is shown; or the message of the refusal. */
export async function tryProfile(trial: ProfileTrial) {
  const { inputs = {}, environment = {}, authority = {}, context = {}, caller = anonymous } = trial;
  const profile = compileTrial(trial);
  const given: ApplicationContext = {
    authority: {
      id: authorityId('trial'),
      subjectDer: encodeNameText('CN=Trial Authority'),
      keyIdentifier: Buffer.alloc(20, 7),
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2036-01-01T00:00:00Z'),
      signatureKeyKind: 'rsa',
      ...authority,
    },
    now: trialTime,
    records: emptyRecords,
    observedValidity: null,
    ...context,
  };
  try {
    const authentication = authenticateCaller(profile, caller, environmentOf(environment));
    const submission = {
      inputs,
      authorityId: null,
      remoteHost: 'localhost',
      remoteAddress: '127.0.0.1',
      language: 'en',
    };
    const [parsed] = [...parseSubmission(profile, submission, authentication, () => given)];
    if (parsed === undefined) return 'no request';
    populateRequest(profile, parsed.request, given);
    const rejection = await checkRequest(profile, parsed.request, given);
    if (rejection !== null) return `${rejection.kind}: ${rejection.message}`;
    return {
      draft: settleDraft(parsed.request.draft, given, parsed.request.dogtagVersion),
      request: parsed.request,
      review: () => reviewRequest(profile, parsed.request, given),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'CaError') return error.message;
    throw error;
  }
}

function environmentOf(changes: Partial<ProfileEnvironment>): ProfileEnvironment {
  return {
    ...profileSettings,
    defaultSigningAlgorithm: 'SHA256withRSA',
    signingAlgorithms: ['SHA256withRSA'],
    hostAuthorityNotBefore: new Date('2026-01-01T00:00:00Z'),
    hostAuthorityNotAfter: new Date('2036-01-01T00:00:00Z'),
    authenticationInstances: standardAuthenticationInstances,
    ...changes,
  };
}
