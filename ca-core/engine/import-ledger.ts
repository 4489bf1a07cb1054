// What the intake needs of the record: reading under lock, writing without judging, findings and checkpoints in the same commit.
import type { Certificate } from '#codecs/x509';
import type { AuditEvent } from './audit/audit-event.ts';
import type { HistoryWriter } from './audit/history-entry.ts';
import type {
  AccessRule,
  AuthorityId,
  CertificateRecord,
  CrlRecord,
  DomainHost,
  GroupRecord,
  KeptEntry,
  KeptKind,
  RequestId,
  RequestRecord,
  Revocation,
  SerialNumber,
  UserRecord,
} from './model/index.ts';
import type { StoredProfile } from './store.ts';

/** For ca-core/intake alone: nothing else may write facts of other installations. Every method rejects with CaError only. */
export interface ImportLedger {
  /**
   * All or nothing; `work` may run again after a conflict. With `mayBeRepeated` nobody waits until it is on the disk: should the machine go down, it
   * may be gone, with everything that was committed behind it, and is done again from the checkpoint that is left.
   */
  commit<Result>(
    work: (writer: ImportWriter) => Promise<Result>,
    options?: { readonly mayBeRepeated?: boolean },
  ): Promise<Result>;
  /** All authorities, also former ones and those without a certificate. */
  readAuthorities(): Promise<readonly StoredAuthority[]>;
  /** Exact bytes of a certificate in the record, or null. */
  findCertificate(serialNumber: bigint): Promise<Uint8Array | null>;
  /** Certificates in the record with this subject text, regardless of case. */
  findBySubject(subject: string): Promise<readonly CertificateRecord[]>;
  readCheckpoint(name: string): Promise<string | null>;
  /** Newest first. */
  listFindings(limit: number): Promise<readonly StoredFinding[]>;
  /** Those about these entries of a source, in no order. */
  findFindings(source: string, entries: readonly string[]): Promise<readonly StoredFinding[]>;
}

/** Within one commit. Locks are taken in the order requests, certificates, everything else; callers keep to it. */
export interface ImportWriter {
  lockRequests(ids: readonly RequestId[]): Promise<ReadonlyMap<RequestId, StoredRequest>>;
  writeRequests(requests: readonly RequestRecord[]): Promise<void>;
  /** Adds those whose serial number is neither used nor promised to a certificate of this side; returns their numbers. */
  insertCertificates(certificates: readonly NewCertificate[]): Promise<ReadonlySet<bigint>>;
  lockCertificates(serials: readonly SerialNumber[]): Promise<ReadonlyMap<bigint, StoredCertificate>>;
  /** What the source says beside the bytes: issuedAt, issuedBy, requestId, profileId and origin. */
  writeCertificateFacts(records: readonly CertificateRecord[]): Promise<void>;
  /** As the source decided. */
  writeRevocations(changes: ReadonlyMap<bigint, Revocation | null>): Promise<void>;
  readonly profiles: ObjectTable<Omit<StoredProfile, 'revision'>>;
  /** The order in which they are listed; profiles that are not named come behind. */
  orderProfiles(names: readonly string[]): Promise<void>;
  readonly users: ObjectTable<UserRecord>;
  readonly groups: ObjectTable<GroupRecord>;
  /** As for profiles. */
  orderRoster(of: 'user' | 'group' | 'domain-host', names: readonly string[]): Promise<void>;
  readonly accessRules: ObjectTable<AccessRule>;
  /** Hosts of the security domain. */
  readonly domainHosts: ObjectTable<DomainHost>;
  readonly authorities: {
    /** All of them, former ones and those without a certificate too; other writers wait. */
    read(): Promise<readonly StoredAuthority[]>;
    /** Inserts or replaces; chain and readiness stay as they are. Throws CaError `internal` for a second host authority. */
    write(authority: StoredAuthority): Promise<void>;
    /** Gives the certificates of a former authority to the one that it turned out to be. */
    adopt(formerId: AuthorityId, id: AuthorityId): Promise<void>;
  };
  readonly crls: {
    highestNumber(issuingPoint: string): Promise<bigint>;
    /** The one with this number, whether or not its content is known; null when there is none. */
    find(issuingPoint: string, kind: CrlRecord['kind'], crlNumber: bigint): Promise<StoredCrl | null>;
    /** A content is only added where it was missing. */
    write(crl: StoredCrl): Promise<void>;
  };
  /** Entries that are kept as they came. */
  readonly keptEntries: {
    /** Inserts or replaces; none may stand twice. What became of each, by name. */
    write(
      kind: KeptKind,
      source: string,
      entries: readonly KeptEntry[],
    ): Promise<ReadonlyMap<string, 'inserted' | 'updated' | 'unchanged'>>;
    /** Removes those of the names `looked` (null: all of the kind that came from the source) that are not `present`; resolves with how many. */
    retain(
      kind: KeptKind,
      source: string,
      looked: readonly string[] | null,
      present: readonly string[],
    ): Promise<number>;
  };
  /** What Dogtag's signed audit logs say. */
  readonly history: HistoryWriter;
  /** Whether the source's ACME responder answers its clients. */
  readonly acme: {
    isEnabled(): Promise<boolean | null>;
    write(enabled: boolean): Promise<void>;
  };
  /** Whether this side gives out numbers from this range, for each of the serial numbers. */
  findInNativeRanges(serials: readonly bigint[]): Promise<ReadonlySet<bigint>>;
  /** `entries` are those that were judged: findings about them that no longer hold are dropped. */
  writeFindings(entries: readonly FindingPlace[], findings: readonly StoredFinding[]): Promise<void>;
  writeCheckpoint(name: string, value: string): Promise<void>;
  /** Comes last. */
  appendAudit(auditEvents: readonly AuditEvent[]): Promise<void>;
}

/** A record that is about to be stored, with its certificate decoded if somebody has done so already. */
export interface NewCertificate {
  readonly record: CertificateRecord;
  readonly decoded?: Certificate;
}

export interface StoredCertificate {
  readonly record: CertificateRecord;
  /** When this side last revoked or released it, as far as the other side may not know; null when it never did. */
  readonly statusChangedNativelyAt: Date | null;
}

export interface StoredRequest {
  readonly record: RequestRecord;
  /** Whether this side has decided anything about it that the other side may not know. */
  readonly changedNatively: boolean;
}

export interface StoredObject<Content> {
  readonly content: Content;
  readonly origin: 'native' | 'imported';
}

/** Objects of one kind by name. */
export interface ObjectTable<Content> {
  /** All of them; other writers wait from then on until the transaction ends. */
  read(): Promise<ReadonlyMap<string, StoredObject<Content>>>;
  write(content: Content): Promise<void>;
  remove(name: string): Promise<void>;
}

/** An authority as it is known so far. */
export interface StoredAuthority {
  readonly id: AuthorityId;
  readonly isHostAuthority: boolean;
  readonly parentId: AuthorityId | null;
  /** Empty while its certificate is not known. */
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: bigint | null;
  readonly enabled: boolean;
  readonly description: string | null;
  /** Null while an imported authority waits for its certificate. */
  readonly certificateDer: Buffer | null;
  /** Known only by certificates that it once signed; no authority here. */
  readonly isFormer: boolean;
  readonly origin: 'native' | 'imported';
  /** Subject as the other side's entry spells it, which is all that is known while its certificate is not. */
  readonly toldSubject: string | null;
  /** Where its key is on the other side: its name there, and the servers (`host:port`) that have it. */
  readonly keyNickname: string | null;
  readonly keyHosts: readonly string[];
}

/** A CRL of which perhaps only the number is known. */
export type StoredCrl = Pick<CrlRecord, 'issuingPoint' | 'kind' | 'crlNumber' | 'origin'> &
  (
    | Pick<CrlRecord, 'crlDer' | 'thisUpdate' | 'nextUpdate' | 'entryCount'>
    | { readonly crlDer: null; readonly thisUpdate: null; readonly nextUpdate: null; readonly entryCount: null }
  );

export interface FindingPlace {
  /** Name of the source, such as `ldap://127.0.0.1:3389/o=ipaca`. */
  readonly source: string;
  /** Name of the entry within it, such as its DN. */
  readonly entry: string;
}

export interface StoredFinding {
  readonly kind: string;
  readonly verdict: 'accepted' | 'refused';
  readonly message: string;
  readonly provenance: FindingPlace;
}
