// What the authority must have said for a recorded answer of the REST interface to come about.
import {
  type CertificateRecord,
  type EnrollmentReview,
  profileId,
  type ReviewPolicy,
  type RevocationReason,
  serialNumber,
  type ValueDescriptor,
} from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import {
  type CertificateEntry,
  certificateData,
  certificateEntry,
  type Descriptor,
  enrollmentRequest,
  profileEntry,
  type Review,
  requestInformation,
  review,
} from '#codecs/dogtag-rest';
import { findBase64Bytes } from '#codecs/pem';
import { readEntity, readEntries, readMessage } from './read-rest-answer.ts';
import type { RecordedExchange } from './recorded-exchanges.ts';
import { authorityError, scriptedRefusal } from './scripted-error.ts';
import { authorityDer, certificateFrom, host, profileWith, requestFrom, requestWith } from './scripted-facts.ts';

type Script = Partial<RaClient>;
type Scripter = (exchange: RecordedExchange) => Script;

const isSuccess = ({ response }: RecordedExchange) => response.status < 300;

/** An answer of the authority, or its refusal found again in the recorded message. */
async function orRefusal<T>(exchange: RecordedExchange, value: () => T): Promise<T> {
  if (isSuccess(exchange)) return value();
  const refusal = authorityError(readMessage(exchange));
  if (refusal === null) throw new Error(`${exchange.name} should not have asked the authority`);
  throw refusal;
}

const submit: Scripter = (exchange) => ({
  submitEnrollment: () => orRefusal(exchange, () => readEntries(exchange, requestInformation).entries.map(requestFrom)),
  describeAuthority: async (id) => {
    const message = readMessage(exchange);
    if (message.startsWith('CA not found')) throw scriptedRefusal('unknown-authority', message);
    return { ...host, id: id ?? host.id, enabled: !message.startsWith('CA not enabled') };
  },
  listAuthorities: async () => {
    const wanted = new URL(exchange.request.target, 'http://x').searchParams.get('issuer-dn') ?? '';
    return isSuccess(exchange) ? [host, { ...host, isHostAuthority: false, subject: wanted }] : [host];
  },
});

const request: Scripter = (exchange) => ({
  findRequest: async () => (isSuccess(exchange) ? requestFrom(readEntity(exchange, requestInformation)) : null),
});

const selfTest: Scripter = () => ({ describeAuthority: async () => host });

const certificate: Scripter = (exchange) => ({
  findCertificate: async () => (isSuccess(exchange) ? recordedCertificate(exchange) : null),
  describeAuthority: async () => host,
});

function recordedCertificate(exchange: RecordedExchange): CertificateRecord {
  if (exchange.request.method === 'HEAD') return certificateFrom(authorityDer);
  const { encoded, revocationReason, revokedOn, revokedBy } = readEntity(exchange, certificateData);
  const der = findBase64Bytes((encoded ?? '').replace(/-----[A-Z ]+-----/g, ''));
  if (der === null) throw new Error('no recorded certificate');
  const revocation =
    revokedOn === null
      ? null
      : {
          reason: (revocationReason ?? 0) as RevocationReason,
          revokedAt: revokedOn,
          revokedBy,
          invalidityDate: null,
        };
  return certificateFrom(der, { revocation });
}

/** Lines of lists lack the certificate; only its version is shown of it, and that is the same for all. */
function recordedEntry(entry: CertificateEntry): CertificateRecord {
  const { revokedOn, revokedBy } = entry;
  return certificateFrom(authorityDer, {
    serialNumber: serialNumber(entry.id ?? 0n),
    subject: entry.subject ?? '',
    issuer: entry.issuer ?? '',
    keyAlgorithmOid: entry.keyAlgorithmOid ?? '',
    keyBits: entry.keyLength,
    notBefore: entry.notBefore ?? new Date(0),
    notAfter: entry.notAfter ?? new Date(0),
    issuedAt: entry.issuedOn ?? new Date(0),
    issuedBy: entry.issuedBy,
    revocation: revokedOn === null ? null : { reason: 0, revokedAt: revokedOn, revokedBy, invalidityDate: null },
  });
}

const certificates: Scripter = (exchange) => ({
  searchCertificates: async ({ limit }) => {
    const { total, entries } = readEntries(exchange, certificateEntry);
    // A list stops at twenty although there are more; the authority counts all of them.
    const isCut = exchange.operation === 'rest-list-certificates' && (total === 20 || total === 2);
    return { total: isCut ? 699 : total, certificates: entries.slice(0, limit).map(recordedEntry) };
  },
});

const statusChange: Scripter = (exchange) => {
  const change = async () =>
    exchange.name.includes('lower-case-key') && exchange.release === '10.10.2'
      ? requestWith(1n, { kind: 'revocation', state: 'complete' })
      : orRefusal(exchange, () => requestFrom(readEntity(exchange, requestInformation)));
  const isMissing = exchange.response.status === 404;
  return {
    findCertificate: async () => (isMissing ? null : certificateFrom(authorityDer)),
    revokeCertificate: change,
    releaseCertificate: async (serial) => {
      if (isMissing) throw scriptedRefusal('unknown-certificate', 'not found', String(serial));
      return change();
    },
  };
};

const requests: Scripter = (exchange) => ({
  listRequests: async () => {
    const { total, entries, text } = readEntries(exchange, requestInformation);
    // The link back tells at which position the page began.
    const previous =
      /start=(-?[0-9]+)(?:&amp;|&)pageSize=([0-9]+)" rel="previous|start=(-?[0-9]+)&pageSize=([0-9]+)","rel":"previous"/.exec(
        text,
      );
    const [start, size] = (previous ?? [])
      .slice(1)
      .filter((part) => part !== undefined)
      .map(Number);
    return { requests: entries.map(requestFrom), total, precedingCount: (start ?? 0) + (size ?? 0) };
  },
});

const templates: Scripter = (exchange) => ({
  listProfiles: async () => {
    const { total, entries } = readEntries(exchange, profileEntry);
    const shown = entries.map((entry) =>
      profileWith(entry.profileId ?? '', {
        name: entry.profileName ?? '',
        text: entry.profileDescription ?? '',
        enabled: entry.enabled,
        enabledBy: entry.enabledBy ?? '',
      }),
    );
    const others = Array.from({ length: total - shown.length }, (_, index) => profileWith(`other${index}`));
    const hidden = profileWith('hidden', { visible: false });
    return [hidden, ...shown, ...others];
  },
});

/** Of the profiles of later releases only what was recorded of them is known. */
const profileList: Scripter = (exchange) => (exchange.release === '10.10.2' ? {} : laterProfileList(exchange));

function laterProfileList(exchange: RecordedExchange): Script {
  if (!isSuccess(exchange)) return {};
  const { searchParams } = new URL(exchange.request.target, 'http://x');
  const start = Number(searchParams.get('start') ?? 0);
  return {
    listProfiles: async () => {
      const { total, entries } = readEntries(exchange, profileEntry);
      const alike = { visible: entries[0]?.visible ?? true, enabled: entries[0]?.enabled ?? true };
      const others = (count: number) =>
        Array.from({ length: count }, (_, index) => profileWith(`other${index}`, alike));
      const shown = entries.map((entry) =>
        profileWith(entry.profileId ?? '', {
          name: entry.profileName ?? '',
          text: entry.profileDescription ?? '',
          visible: entry.visible,
          enabled: entry.enabled,
          enabledBy: entry.enabledBy ?? '',
        }),
      );
      return [...others(start), ...shown, ...others(Math.max(total - start - shown.length, 0))];
    },
  };
}

const template: Scripter = (exchange) => ({
  findProfile: async () => {
    if (!isSuccess(exchange)) return null;
    const { profileId: id, renewal, inputs } = readEntity(exchange, enrollmentRequest);
    return profileWith(id ?? '', {
      renewal,
      inputs: inputs.map((input) => ({
        id: input.id ?? '',
        classId: input.classId ?? '',
        name: input.name ?? '',
        text: '',
        values: input.attributes.map(({ name, descriptor }) => ({
          name: name ?? '',
          descriptor: describe(descriptor),
        })),
        parameters: [],
      })),
    });
  },
});

const reviewed: Scripter = (exchange) => ({
  reviewEnrollment: async (id) => {
    if (!isSuccess(exchange)) throw scriptedRefusal('unknown-request', 'not found', String(id));
    return reviewFrom(readEntity(exchange, review));
  },
});

function reviewFrom(body: Review): EnrollmentReview {
  const remote = {
    profileRemoteHost: body.profileRemoteHost ?? '',
    profileRemoteAddr: body.profileRemoteAddress ?? '',
  };
  const notes = body.requestNotes === null || body.requestNotes === '' ? {} : { requestNotes: body.requestNotes };
  return {
    request: requestWith(body.requestId ?? 0n, {
      state: body.requestStatus as 'pending',
      owner: body.requestOwner === '' ? null : body.requestOwner,
      createdAt: new Date(body.requestCreationTime ?? 0),
      modifiedAt: new Date(body.requestModificationTime ?? 0),
      profileId: profileId(body.profileId ?? ''),
      policySetId: body.profileSetId,
      attributes: { ...remote, ...notes },
    }),
    profileName: body.profileName ?? '',
    profileText: body.profileDescription ?? '',
    profileApprovedBy: body.profileApprovedBy,
    profileIsVisible: body.profileIsVisible === 'true',
    inputs: body.inputs.map(({ classId, name, attributes }) => ({
      id: 'i1',
      classId: classIdOf(classId),
      name: name ?? '',
      text: '',
      values: attributes.map((attribute) => ({ name: attribute.name ?? '', descriptor: noDescriptor })),
      parameters: [],
      given: Object.fromEntries(attributes.map((attribute) => [attribute.name ?? '', attribute.value ?? ''])),
    })),
    outputs: [],
    policies: body.policySets.flatMap(({ policies }) => policies.map(policyFrom)),
  };
}

function describe(descriptor: Descriptor | null): ValueDescriptor {
  return {
    syntax: descriptor?.syntax ?? '',
    constraint: descriptor?.constraint ?? null,
    description: descriptor?.description ?? '',
    defaultValue: descriptor?.defaultValue ?? null,
  };
}

const noDescriptor = { syntax: 'string', constraint: null, description: '', defaultValue: null };

/** `CertReqInput` is `certReqInputImpl` in the profile language. */
const classIdOf = (name: string | null) => `${(name ?? '').charAt(0).toLowerCase()}${(name ?? '').slice(1)}Impl`;

function policyFrom(policy: Review['policySets'][number]['policies'][number]): ReviewPolicy {
  return {
    id: policy.id ?? '1',
    defaultClass: '',
    defaultName: policy.default?.name ?? null,
    defaultText: policy.default?.text ?? '',
    values: (policy.default?.attributes ?? []).map(({ name, value, descriptor }) => ({
      name: name ?? '',
      value,
      descriptor: describe(descriptor),
    })),
    defaultParameters: [],
    constraintClass: classIdOf(policy.constraint?.classId ?? null),
    constraintName: policy.constraint?.name ?? null,
    constraintText: policy.constraint?.text ?? '',
    constraintParameters: (policy.constraint?.values ?? []).map(({ name, value, descriptor }) => ({
      name: name ?? '',
      value: value ?? '',
      descriptor: describe(descriptor),
    })),
  };
}

const decision: Scripter = (exchange) => ({
  findRequest: async (id) => {
    if (exchange.response.status === 404) return null;
    const isOver = readMessage(exchange).includes('Not In Pending State');
    return requestWith(id, { state: isOver ? 'complete' : 'pending' });
  },
  decideEnrollment: ({ requestId: id }) => orRefusal(exchange, () => requestWith(id)),
});

const scripters: Readonly<Record<string, Scripter>> = {
  'rest-submit-request': submit,
  'rest-get-request': request,
  'rest-get-certificate': certificate,
  'rest-get-certificate-as-agent': certificate,
  'rest-list-certificates': certificates,
  'rest-search-certificates': certificates,
  'rest-revoke-certificate': statusChange,
  'rest-revoke-ca-certificate': statusChange,
  'rest-unrevoke-certificate': statusChange,
  'rest-list-requests': requests,
  'rest-list-templates': templates,
  'rest-get-template': template,
  'rest-list-profiles': profileList,
  'rest-execute-self-tests': selfTest,
  'rest-run-self-tests': selfTest,
  'rest-run-self-test': selfTest,
  'rest-get-signing-certificate': () => ({ describeAuthority: async () => host }),
  'rest-get-transport-certificate': () => ({ describeAuthority: async () => host }),
  'rest-review-request': reviewed,
  'rest-process-request': decision,
};

export function scriptRest(exchange: RecordedExchange): Script {
  return scripters[exchange.operation]?.(exchange) ?? {};
}
