// Users and groups as clients of the REST interface see them, and how they are found by the names that clients write.

import { formatCertificateClaim } from '#codecs/dogtag-directory';
import type {
  GroupData,
  GroupMemberData,
  Link,
  UserCertificateData,
  UserData,
  UserMembershipData,
} from '#codecs/dogtag-rest';
import { foldDirectoryName } from '#codecs/dogtag-text';
import { decodeCertificate, formatName } from '#codecs/x509';
import type { GroupRecord, Roster, UserRecord } from '../../contract.ts';
import { groupNotFound, type RestRefusal, userNotFound } from './error-response.ts';
import type { RestRequest } from './rest-dialect.ts';

type Addressing = Pick<RestRequest, 'baseUrl' | 'dialect'>;

/** As a line of a list; `isWhole`: with all that there is to tell, but for the password. */
export function userDataOf(user: UserRecord, address: Addressing, isWhole: boolean): UserData {
  return {
    id: user.userId,
    userId: user.userId,
    fullName: user.fullName || null,
    email: isWhole ? user.email : null,
    password: null,
    phone: isWhole ? user.phone : null,
    type: isWhole ? user.type : null,
    state: isWhole ? user.state : null,
    link: selfLink(address, 'users', user.userId),
    attributes: [],
    noAttributes: {},
  };
}

/** Throws DerError for a certificate that cannot be read, of which the record has none. */
export function userCertificateOf(
  userId: string,
  certificateDer: Uint8Array,
  address: Addressing,
): UserCertificateData {
  const { version, serialNumber, issuerDer, subjectDer } = decodeCertificate(certificateDer, { rules: 'ber' });
  const id = formatCertificateClaim(certificateDer);
  return {
    version,
    serialNumber,
    issuer: formatName(issuerDer),
    subject: formatName(subjectDer),
    prettyPrint: null,
    encoded: null,
    link: selfLink(address, 'users', userId, 'certs', id),
    id,
  };
}

export function userMembershipOf(userId: string, groupName: string, address: Addressing): UserMembershipData {
  return { id: groupName, userId, link: selfLink(address, 'users', userId, 'memberships', groupName) };
}

export function groupDataOf({ name, description }: GroupRecord, address: Addressing): GroupData {
  return { id: name, groupId: name, description, link: selfLink(address, 'groups', name) };
}

export function groupMemberOf(groupName: string, userId: string, address: Addressing): GroupMemberData {
  return { id: userId, groupId: groupName, link: selfLink(address, 'groups', groupName, 'members', userId) };
}

/**
 * The user of that name, as a directory compares names. A distinguished name is nobody's here: Dogtag would read whatever entry it names.
 * Throws RestRefusal.
 */
export function getRosterUser({ users }: Roster, userId: string): UserRecord {
  const wanted = foldDirectoryName(userId);
  const found = userId.includes('=') ? undefined : users.find((user) => foldDirectoryName(user.userId) === wanted);
  if (found === undefined) throw userNotFound(userId);
  return found;
}

/** Throws the RestRefusal that `refuse` makes. */
export function getRosterGroup(
  { groups }: Roster,
  name: string,
  refuse: (name: string) => RestRefusal = groupNotFound,
): GroupRecord {
  const wanted = foldDirectoryName(name);
  const found = groups.find((group) => foldDirectoryName(group.name) === wanted);
  if (found === undefined) throw refuse(name);
  return found;
}

export function isRosterMember({ memberUserIds }: GroupRecord, userId: string): boolean {
  const wanted = foldDirectoryName(userId);
  return memberUserIds.some((id) => foldDirectoryName(id) === wanted);
}

function selfLink({ baseUrl, dialect }: Addressing, ...names: readonly string[]): Link {
  const isTwice = dialect.api === 'v1';
  // Version 2 leaves what the client has written before the last name, and encodes that as a form field.
  const encodeOnce = (name: string, index: number) =>
    index < names.length - 1 ? encodeURIComponent(name) : encodeTwice(name).replaceAll('%25', '%');
  const path = names.map((name, index) => (isTwice ? encodeTwice(name) : encodeOnce(name, index))).join('/');
  const api = dialect.api === 'v2' ? 'v2' : dialect.entities === 'jaxb' ? 'rest' : 'v1';
  return { rel: 'self', href: `${baseUrl}/ca/${api}/admin/${path}`, type: null };
}

/** As Java's URLEncoder writes a form field, and that as RESTEasy writes it into an address: clients decode it twice, too. */
export function encodeTwice(name: string): string {
  return encodeURIComponent(name.toWellFormed())
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%', '%25');
}
