// What the authority must have said for a recorded answer of a servlet to come about.
import {
  type CertificateRecord,
  type CrlRecord,
  type EnrollmentReview,
  profileId,
  type RequestRecord,
  type RequestState,
  serialNumber,
} from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import type { ArgsetSet } from '#codecs/dogtag-servlets';
import { decodeCertificateChain } from '#codecs/pkcs';
import { decodeCertificateList, decodeCrlNumber } from '#codecs/x509';
import {
  findCertificateIn,
  isXml,
  listInArgset,
  readArgset,
  readSubmission,
  readTemplate,
  textInArgset,
} from './read-servlet-answer.ts';
import { type RecordedExchange, readRecordedExchanges } from './recorded-exchanges.ts';
import { authorityError, scriptedRefusal } from './scripted-error.ts';
import { authorityDer, certificateFrom, host, kindNamed, profileWith, requestWith } from './scripted-facts.ts';
import { readingScripters } from './scripted-reading-servlets.ts';
import { revocationScripters } from './scripted-revocation-servlets.ts';

type Script = Partial<RaClient>;
type Scripter = (exchange: RecordedExchange) => Script;

/** The exchange with that word in its name. */
function recorded(name: string, { release }: RecordedExchange): RecordedExchange {
  const exchange = readRecordedExchanges('servlet', release).find((candidate) => candidate.name.endsWith(name));
  if (exchange === undefined) throw new Error(`${name} was not recorded`);
  return exchange;
}

const withCertificate = (certificate: CertificateRecord | null): Script => ({
  findCertificate: async () => certificate,
  describeAuthority: async () => host,
});

const submit: Scripter = (exchange) => {
  const { code, error, ids } = readSubmission(exchange);
  const der = findCertificateIn(exchange);
  const certificate = der === null ? null : certificateFrom(der);
  return {
    ...withCertificate(certificate),
    findProfile: async (id) => (/^Profile .* Not Found$/.test(error) ? null : profileWith(id)),
    describeAuthority: async () => {
      if (error.startsWith('CA not found')) throw scriptedRefusal('unknown-authority', error);
      return host;
    },
    submitEnrollment: async () => {
      if (code === '1')
        throw authorityError(error) ?? new Error(`${exchange.name} should not have asked the authority`);
      return ids.map((id) => submitted(id, code, error, certificate));
    },
  };
};

function submitted(id: string, code: string, error: string, certificate: CertificateRecord | null): RequestRecord {
  if (code === '2') return requestWith(BigInt(id));
  if (code === '3')
    return requestWith(BigInt(id), {
      state: 'rejected',
      errorMessage: error.replace(/^Request [0-9]+ Rejected - /, ''),
    });
  const certificateSerials = certificate === null ? [] : [certificate.serialNumber];
  return requestWith(BigInt(id), { state: 'complete', certificateSerials });
}

const review: Scripter = (exchange) => {
  // The page shows what the XML of the same request does.
  const source = isXml(exchange) ? exchange : recorded('profileProcess-review', exchange);
  const set = readArgset(source);
  const reason = textInArgset(set, 'errorReason');
  return {
    ...withCertificate(null),
    reviewEnrollment: async (id) => {
      if (reason !== '') throw scriptedRefusal('unknown-request', reason, String(id));
      return reviewFrom(set);
    },
  };
};

function reviewFrom(set: ArgsetSet): EnrollmentReview {
  const text = (name: string) => textInArgset(set, name);
  const notes = text('requestNotes');
  return {
    request: requestWith(BigInt(text('requestId')), {
      kind: kindNamed(text('requestType')),
      state: text('requestStatus') as RequestState,
      owner: text('requestOwner') === '' ? null : text('requestOwner'),
      createdAt: new Date(text('requestCreationTime')),
      modifiedAt: new Date(text('requestModificationTime')),
      profileId: profileId(text('profileId')),
      policySetId: text('profileSetId'),
      attributes: {
        profileRemoteHost: text('profileRemoteHost'),
        profileRemoteAddr: text('profileRemoteAddr'),
        ...(notes === '' ? {} : { requestNotes: notes }),
      },
    }),
    profileName: text('profileName'),
    profileText: text('profileDesc'),
    profileApprovedBy: text('profileApprovedBy'),
    profileIsVisible: text('profileIsVisible') === 'true',
    inputs: [inputFrom(listInArgset(set, 'inputList'))],
    outputs: profileWith('').outputs,
    policies: listInArgset(set, 'record').map((policy) => ({
      id: textInArgset(policy, 'policyId'),
      defaultClass: '',
      defaultName: null,
      defaultText: textInArgset(policy, 'defDesc'),
      values: listInArgset(policy, 'defList').map((value) => ({
        name: textInArgset(value, 'defId'),
        value: withLineEnds(textInArgset(value, 'defVal')),
        descriptor: descriptorFrom(value, 'def'),
      })),
      defaultParameters: [],
      constraintClass: '',
      constraintName: null,
      constraintText: textInArgset(policy, 'conDesc'),
      constraintParameters: [],
    })),
  };
}

/** Records in values have CRLF, which reading XML makes plain line feeds. */
function withLineEnds(value: string): string {
  return value.startsWith('Record #') ? value.replaceAll('\n', '\r\n') : value;
}

function inputFrom(values: readonly ArgsetSet[]): EnrollmentReview['inputs'][number] {
  return {
    id: 'i1',
    classId: 'certReqInputImpl',
    name: '',
    text: '',
    values: values.map((value) => ({
      name: textInArgset(value, 'inputId'),
      descriptor: descriptorFrom(value, 'input'),
    })),
    parameters: [],
    given: Object.fromEntries(
      values
        .map((value) => [textInArgset(value, 'inputId'), textInArgset(value, 'inputVal')] as const)
        .filter(([, text]) => text !== ''),
    ),
  };
}

/** An empty constraint is none: XML shows both as nothing. */
function descriptorFrom(set: ArgsetSet, prefix: string) {
  const constraint = textInArgset(set, `${prefix}Constraint`);
  return {
    syntax: textInArgset(set, `${prefix}Syntax`),
    constraint: constraint === '' ? null : constraint,
    description: textInArgset(set, `${prefix}Name`),
    defaultValue: null,
  };
}

const decide: Scripter = (exchange) => {
  const set = readArgset(exchange);
  const reason = textInArgset(set, 'errorReason');
  const der = findCertificateIn(exchange);
  const certificate = der === null ? null : certificateFrom(der);
  const kind = kindNamed(textInArgset(set, 'requestType') || 'enrollment');
  const decided = {
    kind,
    state: (textInArgset(set, 'requestStatus') || 'pending') as RequestState,
    profileId: profileId(textInArgset(set, 'profileId') || 'caServerCert'),
    certificateSerials: certificate === null ? [] : [certificate.serialNumber],
  };
  return {
    ...withCertificate(certificate),
    findRequest: async (id) => {
      if (reason.endsWith(' Not Found')) return null;
      const state = reason === 'Request Not In Pending State' ? 'complete' : 'pending';
      return requestWith(id, { ...decided, state, certificateSerials: [] });
    },
    findProfile: async (id) => profileWith(id),
    decideEnrollment: async ({ requestId: id }) => {
      if (reason !== '')
        throw authorityError(reason) ?? new Error(`${exchange.name} should not have asked the authority`);
      return requestWith(id, decided);
    },
  };
};

const check: Scripter = (exchange) => {
  const { header, fixed, records } = readTemplate(exchange);
  const serial = records[0]?.get('serialNumber');
  const chain = header.get('pkcs7ChainBase64');
  const der = chain === undefined ? authorityDer : leafOf(chain);
  const certificate =
    serial === undefined ? null : certificateFrom(der, { serialNumber: serialNumber(BigInt(`0x${serial}`)) });
  const seconds = (name: string) => new Date(Number(header.get(name) ?? 0) * 1000);
  const notes = header.get('requestNotes');
  return {
    ...withCertificate(certificate),
    findRequest: async (id) =>
      fixed.has('unexpectedError')
        ? null
        : requestWith(id, {
            state: header.get('status') as RequestState,
            createdAt: seconds('createdOn'),
            modifiedAt: seconds('updatedOn'),
            attributes: notes === undefined ? {} : { requestNotes: notes },
            certificateSerials: certificate === null ? [] : [certificate.serialNumber],
          }),
  };
};

function leafOf(chainBase64: string): Buffer {
  const leaf = decodeCertificateChain(Buffer.from(chainBase64, 'base64')).find((der) => !der.equals(authorityDer));
  if (leaf === undefined) throw new Error('no certificate in the recorded chain');
  return leaf;
}

const display: Scripter = (exchange) => {
  const { fixed } = readTemplate(exchange);
  const der = findCertificateIn(exchange);
  const error = fixed.get('unexpectedError') ?? '';
  const certificate = der === null ? null : certificateFrom(der);
  return {
    ...withCertificate(certificate),
    findRequest: async (id) => {
      if (error.includes('was not found')) return null;
      return certificate === null
        ? requestWith(id)
        : requestWith(id, { state: 'complete', certificateSerials: [certificate.serialNumber] });
    },
  };
};

const list: Scripter = (exchange) => ({
  listProfiles: async () =>
    listInArgset(readArgset(exchange), 'record').map((entry) =>
      profileWith(textInArgset(entry, 'profileId'), {
        name: textInArgset(entry, 'profileName'),
        text: textInArgset(entry, 'profileDesc'),
        enabled: textInArgset(entry, 'profileIsEnable') === 'true',
        enabledBy: textInArgset(entry, 'profileEnableBy'),
        visible: textInArgset(entry, 'profileIsVisible') === 'true',
      }),
    ),
});

const authority: Scripter = () => ({ describeAuthority: async () => host });

/** The CRL of the time of the exchanges that show or check it. */
function recordedCrl(exchange: RecordedExchange): CrlRecord {
  const crlDer = recorded('crl-get', exchange).response.body;
  const { extensions, thisUpdate, nextUpdate, revokedCertificates } = decodeCertificateList(crlDer);
  const number = extensions.find(({ oid }) => oid === '2.5.29.20');
  if (number === undefined) throw new Error('the recorded CRL has no number');
  return {
    issuingPoint: 'MasterCRL',
    kind: 'full',
    crlDer,
    crlNumber: decodeCrlNumber(number.valueDer),
    thisUpdate,
    nextUpdate,
    entryCount: [...revokedCertificates()].length,
    origin: 'imported',
  };
}

const crl: Scripter = (exchange) => ({
  findCrl: async (point, kind) => {
    if (point !== 'MasterCRL') throw scriptedRefusal('unknown-issuing-point', `no issuing point ${point}`);
    return kind === 'delta' ? null : recordedCrl(exchange);
  },
  generateCrl: async () => recordedCrl(exchange),
});

/** Every certificate is there but one; the authority's own is not to be revoked. */
const tokenStatus: Scripter = ({ response }) => {
  const isDone = response.body.toString().startsWith('status=0');
  return {
    findCertificate: async (serial) =>
      serial === 999_999_999n ? null : certificateFrom(authorityDer, { serialNumber: serial }),
    revokeCertificate: async ({ serialNumber: serial }) => {
      if (!isDone)
        throw scriptedRefusal('not-authorized', `Certificate 0x${serial.toString(16)} is a CA signing certificate`);
      return requestWith(1n, { kind: 'revocation', state: 'complete' });
    },
    releaseCertificate: async (serial) => {
      if (serial === 999_999_999n) throw scriptedRefusal('unknown-certificate', '', String(serial));
      return requestWith(1n, { kind: 'release', state: 'complete' });
    },
  };
};

const ocsp: Scripter = ({ response }) => ({
  answerOcsp: async () => (response.body.length === 0 ? null : response.body),
});

const acmeSwitch: Scripter = () => ({ switchAcme: async () => {} });

const scripters: Readonly<Record<string, Scripter>> = {
  'servlet-profile-submit': submit,
  'servlet-profile-submit-ssl-client': submit,
  'servlet-profile-review': review,
  'servlet-profile-process': decide,
  'servlet-check-request': check,
  'servlet-display-certificate-from-request': display,
  'servlet-profile-list': list,
  'servlet-agent-profile-list': list,
  'servlet-get-status': authority,
  'servlet-get-certificate-chain': authority,
  ...revocationScripters,
  'servlet-get-crl': crl,
  'servlet-update-crl': crl,
  'servlet-token-revoke': tokenStatus,
  'servlet-token-release': tokenStatus,
  ocsp,
  'acme-enable': acmeSwitch,
  'acme-disable': acmeSwitch,
  ...readingScripters,
};

export function scriptServlet(exchange: RecordedExchange): Script {
  return scripters[exchange.operation]?.(exchange) ?? {};
}

/** How long an answer says that its CRL or its search took, in milliseconds. */
export function recordedDurationMs({ dialect, response }: RecordedExchange): number {
  if (dialect !== 'servlet') return 0;
  return Number(
    /<time>([0-9]+)<|header\.time = "([0-9]+)"/.exec(response.body.toString())?.slice(1).find(Boolean) ?? 0,
  );
}
