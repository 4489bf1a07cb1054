// Profiles as text in the REST interface: octets in and out, under whatever type they come and are wanted.
import { decodeProfileText, encodeTakenProfile, ProfileSection, ProfileTextError } from '#codecs/dogtag-profile';
import { chooseMediaType } from '#codecs/dogtag-rest';
import { formatJavaDate } from '#codecs/dogtag-text';
import type { OperationHandler } from '../../routing/operation.ts';
import { emptyAnswer, type RestRefusal } from './error-response.ts';
import { isOctets } from './rest-dialects.ts';
import type { RestAnswer, RestCall } from './rest-operation.ts';

const octets = 'application/octet-stream';

export interface RawProfile {
  readonly text: string;
  readonly id: string | null;
  readonly classId: string | null;
  /** What Dogtag answers once it has taken it. */
  readonly echo: Buffer;
}

/** `refuse` makes the refusal of what is wrong with the text. Throws RestRefusal. */
export function readRawProfile({ request, settings }: RestCall, refuse: (problem: string) => RestRefusal): RawProfile {
  try {
    const text = decodeProfileText(request.body);
    const root = ProfileSection.parse(text);
    const echo = encodeTakenProfile(text, formatJavaDate(settings.clock.now(), settings.zone));
    return { text, id: root.find('profileId')?.value ?? null, classId: root.find('classId')?.value ?? null, echo };
  } catch (error) {
    if (error instanceof ProfileTextError) throw refuse(error.message);
    throw error;
  }
}

/** The octets under the type of the form that the client asked for, though they are neither; version 2 calls them what they are. */
export function answerOctets(body: Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): RestAnswer {
  return (form, { api, contentTypes }) => {
    const type = api === 'v2' ? octets : contentTypes[form];
    return { status, headers: { ...headers, 'Content-Type': type }, body };
  };
}

/** Whether an `Accept` rules octets out. One that cannot be read does not. */
export function refusesOctets(accept: string | undefined): boolean {
  return chooseMediaType(accept, [octets]) === 'unacceptable';
}

const asOctets = /^\s*application\/octet-stream\s*(?:[;,]|$)/i;

/** Lets octets through that an operation of entities would refuse for their type. */
export function takingOctets(handler: OperationHandler): OperationHandler {
  return async (request, caller, ra) => {
    const { accept, 'content-type': contentType, ...headers } = request.headers;
    const wantsOctets = accept !== undefined && asOctets.test(accept);
    const isEntity = contentType !== undefined && !isOctets(contentType);
    const response = await handler(
      {
        ...request,
        headers: {
          ...headers,
          ...(accept === undefined || wantsOctets ? {} : { accept }),
          ...(isEntity ? { 'content-type': contentType } : {}),
        },
      },
      caller,
      ra,
    );
    if (!wantsOctets || response.status >= 300) return response;
    return { ...response, headers: { ...response.headers, 'Content-Type': octets } };
  };
}

/** Refuses those who want something else than octets, as the one resource of version 1 does that says itself what it gives out. */
export function givingOctets(handler: OperationHandler): OperationHandler {
  return async (request, caller, ra) =>
    (request.api ?? 'v1') === 'v1' && refusesOctets(request.headers.accept)
      ? emptyAnswer(406)
      : await handler(request, caller, ra);
}
