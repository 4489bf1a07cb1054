// Entries of a small Dogtag directory under `o=ipaca`, made on the spot around a sample authority.
import { directoryLayout, encodePrefixedNumber } from '#codecs/dogtag-directory';
import { DirectoryEntry } from '#codecs/ldif';
import { createSampleAuthority, type SampleAuthority } from '#test/sample-authority';

export type EntryValues = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[] | null>>;

/** Null leaves an attribute out. */
export function directoryEntry(dn: string, values: EntryValues): DirectoryEntry {
  const attributes: [string, Uint8Array[]][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === null) continue;
    const list = typeof value === 'string' || value instanceof Uint8Array ? [value] : value;
    attributes.push([name, list.map((item) => (typeof item === 'string' ? Buffer.from(item) : item))]);
  }
  return new DirectoryEntry(dn, attributes);
}

export const sampleLayout = directoryLayout('o=ipaca');
export const sampleAuthorityId = 'a17c092a-7c45-40d1-a172-d6b3d7be2908';

/** A certificate's entry; `changes` replace its attributes. */
export function certificateEntry(
  authority: SampleAuthority,
  serialNumber: bigint,
  changes: EntryValues = {},
): DirectoryEntry {
  return directoryEntry(`cn=${serialNumber},${sampleLayout.certificates}`, {
    objectClass: ['top', 'certificateRecord'],
    cn: serialNumber.toString(),
    serialno: encodePrefixedNumber(serialNumber),
    'userCertificate;binary': serialNumber === 1n ? authority.certificateDer : authority.issue({ serialNumber }),
    certStatus: 'VALID',
    notBefore: '20260101000000Z',
    notAfter: '20280701000000Z',
    dateOfCreate: '20260101000000Z',
    dateOfModify: '20260101000000Z',
    issuedBy: 'ipara',
    subjectName: serialNumber === 1n ? authority.name : `CN=sample-${serialNumber},O=SAMPLE`,
    issuerName: authority.name,
    metaInfo: [`requestId:${serialNumber}`, 'profileId:caIPAserviceCert'],
    ...changes,
  });
}

/** A request's entry; `changes` replace its attributes. */
export function requestEntry(id: bigint, changes: EntryValues = {}): DirectoryEntry {
  return directoryEntry(`cn=${id},${sampleLayout.requests}`, {
    objectClass: ['top', 'request', 'extensibleObject'],
    cn: id.toString(),
    requestId: encodePrefixedNumber(id),
    requestState: 'complete',
    requestType: 'enrollment',
    dateOfCreate: '20260101000000Z',
    dateOfModify: '20260101000000Z',
    'extdata-profileid': 'caIPAserviceCert',
    ...changes,
  });
}

/** Everything of a CA but its numbered entries: containers, one profile, two users, one group, rules, host authority, CRL issuing point. */
export function sampleSkeleton(authority: SampleAuthority): DirectoryEntry[] {
  const { certificates, requests, profiles, users, groups, authorities, issuingPoints, accessRules } = sampleLayout;
  const { securityDomain } = sampleLayout;
  const unit = (dn: string, more: EntryValues = {}) =>
    directoryEntry(dn, { objectClass: ['top', 'organizationalUnit'], ...more });
  const repository = { objectClass: ['top', 'repository'], serialno: '011', nextRange: '10000001' };
  return [
    unit('o=ipaca'),
    unit('ou=ca,o=ipaca'),
    unit('ou=requests,o=ipaca'),
    unit(certificates, repository),
    unit(requests, repository),
    ...[profiles, users, groups, authorities, issuingPoints].map((dn) => unit(dn)),
    unit(securityDomain, { name: 'IPA' }),
    ...['CAList', 'KRAList'].map((cn) =>
      directoryEntry(`cn=${cn},${securityDomain}`, { objectClass: ['top', 'pkiSecurityGroup'], cn }),
    ),
    directoryEntry(`cn=caIPAserviceCert,${profiles}`, {
      objectClass: ['top', 'certProfile'],
      classId: 'caEnrollImpl',
      certProfileConfig: 'enable=true\nvisible=false\n',
    }),
    ...['admin', 'ipara'].map((uid) =>
      directoryEntry(`uid=${uid},ou=People,o=ipaca`, {
        objectClass: ['top', 'inetOrgPerson', 'cmsuser'],
        uid,
        cn: uid,
        usertype: 'agentType',
        userPassword: '{SSHA}secret',
        description: `2;7;${authority.name};CN=${uid}`,
      }),
    ),
    directoryEntry(`cn=Certificate Manager Agents,${groups}`, {
      objectClass: ['top', 'groupOfUniqueNames'],
      uniqueMember: ['uid=ipara,ou=People,o=ipaca'],
    }),
    directoryEntry(accessRules, {
      objectClass: ['top', 'CertACLS'],
      resourceACLS: ['certServer.ca.certs:execute:allow (execute) group="Certificate Manager Agents":Agents'],
    }),
    directoryEntry(`cn=${sampleAuthorityId},${authorities}`, {
      objectClass: ['top', 'authority'],
      authorityID: sampleAuthorityId,
      authorityDN: authority.name,
      authorityEnabled: 'TRUE',
      description: 'Host authority',
    }),
    directoryEntry(`cn=MasterCRL,${issuingPoints}`, {
      objectClass: ['top', 'crlIssuingPointRecord'],
      crlNumber: '017',
      deltaNumber: '010',
    }),
  ];
}

/** A whole directory with certificates (and requests) 1 to `count`. */
export function sampleDirectory(count: number, authority = createSampleAuthority()): DirectoryEntry[] {
  const numbers = Array.from({ length: count }, (_, i) => BigInt(i + 1));
  return [
    ...sampleSkeleton(authority),
    ...numbers.map((number) => certificateEntry(authority, number)),
    ...numbers.map((number) =>
      requestEntry(number, {
        'extdata-req--005fissued--005fcert': authority.issue({ serialNumber: number }).toString('base64'),
      }),
    ),
  ];
}
