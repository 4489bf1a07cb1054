// A read-only record in memory, made of the facts that a recording intake was given; for tests of who reads the record. Tests may change it.
import { createHash } from 'node:crypto';
import type {
  AccessRule,
  AuthorityDescription,
  CertificateRecord,
  CrlRecord,
  DomainHost,
  GroupRecord,
  RecordReader,
  RequestRecord,
  Store,
  StoredProfile,
  UserRecord,
} from '#ca-core/engine';
import { decodeCertificate, decodeSubjectPublicKeyInfo, formatName } from '#codecs/x509';
import type { RecordingIntake } from '#test/recording-intake';

export type ReadStore = Pick<
  Store,
  'certificates' | 'requests' | 'profiles' | 'authorities' | 'crls' | 'access' | 'roster' | 'securityDomain'
> & { readonly recordReader: RecordReader };

export interface RecordedStore extends ReadStore {
  readonly certificateRecords: Map<bigint, CertificateRecord>;
  readonly requestRecords: Map<bigint, RequestRecord>;
  readonly profileRecords: Map<string, StoredProfile>;
  readonly users: Map<string, UserRecord>;
  readonly groups: Map<string, GroupRecord>;
  readonly rules: Map<string, AccessRule>;
  readonly authorityRecords: AuthorityDescription[];
  readonly crlRecords: CrlRecord[];
}

export function createRecordedStore(intake: RecordingIntake): RecordedStore {
  const certificateRecords: RecordedStore['certificateRecords'] = new Map();
  const requestRecords: RecordedStore['requestRecords'] = new Map();
  const profileRecords: RecordedStore['profileRecords'] = new Map();
  const users: RecordedStore['users'] = new Map();
  const groups: RecordedStore['groups'] = new Map();
  const hosts: DomainHost[] = [];
  const rules: RecordedStore['rules'] = new Map();
  const authorityRecords: AuthorityDescription[] = [];
  const crlRecords: CrlRecord[] = [];
  for (const fact of intake.facts.values()) {
    if (fact.kind === 'request') requestRecords.set(fact.fact.request.id, fact.fact.request);
    if (fact.kind === 'profile')
      profileRecords.set(fact.fact.id, {
        ...fact.fact,
        revision: BigInt(`0x${createHash('sha1').update(fact.fact.configurationText).digest('hex')}`),
      });
    if (fact.kind === 'user') users.set(fact.fact.user.userId, fact.fact.user);
    if (fact.kind === 'group') groups.set(fact.fact.group.name, fact.fact.group);
    if (fact.kind === 'domain-host') hosts.push(fact.fact.host);
    if (fact.kind === 'access-rule') rules.set(fact.fact.rule.resource, fact.fact.rule);
    if (fact.kind === 'authority' && fact.fact.certificateDer !== null)
      authorityRecords.push({
        ...fact.fact,
        subject: '',
        issuer: '',
        serialNumber: 1n,
        ready: false,
        chainDer: [],
        certificateDer: fact.fact.certificateDer,
      });
    if (fact.kind === 'crl' && fact.fact.crlDer !== null)
      crlRecords.push({
        ...fact.fact,
        kind: fact.fact.crlKind,
        crlDer: fact.fact.crlDer,
        thisUpdate: new Date(0),
        nextUpdate: null,
        entryCount: 0,
        origin: 'imported',
      });
    if (fact.kind === 'certificate') {
      const decoded = decodeCertificate(fact.fact.certificateDer);
      const { notBefore, notAfter } = decoded;
      const key = decodeSubjectPublicKeyInfo(decoded.subjectPublicKeyInfoDer);
      certificateRecords.set(fact.fact.claimedSerialNumber, {
        ...fact.fact,
        serialNumber: fact.fact.claimedSerialNumber,
        authorityId: '' as CertificateRecord['authorityId'],
        issuer: formatName(decoded.issuerDer),
        subject: formatName(decoded.subjectDer),
        notBefore,
        notAfter,
        keyAlgorithmOid: key.algorithmOid,
        keyBits: key.kind === 'rsa' ? key.bits : null,
        issuedAt: fact.fact.issuedAt ?? notBefore,
        origin: 'imported',
      });
    }
  }
  const sorted = <Value>(map: ReadonlyMap<bigint, Value>) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  return {
    certificateRecords,
    requestRecords,
    profileRecords,
    users,
    groups,
    rules,
    authorityRecords,
    crlRecords,
    recordReader: {
      certificatesAfter: async (after, limit) => {
        const behind = sorted(certificateRecords).filter(({ serialNumber }) => after === null || serialNumber > after);
        const entries = behind.slice(0, limit);
        return { entries, next: behind.length > limit ? (entries.at(-1)?.serialNumber ?? null) : null };
      },
      listMadeHere: async () => [],
      requestsAfter: async (after, limit) => {
        const behind = sorted(requestRecords).filter(({ id }) => after === null || id > after);
        const entries = behind.slice(0, limit);
        return { entries, next: behind.length > limit ? (entries.at(-1)?.id ?? null) : null };
      },
    },
    certificates: {
      find: async (serial) => certificateRecords.get(serial) ?? null,
      findRevocation: async () => undefined,
      search: async ({ afterSerial, limit }) => {
        const certificates = sorted(certificateRecords).filter(
          ({ serialNumber }) => afterSerial === undefined || serialNumber > afterSerial,
        );
        return { certificates: certificates.slice(0, limit), total: certificates.length };
      },
      async *revoked() {
        yield sorted(certificateRecords).flatMap(({ serialNumber, revocation, notAfter }) =>
          revocation === null ? [] : [{ serialNumber, revocation, notAfter }],
        );
      },
      findBySubject: async () => [],
      findByPublicKey: async () => [],
    },
    requests: {
      find: async (id) => requestRecords.get(id) ?? null,
      list: async ({ fromId, limit }) => {
        const requests = sorted(requestRecords).filter(({ id }) => fromId === undefined || id >= fromId);
        return { requests: requests.slice(0, limit), total: requestRecords.size, precedingCount: 0 };
      },
      record: async () => {},
    },
    profiles: {
      find: async (id) => profileRecords.get(id) ?? null,
      list: async () => [...profileRecords.values()],
      revision: async () => 1n,
      change: async () => false,
    },
    authorities: {
      find: async () => null,
      findHost: async () => authorityRecords.find(({ isHostAuthority }) => isHostAuthority) ?? null,
      list: async () => authorityRecords,
      record: async () => {},
      change: async () => {},
      recordIntent: async () => {},
      unresolvedIntents: async () => [],
      resolveIntent: async () => {},
    },
    crls: {
      findNewest: async (point, kind) =>
        crlRecords.find((crl) => crl.issuingPoint === point && crl.kind === kind) ?? null,
      highestNumber: async () =>
        [...intake.facts.values()].reduce(
          (most, fact) => (fact.kind === 'crl' && fact.fact.crlNumber > most ? fact.fact.crlNumber : most),
          0n,
        ),
      record: async () => {},
    },
    access: { read: async () => ({ revision: 1n, users: [], rules: [...rules.values()] }) },
    roster: {
      read: async () => ({ revision: 1n, users: [...users.values()], groups: [...groups.values()] }),
      change: async () => false,
      findPasswordHash: async () => null,
    },
    securityDomain: { read: async () => ({ name: hosts[0]?.domain ?? null, hosts }) },
  };
}
