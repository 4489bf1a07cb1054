// Our side of a profile exchange: the REST dialect of the gateway before the engine's own rehearsal, which is what mirrors a running Dogtag.
import { createPublicKey, X509Certificate } from 'node:crypto';
import {
  authorityId,
  type Caller,
  CertificationAuthority,
  createRehearsalFactory,
  type ObservedCertificate,
  type ObservedFacts,
  profileId,
  type Rehearsal,
  requestId,
  serialNumber,
  standardCrlSchedule,
} from '#ca-core/engine';
import { createInProcessRaClient } from '#ca-core/ra-client';
import { decodeCertificate, formatName } from '#codecs/x509';
import { createDialects, dogtag10, type GatewayRequest, type OperationHandlers, routeTable } from '#gateway';
import { type Clock, type Log, silentLog, systemClock } from '#platform';
import { schemeNamesFor } from '../../ca-core/signer/signature-scheme.ts';
import { createRouteMatcher } from '../../gateway/routing/match-route.ts';
import { parseRequestTarget } from '../../gateway/routing/request-target.ts';
import type { ConversationParties, ConversationParty } from './profile-conversation.ts';
import type { RecordedExchange, RecordedInstallation, RecordedProfile, RecordedRequest } from './profile-exchange.ts';
import { createRehearsalRecord, type RehearsalRecord } from './rehearsal-record.ts';

export class RehearsedDogtag {
  readonly #installation: RecordedInstallation;
  readonly #record: RehearsalRecord;
  readonly #rehearse: (observed: ObservedFacts) => Rehearsal;
  readonly #handlers: OperationHandlers;
  readonly #matcher = createRouteMatcher(routeTable);
  #now = new Date(0);

  constructor(installation: RecordedInstallation, dogtagVersion = dogtag10.version) {
    this.#installation = installation;
    const certificateDer = new X509Certificate(installation.authorityCertificatePem).raw;
    this.#record = createRehearsalRecord(describeHost(certificateDer));
    const clock: Clock = { ...systemClock, now: () => this.#now };
    const { timeZone, ocspUrl, peopleDn } = installation;
    const authority = new CertificationAuthority(
      { store: this.#record.store, signer: createKeylessSigner(certificateDer), clock, log: silentLog },
      {
        profiles: {
          timeZone,
          defaultOcspUrl: ocspUrl,
          subjectAltNameEntries: 4,
          peopleDn,
          runExternalCheck: null,
          dogtagVersion,
        },
        crl: { schedule: standardCrlSchedule, signatureAlgorithm: null, includeExpired: false },
        ocsp: { delegate: null, signatureAlgorithm: null },
        hostSigningAlgorithm: null,
      },
    );
    this.#rehearse = createRehearsalFactory(authority);
    this.#handlers = createDialects({ clock, timeZone, product: dogtag10 }).handlers;
  }

  addProfile({ id, classId, configurationText }: RecordedProfile): void {
    this.#record.addProfile({ id: profileId(id), classId, configurationText });
  }

  /** Answers as ours would where Dogtag has answered with `theirs`. What it leaves is kept for renewals and for constraints that look back. */
  async rehearse<T>(theirs: RecordedExchange, converse: (parties: ConversationParties) => Promise<T>): Promise<T> {
    this.#now = momentOf(theirs);
    const { ra } = this.#rehearse(observedFacts(theirs));
    const client = createInProcessRaClient(ra, loudLog);
    const party = (name: string): ConversationParty => ({
      send: (method, path, body) => this.#answer(method, path, body, this.#caller(name), client),
    });
    // Installations may have recorded more people than a conversation needs.
    const others = Object.fromEntries(Object.keys(this.#installation.callers).map((name) => [name, party(name)]));
    const result = await converse({
      ...others,
      agent: party('agent'),
      admin: party('admin'),
      anonymous: party('anonymous'),
    });
    for (const { id, certificate } of theirs.requests) {
      const request = await ra.findRequest(requestId(BigInt(id)));
      const issued = certificate === null ? null : await ra.findCertificate(observe(certificate).serialNumber);
      if (request !== null) this.#record.keep(request, issued === null ? [] : [issued]);
    }
    return result;
  }

  async #answer(
    method: string,
    path: string,
    body: string | null,
    caller: Caller,
    ra: Parameters<OperationHandlers['rest-get-request']>[2],
  ): Promise<{ readonly status: number; readonly text: string }> {
    const target = parseRequestTarget(path);
    const match = target === null ? null : this.#matcher.match(method, target);
    if (match?.kind !== 'operation') throw new Error(`${method} ${path} is no operation`);
    const request: GatewayRequest = {
      operation: match.route.name,
      requestId: 'rehearsed',
      method,
      path,
      parameters: match.parameters,
      form: new Map(),
      query: new Map(),
      queryText: null,
      headers: { accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }) },
      body: Buffer.from(body ?? ''),
      baseUrl: 'https://rehearsed.example.test',
      isSecure: true,
      user: null,
    };
    const response = await this.#handlers[match.route.name](request, caller, ra);
    return { status: response.status, text: response.body.toString('utf8') };
  }

  #caller(name: string): Caller {
    const recorded = this.#installation.callers[name];
    if (recorded === undefined) throw new Error(`unknown caller ${name}`);
    const { userId, groups, certificatePem } = recorded;
    const certificateDer = certificatePem === null ? null : new X509Certificate(certificatePem).raw;
    return { userId, groups, certificateDer, remoteAddress: '127.0.0.1', remoteHost: '127.0.0.1', viaSession: false };
  }
}

/** A fault of ours must not be taken for a refusal. */
const loudLog: Log = {
  ...silentLog,
  error: (message, fields) => {
    throw new Error(`${message}: ${String(fields?.error)}`, { cause: fields?.error });
  },
};

export function describeHost(certificateDer: Buffer) {
  const certificate = decodeCertificate(certificateDer);
  return {
    id: authorityId('host'),
    isHostAuthority: true,
    parentId: null,
    subject: formatName(certificate.subjectDer),
    issuer: formatName(certificate.issuerDer),
    serialNumber: certificate.serialNumber,
    enabled: true,
    description: null,
    ready: false,
    certificateDer,
    chainDer: [certificateDer],
  };
}

/** Shows the authority's key and what it signs with, as the real signer would, and has nothing to sign with. */
export function createKeylessSigner(certificateDer: Buffer) {
  const publicKeyDer = decodeCertificate(certificateDer).subjectPublicKeyInfoDer;
  const algorithms = schemeNamesFor(createPublicKey({ key: publicKeyDer, format: 'der', type: 'spki' }));
  return {
    describe: async () => [{ keyId: 'host', publicKeyDer, algorithms }],
    sign: async () => {
      throw new Error('a rehearsal asked for the signature of the real key');
    },
  };
}

function observedFacts({ requests }: RecordedExchange): ObservedFacts {
  return {
    requestIds: requests.map(({ id }) => requestId(BigInt(id))),
    certificates: requests.flatMap(({ certificate }) => (certificate === null ? [] : [observe(certificate)])),
    validities: requests.map(shownValidity),
  };
}

function observe(certificate: string): ObservedCertificate {
  const certificateDer = Buffer.from(certificate, 'base64');
  return {
    serialNumber: serialNumber(decodeCertificate(certificateDer, { rules: 'ber' }).serialNumber),
    certificateDer,
  };
}

/** Dogtag takes a certificate's first moment when it gets to it, which on a busy machine is seconds after it was asked. */
const dawdlesMs = 10_000;

function momentOf({ sentAt, requests }: RecordedExchange): Date {
  const askedMs = new Date(sentAt).getTime();
  const begun = requests.flatMap((request) => shownValidity(request)?.notBefore.getTime() ?? []);
  return new Date(Math.max(askedMs, ...begun.filter((ms) => ms - askedMs < dawdlesMs)));
}

/** What an agent was shown first, because an edit may have changed what the certificate says. */
function shownValidity({ review, certificate }: RecordedRequest) {
  const values = (review ?? []).flatMap((policy) => policy.values);
  const shown = (names: RegExp) => values.find(({ name }) => names.test(name ?? ''))?.value ?? null;
  const notBefore = shown(/^(?:notBefore|userValdityNotBefore)$/);
  const notAfter = shown(/^(?:notAfter|userValdityNotAfter)$/);
  if (notBefore !== null && notAfter !== null) return { notBefore: wallTime(notBefore), notAfter: wallTime(notAfter) };
  if (certificate === null) return null;
  return decodeCertificate(Buffer.from(certificate, 'base64'), { rules: 'ber' });
}

// The lab's zone is UTC. Most values are shown as `2026-01-31 12:00:00`, some as `Sat Jan 31 12:00:00 UTC 2026`.
function wallTime(text: string): Date {
  return new Date(/^\d/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
}
