// The one door for imported facts: judges each record against the rules of the record and stores it with its findings, or refuses it.
import type {
  AccessRule,
  AuthorityId,
  DomainHost,
  GroupRecord,
  KeptEntry,
  KeptKind,
  ProfileId,
  RequestId,
  RequestRecord,
  Revocation,
  SerialNumber,
  UserRecord,
} from '#ca-core/engine';

/** Where a fact came from. */
export interface Provenance {
  /** Name of the source, such as `ldap://127.0.0.1:3389/o=ipaca`. */
  readonly source: string;
  /** Name of the entry within it, such as its DN. */
  readonly entry: string;
}

/** Something noted about imported data: `accepted` data is in the record nonetheless, `refused` data is not. */
export interface Finding {
  /** Stable kind in kebab case, such as `serial-differs-from-der`. */
  readonly kind: string;
  readonly verdict: 'accepted' | 'refused';
  readonly message: string;
  readonly provenance: Provenance;
}

export interface ImportedCertificate {
  readonly provenance: Provenance;
  readonly certificateDer: Uint8Array;
  /** What the entry claims beside the DER; judged against it. */
  readonly claimedSerialNumber: SerialNumber;
  readonly revocation: Revocation | null;
  readonly issuedAt: Date | null;
  readonly issuedBy: string | null;
  readonly requestId: RequestId | null;
  readonly profileId: ProfileId | null;
  /** True where the source has the bytes and no entry about them: what is null is unknown to it, and what the record knows stays. */
  readonly isBare?: boolean;
}
export interface ImportedRequest {
  readonly provenance: Provenance;
  readonly request: RequestRecord;
  /** True where the source knows less than an entry: of a request that the record has, only its state is news. */
  readonly isBare?: boolean;
}
export interface ImportedProfile {
  readonly provenance: Provenance;
  readonly id: ProfileId;
  readonly classId: string;
  readonly configurationText: string;
}
export interface ImportedUser {
  readonly provenance: Provenance;
  readonly user: UserRecord;
}
export interface ImportedGroup {
  readonly provenance: Provenance;
  readonly group: GroupRecord;
}
export interface ImportedAccessRule {
  readonly provenance: Provenance;
  readonly rule: AccessRule;
}
export interface ImportedDomainHost {
  readonly provenance: Provenance;
  readonly host: DomainHost;
}
export interface ImportedAuthority {
  readonly provenance: Provenance;
  readonly id: AuthorityId;
  readonly isHostAuthority: boolean;
  readonly parentId: AuthorityId | null;
  readonly enabled: boolean;
  readonly description: string | null;
  readonly certificateSerial: SerialNumber | null;
  /** Exact DER where the source holds it; else found through the certificate's serial number. */
  readonly certificateDer: Uint8Array | null;
  /** Subject as the source's entry spells it. */
  readonly toldSubject: string | null;
  /** Where its key is on the other side: its name there, and the servers that have it. */
  readonly keyNickname: string | null;
  readonly keyHosts: readonly string[];
}
export interface ImportedCrl {
  readonly provenance: Provenance;
  readonly issuingPoint: string;
  readonly crlKind: 'full' | 'delta';
  /** Null when the source knows the number only; it counts for the highest number nonetheless. */
  readonly crlDer: Uint8Array | null;
  readonly crlNumber: bigint;
}
/** That the source has switched its ACME responder on or off, which it does only while it rules over that: what was said here before gives way. */
export interface ImportedAcmeState {
  readonly provenance: Provenance;
  readonly enabled: boolean;
}
/**
 * Entries that are kept as they came: of `names` (null: of all that the source holds of the kind), these are there. What was kept of the others
 * before goes.
 */
export interface ImportedKeptEntries {
  readonly provenance: Provenance;
  readonly of: KeptKind;
  readonly names: readonly string[] | null;
  readonly entries: readonly KeptEntry[];
}
/** A place of the source was looked over as a whole: what was noted about it before no longer counts. */
export interface ImportedSurvey {
  readonly provenance: Provenance;
}
/**
 * The whole list of names that the source holds of one kind, in its order. Imported objects that are not on it are removed, each with a finding, so that a
 * user deleted or a group dissolved in the source keeps no power here. Native objects stay.
 */
export interface ImportedRoll {
  readonly provenance: Provenance;
  readonly of: 'profile' | 'user' | 'group' | 'access-rule' | 'domain-host' | 'authority';
  readonly names: readonly string[];
}

export type ImportedFact =
  | { readonly kind: 'certificate'; readonly fact: ImportedCertificate }
  | { readonly kind: 'request'; readonly fact: ImportedRequest }
  | { readonly kind: 'profile'; readonly fact: ImportedProfile }
  | { readonly kind: 'user'; readonly fact: ImportedUser }
  | { readonly kind: 'group'; readonly fact: ImportedGroup }
  | { readonly kind: 'access-rule'; readonly fact: ImportedAccessRule }
  | { readonly kind: 'domain-host'; readonly fact: ImportedDomainHost }
  | { readonly kind: 'authority'; readonly fact: ImportedAuthority }
  | { readonly kind: 'crl'; readonly fact: ImportedCrl }
  | { readonly kind: 'kept'; readonly fact: ImportedKeptEntries }
  | { readonly kind: 'survey'; readonly fact: ImportedSurvey }
  | { readonly kind: 'acme'; readonly fact: ImportedAcmeState }
  | { readonly kind: 'roll'; readonly fact: ImportedRoll };

export interface IntakeResult {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
}

export interface Intake {
  /**
   * Judges and stores a batch; facts, findings and `checkpoint` (opaque to intake; by `checkpointName`) commit together, so that a
   * killed import resumes without a gap or a double. The same batch twice changes nothing. Odd but real data is accepted with a
   * finding, false data (foreign issuer, broken DER, bad signature, another certificate under that serial) refused with one.
   * Never overwrites a native record with an older imported one. `readerFindings` are the reader's own, about entries that it could not
   * turn into facts or only in part; they are kept with the others and are not repeated in the result. `mayBeRepeated` is as in ImportLedger.commit.
   */
  accept(
    facts: readonly ImportedFact[],
    checkpoint?: { readonly name: string; readonly value: string },
    readerFindings?: readonly Finding[],
    options?: { readonly mayBeRepeated?: boolean },
  ): Promise<IntakeResult>;
  /** The checkpoint last committed under this name, or null. */
  readCheckpoint(name: string): Promise<string | null>;
  /** Findings so far, newest first. */
  listFindings(limit: number): Promise<readonly Finding[]>;
  /** Findings about these entries of a source, in no order. */
  findFindings(source: string, entries: readonly string[]): Promise<readonly Finding[]>;
  /**
   * Looks once more whether an authority of the record, or one that was, made the signature of a certificate or CRL: null when it did, else why not, as
   * the end of a sentence. Never rejects because of what the bytes are.
   */
  checkSignature(kind: 'certificate' | 'crl', der: Uint8Array): Promise<string | null>;
}
