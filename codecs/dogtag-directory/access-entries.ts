// Users, groups and access rules of the CA. Ruled by UGSubsystem.java and DirAclAuthz.java.
import type { DirectoryEntry } from '#codecs/ldif';
import { type DirectoryAccessRule, joinAccessRules, parseAccessRule } from './access-rule.ts';
import { type DecodedEntry, EntryFindings, quoteValue } from './entry-finding.ts';
import { findOwnName } from './entry-name.ts';

export interface UserEntry {
  readonly userId: string;
  readonly fullName: string;
  readonly email: string | null;
  /** Exact DER of each certificate, in the order of the entry. */
  readonly certificatesDer: readonly Uint8Array[];
  /** `version;serial;issuer;subject` values, in the order of the entry. */
  readonly certificateClaims: readonly string[];
  readonly phone: string | null;
  /** `adminType`, `agentType` or what else stands there; null when absent, and for `undefined`, which Dogtag writes for none. */
  readonly type: string | null;
  readonly state: string | null;
}

export interface GroupEntry {
  readonly name: string;
  readonly description: string | null;
  /** In the order of the entry. */
  readonly memberUserIds: readonly string[];
}

/** `container` is the layout's `users`; the entry must stand directly under it. The password hash is not read. */
export function decodeUserEntry(entry: DirectoryEntry, container: string): DecodedEntry<UserEntry> {
  const findings = new EntryFindings();
  const userId = findOwnName(entry.dn, 'uid', container);
  if (userId === null || userId === '')
    return { value: findings.refuse('unnamed-entry', 'the entry is not named by uid'), findings: findings.list };
  if (entry.malformedTexts('description') > 0)
    findings.accept('text-not-utf-8', 'a description value is left out; its certificate identifies nobody');
  const value: UserEntry = {
    userId,
    fullName: entry.findText('cn') ?? '',
    email: entry.findText('mail'),
    certificatesDer: entry.binaryValues('userCertificate'),
    certificateClaims: entry.texts('description'),
    phone: entry.findText('telephoneNumber'),
    type: typeOf(entry.findText('usertype')),
    state: entry.findText('userstate'),
  };
  return { value, findings: findings.list };
}

/** Members other than users directly under `userContainer` give nobody any power in Dogtag (it knows no nested groups), so they are left out. */
export function decodeGroupEntry(
  entry: DirectoryEntry,
  container: string,
  userContainer: string,
): DecodedEntry<GroupEntry> {
  const findings = new EntryFindings();
  const name = findOwnName(entry.dn, 'cn', container);
  if (name === null || name === '')
    return { value: findings.refuse('unnamed-entry', 'the entry is not named by cn'), findings: findings.list };
  const memberUserIds: string[] = [];
  for (const member of entry.texts('uniqueMember')) {
    const userId = findOwnName(member, 'uid', userContainer);
    if (userId === null) findings.accept('group-member-is-no-user', `member ${quoteValue(member)} is left out`);
    else memberUserIds.push(userId);
  }
  if (entry.malformedTexts('uniqueMember') > 0) findings.accept('text-not-utf-8', 'a uniqueMember value is left out');
  const description = entry.findText('description');
  return { value: { name, description, memberUserIds: [...new Set(memberUserIds)] }, findings: findings.list };
}

function typeOf(text: string | null): string | null {
  return text === 'undefined' || text === '' ? null : text;
}

/** One rule per resource, in the order of their names. A value that cannot be read is refused by a finding; the others count. */
export function decodeAccessRulesEntry(entry: DirectoryEntry): DecodedEntry<readonly DirectoryAccessRule[]> {
  const findings = new EntryFindings();
  const rules = entry.texts('resourceACLS').flatMap((text) => {
    const rule = parseAccessRule(text, findings);
    return rule === null ? [] : [rule];
  });
  if (entry.malformedTexts('resourceACLS') > 0)
    findings.refuse('unreadable-access-rule', 'a resourceACLS value is not UTF-8');
  const joined = joinAccessRules(rules);
  return { value: joined.sort((a, b) => (a.resource < b.resource ? -1 : 1)), findings: findings.list };
}
