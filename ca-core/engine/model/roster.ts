// Users and groups as those who administer them see them: with what decides nothing about access, too.
import type { DomainHost } from './security-domain.ts';

export interface UserRecord {
  readonly userId: string;
  readonly fullName: string;
  readonly email: string | null;
  readonly phone: string | null;
  /** `adminType`, `agentType` or what else the source says; null where nothing is said. */
  readonly type: string | null;
  readonly state: string | null;
  /** Exact DER of every certificate that may act as this user. */
  readonly certificatesDer: readonly Uint8Array[];
  /** `version;serial;issuer;subject` claims that stand beside the certificates. */
  readonly certificateClaims: readonly string[];
}

export interface GroupRecord {
  readonly name: string;
  readonly description: string | null;
  /** In the order in which they were added. A group may name users that do not exist. */
  readonly memberUserIds: readonly string[];
}

/** All of them, each list in the order in which they came to be. */
export interface Roster {
  /** That of the access directory. */
  readonly revision: bigint;
  readonly users: readonly UserRecord[];
  readonly groups: readonly GroupRecord[];
}

export type NewUser = Omit<UserRecord, 'certificatesDer' | 'certificateClaims'>;

/** What is not named stays as it is; empty text takes a value away. */
export type UserChanges = Partial<Record<'fullName' | 'email' | 'phone' | 'state', string>>;

/** Something to be done to users and groups. Passwords are in clear: they go no further than to their hash. */
export type RosterOrder =
  | { readonly action: 'add-user'; readonly user: NewUser; readonly password: string | null }
  | {
      readonly action: 'change-user';
      readonly userId: string;
      readonly changes: UserChanges;
      readonly password: string | null;
    }
  | { readonly action: 'remove-user'; readonly userId: string }
  | { readonly action: 'add-user-certificate'; readonly userId: string; readonly certificateDer: Uint8Array }
  /** By its claim, whatever its case; a claim that begins with `-1;` leaves the version open. */
  | { readonly action: 'remove-user-certificate'; readonly userId: string; readonly claim: string }
  | { readonly action: 'add-group'; readonly name: string; readonly description: string | null }
  /** Empty text takes the description away. */
  | { readonly action: 'change-group'; readonly name: string; readonly description: string | null }
  | { readonly action: 'remove-group'; readonly name: string }
  | { readonly action: 'add-member'; readonly group: string; readonly userId: string }
  | { readonly action: 'remove-member'; readonly group: string; readonly userId: string };

/** What an order makes of the roster; null instead of a record: it goes. */
export interface RosterChange {
  readonly users: ReadonlyMap<string, UserRecord | null>;
  readonly groups: ReadonlyMap<string, GroupRecord | null>;
  /** By user id. */
  readonly passwordHashes: ReadonlyMap<string, string>;
  /** Hosts of the security domain by name; null instead of one: it goes. */
  readonly hosts?: ReadonlyMap<string, DomainHost | null>;
}

export type PasswordVerdict = 'right' | 'wrong' | 'unknown';
