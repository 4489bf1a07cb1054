// A native side with a true record and a stand-in for Dogtag's directory, for tests of the way back.
import {
  type CertificateRecord,
  profileId,
  type RequestRecord,
  type RequestState,
  type Revocation,
  requestId,
  type SerialNumber,
  serialNumber,
} from '#ca-core/engine';
import type { Intake } from '#ca-core/intake';
import type { PostgresStore } from '#ca-core/store';
import {
  type CertificateEntry,
  decodeCertificateEntry,
  decodeRequestEntry,
  encodeCertificateEntry,
  encodeRequestEntry,
  type RequestEntry,
  universalTime,
} from '#codecs/dogtag-directory';
import type { SourceName } from '#importers';
import { type Database, silentLog, systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { sampleLayout, sampleSkeleton } from '#test/sample-directory';
import { authorityFact, certificateFact, hostAuthorityId, openIntake, sampleSource } from '#test/sample-facts';
import { SampleIssuer } from '#test/sample-issuer';
import { sampleCertificateRecord, sampleEvent, sampleIntent, sampleRequest } from '#test/sample-records';
import { startWritableDirectory, type WritableDirectory } from '#test/writable-directory';
import { createDirectoryWriter, type DirectoryWriter } from '../../../migration/rollback/directory-writer.ts';
import type { HandBackServices } from '../../../migration/rollback/hand-back.ts';

export const nativeSerials = { first: 1n << 136n, last: (1n << 137n) - 1n };
export const nativeRequests = { first: 1n << 48n, last: (1n << 49n) - 1n };
/** Whole seconds, as revocations have them. */
export const now = new Date(Math.floor(systemClock.now().getTime() / 1000) * 1000);
const movedBy = { movedBy: 'admin', remoteAddress: null, reason: 'a test' };

export const revocationOf = (reason: Revocation['reason'], given: Partial<Revocation> = {}): Revocation => ({
  reason,
  revokedAt: now,
  revokedBy: 'ipara',
  invalidityDate: null,
  ...given,
});

export interface NativeSide {
  readonly store: PostgresStore;
  readonly intake: Intake;
  readonly directory: WritableDirectory;
  readonly writer: DirectoryWriter;
  readonly issuer: SampleIssuer;
  readonly services: HandBackServices;
  /** What was to be taken in from Dogtag again, in order. */
  readonly readAgain: readonly SourceName[];
  /** Issues from the native range, with its request. */
  issue(given?: {
    readonly profile?: string;
  }): Promise<{ readonly certificate: CertificateRecord; readonly request: RequestRecord }>;
  record(request: RequestRecord): Promise<RequestRecord>;
  newRequest(given?: Partial<RequestRecord>): Promise<RequestRecord>;
  revoke(serial: SerialNumber, revocation: Revocation): Promise<RequestRecord>;
  release(serial: SerialNumber): Promise<RequestRecord>;
  /** A certificate that Dogtag issued and the record knows. */
  importCertificate(serial: bigint, revocation?: Revocation | null): Promise<CertificateRecord>;
  /** A request that Dogtag holds and the record knows. */
  importRequest(id: bigint, given?: Partial<RequestRecord>): Promise<RequestRecord>;
  certificateEntry(serial: bigint): CertificateEntry;
  requestEntry(id: bigint): RequestEntry;
  /** Brings an entry of the directory to the record, as catching up with Dogtag does. */
  follow(what: { readonly serial: bigint } | { readonly request: bigint }): Promise<void>;
  close(): Promise<void>;
}

export const certificateDn = (serial: bigint) => `cn=${serial},${sampleLayout.certificates}`;
export const requestDn = (id: bigint) => `cn=${id},${sampleLayout.requests}`;

/** `database` has the migrations of the store. */
export async function openNativeSide(database: Database): Promise<NativeSide> {
  const { store, intake } = await openIntake(database);
  const issuer = new SampleIssuer('CN=Certificate Authority,O=SAMPLE');
  const hostDer = issuer.certifyItself(1n);
  await intake.accept([authorityFact(hostDer), certificateFact(hostDer)]);
  await store.numberRanges.set(hostAuthorityId, nativeSerials, []);
  await store.numberRanges.set(null, nativeRequests, []);
  for (const scope of ['certificates:*', 'crl', 'ocsp'] as const)
    await store.pens.move([{ authorityId: hostAuthorityId, scope, holder: 'native', ...movedBy }]);
  const directory = await startWritableDirectory(sampleSkeleton(createSampleAuthority()));
  const writer = createDirectoryWriter(
    {
      url: directory.url,
      bindDn: directory.bindDn,
      password: directory.password,
      startTls: false,
      caCertificatePem: null,
      retryForMs: 2_000,
    },
    { log: silentLog },
  );
  const readAgain: SourceName[] = [];
  const services: HandBackServices = {
    nativeWork: store.nativeWork,
    readAgain: async (names) => {
      readAgain.push(...names);
    },
    certificates: store.certificates,
    writer,
    layout: sampleLayout,
    zone: universalTime,
    clock: systemClock,
    log: silentLog,
  };
  const record = async (request: RequestRecord) => {
    await store.requests.record(request, [sampleEvent()]);
    return request;
  };
  const newRequest = async (given: Partial<RequestRecord> = {}) =>
    record(
      sampleRequest(await store.issuance.reserveRequestId(), {
        authorityId: hostAuthorityId,
        createdAt: now,
        modifiedAt: now,
        ...given,
      }),
    );
  const changeStatus = async (
    serial: SerialNumber,
    revocation: Revocation | null,
    attributes: Record<string, string>,
  ) => {
    const request = sampleRequest(await store.issuance.reserveRequestId(), {
      kind: revocation === null ? 'release' : 'revocation',
      state: 'complete',
      profileId: null,
      policySetId: null,
      inputs: {},
      attributes: { requestorType: 'Agent', updatedBy: 'ipara', ...attributes },
      createdAt: now,
      modifiedAt: now,
      certificateSerials: [serial],
    });
    const expected = revocation === null ? 'on-hold' : 'not-revoked';
    await store.revocation.record(serial, revocation, expected, request, [sampleEvent()]);
    return request;
  };
  const find = (dn: string) => {
    const entry = directory.find(dn);
    if (entry === null) throw new Error(`the directory has no ${dn}`);
    return entry;
  };
  const certificateEntry = (serial: bigint) => {
    const { value } = decodeCertificateEntry(find(certificateDn(serial)), sampleLayout.certificates, universalTime);
    if (value === null) throw new Error(`the entry of ${serial} cannot be read`);
    return value;
  };
  const requestEntry = (id: bigint) => {
    const { value } = decodeRequestEntry(find(requestDn(id)), sampleLayout.requests, universalTime);
    if (value === null) throw new Error(`the entry of request ${id} cannot be read`);
    return value;
  };
  const get = async (serial: bigint) => {
    const found = await store.certificates.find(serialNumber(serial));
    if (found === null) throw new Error(`the record has no ${serial}`);
    return found;
  };
  return {
    store,
    intake,
    directory,
    writer,
    issuer,
    services,
    readAgain,
    record,
    newRequest,
    certificateEntry,
    requestEntry,
    issue: async ({ profile = 'caServerCert' } = {}) => {
      const serial = await store.issuance.reserveSerialNumber(hostAuthorityId);
      const id = await store.issuance.reserveRequestId();
      const given = { authorityId: hostAuthorityId, profileId: profileId(profile), createdAt: now, modifiedAt: now };
      await store.issuance.recordIntent(
        sampleIntent(serial, id, { authorityId: hostAuthorityId }),
        sampleRequest(id, { ...given, state: 'approved' }),
        [],
      );
      const certificateDer = issuer.certify(serial, { subject: `CN=host-${serial % 1_000_000n},O=SAMPLE` });
      const certificate = sampleCertificateRecord(certificateDer, {
        authorityId: hostAuthorityId,
        requestId: id,
        profileId: profileId(profile),
        issuedAt: now,
      });
      const request = sampleRequest(id, { ...given, state: 'complete', certificateSerials: [serial] });
      await store.issuance.recordIssuance({ certificate, request, auditEvents: [sampleEvent()] });
      return { certificate, request };
    },
    revoke: (serial, revocation) => changeStatus(serial, revocation, { revocationReason: String(revocation.reason) }),
    release: (serial) => changeStatus(serial, null, {}),
    importCertificate: async (serial, revocation = null) => {
      const certificateDer = issuer.certify(serial);
      await intake.accept([certificateFact(certificateDer, { revocation })]);
      const found = await get(serial);
      const validity = { isExpired: false, modifiedAt: found.issuedAt };
      directory.put(encodeCertificateEntry({ ...found, ...validity }, sampleLayout.certificates, universalTime));
      return found;
    },
    importRequest: async (id, given = {}) => {
      const request = sampleRequest(id, { origin: 'imported', authorityId: hostAuthorityId, ...given });
      const { origin: _, ...content } = request;
      const entry = encodeRequestEntry(
        { ...content, certificatesDer: [], revocations: [] },
        sampleLayout.requests,
        universalTime,
      );
      directory.put(entry);
      await intake.accept([
        { kind: 'request', fact: { provenance: { source: sampleSource, entry: entry.dn }, request } },
      ]);
      return request;
    },
    follow: async (what) => {
      if ('serial' in what) {
        const { revocation, issuedAt, issuedBy, certificateDer } = certificateEntry(what.serial);
        await intake.accept([certificateFact(certificateDer, { revocation, issuedAt, issuedBy })]);
        return;
      }
      const entry = requestEntry(what.request);
      const request: RequestRecord = {
        ...entry,
        id: requestId(entry.id),
        state: entry.state as RequestState,
        authorityId: hostAuthorityId,
        profileId: entry.profileId === null ? null : profileId(entry.profileId),
        certificateSerials: entry.certificateSerials.map(serialNumber),
        origin: 'imported',
      };
      const provenance = { source: sampleSource, entry: requestDn(entry.id) };
      await intake.accept([{ kind: 'request', fact: { provenance, request } }]);
    },
    close: async () => {
      await writer.close();
      await directory.close();
      await store.close();
    },
  };
}
