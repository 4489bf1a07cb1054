// Our side of a CMC exchange: the servlets' dialect of the gateway before the engine's own rehearsal, which is what mirrors a running Dogtag.
import { createPublicKey } from 'node:crypto';
import {
  authorityId,
  type Caller,
  CertificationAuthority,
  createRehearsalFactory,
  profileId,
  serialNumber,
  standardCrlSchedule,
} from '#ca-core/engine';
import { createInProcessRaClient, type RaClient } from '#ca-core/ra-client';
import { decodeCmcResponse } from '#codecs/cmc';
import { decodeCertificate, formatName } from '#codecs/x509';
import { createDialects, dogtag10, type GatewayRequest, type OperationHandlers, routeTable } from '#gateway';
import { type Clock, type Log, silentLog, systemClock } from '#platform';
import { schemeNamesFor } from '../../ca-core/signer/signature-scheme.ts';
import { extractFacts } from '../../gateway/mirror/exchange-facts.ts';
import { parseFormFields } from '../../gateway/routing/form-fields.ts';
import { createRouteMatcher } from '../../gateway/routing/match-route.ts';
import { parseRequestTarget } from '../../gateway/routing/request-target.ts';
import type { DogtagClient } from '../../gateway/upstream/dogtag-client.ts';
import type { CmcAnswer, CmcExchange, CmcInstallation, KnownCertificate } from './cmc-exchanges.ts';
import { createRehearsalRecord } from './rehearsal-record.ts';
import { sampleCertificateRecord, sampleRequest } from './sample-records.ts';

const hostId = authorityId('host');

export class RehearsedCmc {
  readonly #installation: CmcInstallation;
  readonly #record: ReturnType<typeof createRehearsalRecord>;
  readonly #rehearse: ReturnType<typeof createRehearsalFactory>;
  readonly #handlers: OperationHandlers;
  readonly #matcher = createRouteMatcher(routeTable);
  #now = new Date(0);

  constructor(installation: CmcInstallation) {
    this.#installation = installation;
    const certificateDer = Buffer.from(installation.authorityCertificate, 'base64');
    const certificate = decodeCertificate(certificateDer);
    this.#record = createRehearsalRecord({
      id: hostId,
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
    });
    const clock: Clock = { ...systemClock, now: () => this.#now };
    const { ocspUrl, peopleDn } = installation;
    const authority = new CertificationAuthority(
      { store: this.#record.store, signer: keylessSigner(certificate.subjectPublicKeyInfoDer), clock, log: silentLog },
      {
        profiles: {
          timeZone: 'UTC',
          defaultOcspUrl: ocspUrl,
          subjectAltNameEntries: 4,
          peopleDn,
          runExternalCheck: null,
        },
        crl: { schedule: standardCrlSchedule, signatureAlgorithm: null, includeExpired: false },
        ocsp: { delegate: null, signatureAlgorithm: null },
        hostSigningAlgorithm: null,
      },
    );
    this.#rehearse = createRehearsalFactory(authority);
    this.#handlers = createDialects({ clock, timeZone: 'UTC', product: dogtag10 }).handlers;
    this.keep({ certificate: installation.authorityCertificate, isRevoked: false });
  }

  addProfile({ id, configurationText }: { readonly id: string; readonly configurationText: string }): void {
    this.#record.addProfile({ id: profileId(id), classId: 'caEnrollImpl', configurationText });
  }

  /** A certificate that the authority has issued, for signers, revocations and constraints that look back. */
  keep({ certificate, isRevoked }: KnownCertificate): void {
    const revocation = { reason: 0, revokedAt: this.#now, revokedBy: null, invalidityDate: null } as const;
    const record = sampleCertificateRecord(Buffer.from(certificate, 'base64'), {
      authorityId: hostId,
      revocation: isRevoked ? revocation : null,
    });
    this.#record.keep(sampleRequest(0n), [record]);
  }

  /** Answers as ours would where Dogtag has answered with `theirs`, whose certificates are kept. */
  async answer(theirs: CmcExchange): Promise<CmcAnswer> {
    this.#now = new Date(theirs.sentAt);
    const target = parseRequestTarget(theirs.target);
    const match = target === null ? null : this.#matcher.match(theirs.method, target);
    if (target === null || match?.kind !== 'operation') throw new Error(`${theirs.target} is no operation`);
    const request: GatewayRequest = {
      operation: match.route.name,
      requestId: 'rehearsed',
      method: theirs.method,
      path: target.path,
      parameters: match.parameters,
      form: new Map(),
      query: target.query === null ? new Map() : parseFormFields(target.query),
      queryText: target.query,
      headers: {},
      body: Buffer.from(theirs.body, 'base64'),
      baseUrl: 'https://rehearsed.example.test',
      isSecure: true,
      user: null,
    };
    const given = { status: theirs.answer.status, headers: {}, body: Buffer.from(theirs.answer.body, 'base64') };
    const facts = await extractFacts(match.route.name, request, given, dogtagOf(theirs));
    const { ra } = this.#rehearse(facts);
    const response = await this.#handlers[match.route.name](request, this.#caller(theirs), this.#withAccess(ra));
    for (const { certificateDer } of facts.certificates)
      this.keep({ certificate: Buffer.from(certificateDer).toString('base64'), isRevoked: false });
    const contentType = response.headers['Content-Type'];
    return {
      status: response.status,
      contentType: typeof contentType === 'string' ? contentType : null,
      body: response.body.toString('base64'),
    };
  }

  #withAccess(ra: Parameters<typeof createInProcessRaClient>[0]): RaClient {
    const { users, rules } = this.#installation;
    const directory = {
      revision: 1n,
      rules,
      users: users.map(({ userId, groups, certificates, claims }) => ({
        userId,
        groups,
        fullName: userId,
        email: null,
        certificatesDer: certificates.map((certificate) => Buffer.from(certificate, 'base64')),
        certificateClaims: claims,
      })),
    };
    return {
      ...createInProcessRaClient(ra, loudLog),
      readAccessDirectory: async (seen) => (seen === directory.revision ? null : directory),
    };
  }

  #caller({ clientCertificate }: CmcExchange): Caller {
    const user = this.#installation.users.find(({ certificates }) => certificates.includes(clientCertificate ?? ''));
    return {
      userId: user?.userId ?? null,
      groups: user?.groups ?? [],
      certificateDer: clientCertificate === null ? null : Buffer.from(clientCertificate, 'base64'),
      remoteAddress: '127.0.0.1',
      remoteHost: '127.0.0.1',
      viaSession: false,
    };
  }
}

/** A fault of ours must not be taken for a refusal. */
const loudLog: Log = {
  ...silentLog,
  error: (message, fields) => {
    throw new Error(`${message}: ${String(fields?.error)}`, { cause: fields?.error });
  },
};

function keylessSigner(publicKeyDer: Buffer) {
  const algorithms = schemeNamesFor(createPublicKey({ key: publicKeyDer, format: 'der', type: 'spki' }));
  return {
    describe: async () => [{ keyId: 'host', publicKeyDer, algorithms }],
    sign: async () => {
      throw new Error('a rehearsal asked for the signature of the real key');
    },
  };
}

/** Dogtag gives the certificates that its answer has brought. */
function dogtagOf({ answer }: CmcExchange): DogtagClient {
  const findCertificate: DogtagClient['findCertificate'] = async (serial) => {
    for (const certificateDer of decodeCmcResponse(Buffer.from(answer.body, 'base64')).certificatesDer)
      if (decodeCertificate(certificateDer, { rules: 'ber' }).serialNumber === serial)
        return { serialNumber: serialNumber(serial), certificateDer };
    return null;
  };
  return { findCertificate } as DogtagClient;
}
