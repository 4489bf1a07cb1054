// Facts of decoding whole entries, sound and broken ones.
import assert from 'node:assert/strict';
import { DirectoryEntry } from '#codecs/ldif';
import { createSampleAuthority } from '#test/sample-authority';
import {
  decodeAuthorityEntry,
  decodeCertificateEntry,
  decodeGroupEntry,
  decodeIssuingPointEntry,
  decodeProfileEntry,
  decodeRangeEntry,
  decodeRequestEntry,
  decodeUserEntry,
  directoryLayout,
  directoryTimeZone,
  EntryFindings,
  readNextRange,
  timeZoneSamplesOf,
  universalTime,
} from './index.ts';

const layout = directoryLayout('o=ipaca');
const authority = createSampleAuthority();

type Values = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[] | null>>;
function entryOf(dn: string, values: Values): DirectoryEntry {
  const attributes = Object.entries(values).flatMap(([name, value]): [string, Uint8Array[]][] => {
    if (value === null) return [];
    const list = Array.isArray(value) ? (value as (string | Uint8Array)[]) : [value as string | Uint8Array];
    return [[name, list.map((item) => (typeof item === 'string' ? Buffer.from(item) : item))]];
  });
  return new DirectoryEntry(dn, attributes);
}

const certificateDer = authority.issue({ serialNumber: 12n });
const soundCertificate: Values = {
  serialno: '0212',
  'userCertificate;binary': certificateDer,
  certStatus: 'VALID',
  notBefore: '20260101000000Z',
  notAfter: '20280701000000Z',
  dateOfCreate: '20260101000001Z',
  dateOfModify: '20260101000002Z',
  issuedBy: 'ipara',
  metaInfo: ['requestId:34', 'profileId:caIPAserviceCert'],
};
function readCertificate(changes: Values, dn = 'cn=12,ou=certificateRepository,ou=ca,o=ipaca', zone = universalTime) {
  const { value, findings } = decodeCertificateEntry(
    entryOf(dn, { ...soundCertificate, ...changes }),
    layout.certificates,
    zone,
  );
  return { value, kinds: findings.map(({ kind }) => kind), verdicts: findings.map(({ verdict }) => verdict) };
}

describe('certificate entries', () => {
  it('are decoded with their exact DER', () => {
    const { value, kinds } = readCertificate({});
    assert.deepEqual(kinds, []);
    assert.deepEqual(Buffer.from(value?.certificateDer ?? []), certificateDer);
    assert.deepEqual(
      { ...value, certificateDer: null },
      {
        serialNumber: 12n,
        certificateDer: null,
        status: 'VALID',
        revocation: null,
        issuedAt: new Date('2026-01-01T00:00:01Z'),
        modifiedAt: new Date('2026-01-01T00:00:02Z'),
        issuedBy: 'ipara',
        requestId: 34n,
        profileId: 'caIPAserviceCert',
      },
    );
  });

  it('tell when, why and by whom they were revoked', () => {
    const { value, kinds } = readCertificate({
      certStatus: 'REVOKED_EXPIRED',
      revInfo: '20260301000000Z;CRLReasonExtension=4;InvalidityDateExtension=20260201000000Z',
      revokedOn: '20260301000000Z',
      revokedBy: 'admin',
    });
    assert.deepEqual(kinds, []);
    assert.deepEqual(value?.revocation, {
      reason: 4,
      revokedAt: new Date('2026-03-01T00:00:00Z'),
      revokedBy: 'admin',
      invalidityDate: new Date('2026-02-01T00:00:00Z'),
    });
  });

  it('keep both dates of a revocation, a second apart as Dogtag writes them, and note dates that are far apart', () => {
    const revInfo = '20260301000000Z;CRLReasonExtension=4';
    const near = readCertificate({ certStatus: 'REVOKED', revInfo, revokedOn: '20260301000001Z' });
    assert.deepEqual(near.kinds, []);
    assert.deepEqual(near.value?.revocation?.revokedAt, new Date('2026-03-01T00:00:00Z'));
    assert.deepEqual(near.value?.revocation?.notedAt, new Date('2026-03-01T00:00:01Z'));
    const far = readCertificate({ certStatus: 'REVOKED', revInfo, revokedOn: '20260302000000Z' });
    assert.deepEqual(far.kinds, ['revocation-dates-differ']);
  });

  it('stay revoked when the revocation data cannot be read', () => {
    const { value, kinds } = readCertificate({
      certStatus: 'REVOKED',
      revInfo: 'garbage',
      revokedOn: '20260301000000Z',
    });
    assert.deepEqual(value?.revocation?.revokedAt, new Date('2026-03-01T00:00:00Z'));
    assert.equal(value?.revocation?.reason, 0);
    assert.deepEqual(kinds, ['unreadable-revocation']);
    const bare = readCertificate({ certStatus: 'REVOKED', dateOfModify: null });
    assert.deepEqual(bare.value?.revocation?.revokedAt, new Date(0));
    assert.deepEqual(bare.kinds, ['unreadable-revocation', 'revocation-date-unknown']);
  });

  it('are not revoked by revocation data beside another status, which is noted', () => {
    const { value, kinds } = readCertificate({ revInfo: '20260301000000Z;CRLReasonExtension=1' });
    assert.equal(value?.revocation, null);
    assert.deepEqual(kinds, ['revocation-without-status']);
  });

  it('count a reason that RFC 5280 does not know as unspecified', () => {
    const { value, kinds } = readCertificate({
      certStatus: 'REVOKED',
      revInfo: '20260301000000Z;CRLReasonExtension=7',
    });
    assert.equal(value?.revocation?.reason, 0);
    assert.deepEqual(kinds, ['unknown-revocation-reason']);
  });

  it('keep their name as serial number when the attribute says otherwise', () => {
    assert.deepEqual(readCertificate({ serialno: '0213' }).kinds, ['serial-attribute-differs-from-name']);
    assert.deepEqual(readCertificate({ serialno: null }).kinds, ['serial-attribute-missing']);
    assert.equal(readCertificate({ serialno: '12' }).value?.serialNumber, 12n);
  });

  it('are refused without a number or a certificate', () => {
    for (const [changes, dn, kind] of [
      [{}, 'cn=abc,ou=certificateRepository,ou=ca,o=ipaca', 'unnumbered-certificate-entry'],
      [{}, 'cn=12,ou=other,o=ipaca', 'unnumbered-certificate-entry'],
      [{ 'userCertificate;binary': null }, undefined, 'certificate-missing'],
      [{ 'userCertificate;binary': Buffer.alloc(10 * 1024 * 1024) }, undefined, 'certificate-too-large'],
    ] as const) {
      const { value, kinds, verdicts } = readCertificate(changes, dn);
      assert.equal(value, null);
      assert.equal(kinds.at(-1), kind);
      assert.equal(verdicts.at(-1), 'refused');
    }
  });

  it('pass on truncated DER for the intake to refuse', () => {
    const truncated = certificateDer.subarray(0, 100);
    const { value, kinds } = readCertificate({ 'userCertificate;binary': truncated });
    assert.deepEqual(Buffer.from(value?.certificateDer ?? []), truncated);
    assert.deepEqual(kinds, []);
  });

  it('choose, among several certificates, the one with their number', () => {
    const other = authority.issue({ serialNumber: 99n });
    const { value, kinds } = readCertificate({ 'userCertificate;binary': [other, certificateDer] });
    assert.deepEqual(Buffer.from(value?.certificateDer ?? []), certificateDer);
    assert.deepEqual(kinds, ['several-certificates']);
  });

  it('note dates and texts that cannot be read', () => {
    const { value, kinds } = readCertificate({
      dateOfCreate: 'x',
      dateOfModify: Buffer.from([0xff]),
      metaInfo: [Buffer.from([0xff]), 'none', 'requestId:zz'],
    });
    assert.equal(value?.issuedAt, null);
    assert.equal(value?.requestId, null);
    assert.deepEqual(kinds, [
      'unreadable-meta-info',
      'unreadable-meta-info',
      'malformed-date',
      'malformed-date',
      'unreadable-meta-info',
    ]);
  });

  it('note a time zone that is not theirs, and give evidence of the right one', () => {
    const dates = { notBefore: '20260101010000Z', notAfter: '20280701020000Z' };
    const berlin = directoryTimeZone('Europe/Berlin');
    assert.deepEqual(readCertificate(dates).kinds, ['date-differs-from-certificate', 'date-differs-from-certificate']);
    const read = readCertificate(dates, undefined, berlin);
    assert.deepEqual(read.kinds, []);
    assert.deepEqual(read.value?.issuedAt, new Date('2025-12-31T23:00:01Z'));
    assert.deepEqual(
      timeZoneSamplesOf(entryOf('cn=12', { ...soundCertificate, ...dates })).map(({ text }) => text),
      Object.values(dates),
    );
  });

  it('read request numbers in hexadecimal where they are random', () => {
    assert.equal(readCertificate({ metaInfo: 'requestId:0x1f' }).value?.requestId, 31n);
  });
});

const issuedText = certificateDer.toString('base64').replace(/.{76}/g, '$&\r\n');
const soundRequest: Values = {
  requestId: '0234',
  requestState: 'complete',
  requestType: 'enrollment',
  dateOfCreate: '20260101000000Z',
  dateOfModify: '20260101000001Z',
  requestOwner: 'ipara',
  'extdata-profileid': 'caServerCert',
  'extdata-profilesetid': 'serverCertSet',
  'extdata-cert--005frequest': '-----BEGIN...',
  'extdata-requestor--005fname': 'Ünït',
  'extdata-req--005fx509info': 'MAA=',
  'extdata-req--005fissued--005fcert': issuedText,
  'extdata-profileremoteaddr': '10.0.0.1',
  'extdata-auth--005ftoken;authmgrinstname': 'raCertAuth',
  'extdata-auth--005ftoken--002euid': 'ipara',
  'extdata-req--005fsubject--005fname--002ecn': 'host',
};
function readRequest(changes: Values, dn = 'cn=34,ou=ca,ou=requests,o=ipaca') {
  const { value, findings } = decodeRequestEntry(
    entryOf(dn, { ...soundRequest, ...changes }),
    layout.requests,
    universalTime,
  );
  return { value, kinds: findings.map(({ kind }) => kind) };
}

describe('request entries', () => {
  it('are decoded with inputs, attributes, draft and certificates', () => {
    const { value, kinds } = readRequest({});
    assert.deepEqual(kinds, []);
    assert.deepEqual(value, {
      id: 34n,
      kind: 'enrollment',
      state: 'complete',
      createdAt: new Date('2026-01-01T00:00:00Z'),
      modifiedAt: new Date('2026-01-01T00:00:01Z'),
      owner: 'ipara',
      authorityId: null,
      profileId: 'caServerCert',
      policySetId: 'serverCertSet',
      inputs: { cert_request: '-----BEGIN...', requestor_name: 'Ünït' },
      attributes: {
        'auth_token.uid': 'ipara',
        'auth_token;authMgrInstName': 'raCertAuth',
        profileRemoteAddr: '10.0.0.1',
        'req_subject_name.cn': 'host',
      },
      draftDer: Buffer.from('3000', 'hex'),
      errorMessage: null,
      failed: false,
      certificateSerials: [12n],
    });
  });

  it('name what was revoked or released', () => {
    const revoked = readRequest({
      requestType: 'revocation',
      'extdata-cert--005finfo;1': 'MCACAQsXDTI2MTEyMzE4MjExMVowDDAKBgNVHRUEAwoBAA==',
      'extdata-cert--005finfo;0': 'MCACAQwXDTI2MTEyMzE4MjExMVowDDAKBgNVHRUEAwoBAA==',
      'extdata-old--005fserials;0': '99',
    });
    assert.deepEqual([revoked.value?.kind, revoked.value?.certificateSerials], ['revocation', [12n, 11n]]);
    const released = readRequest({
      requestType: 'unrevocation',
      'extdata-old--005fserials;0': '20',
      'extdata-old--005fserials;1': '21',
    });
    assert.deepEqual([released.value?.kind, released.value?.certificateSerials], ['release', [20n, 21n]]);
    assert.deepEqual(
      readRequest({ requestType: 'revocation', 'extdata-old--005fcerts;0': issuedText }).value?.certificateSerials,
      [12n],
    );
  });

  it('tell failure and its message', () => {
    const { value } = readRequest({ 'extdata-result': '2', 'extdata-error': 'Key Type RSA Not Matched' });
    assert.deepEqual([value?.failed, value?.errorMessage], [true, 'Key Type RSA Not Matched']);
    assert.equal(readRequest({ 'extdata-result': '1' }).value?.failed, false);
  });

  it('are refused when their type, state or number is unknown', () => {
    assert.deepEqual(readRequest({ requestType: 'getCAChain' }).kinds, ['unknown-request-type']);
    assert.deepEqual(readRequest({ requestType: 'constructor' }).kinds, ['unknown-request-type']);
    assert.deepEqual(readRequest({ requestState: 'lost' }).kinds, ['unknown-request-state']);
    assert.deepEqual(readRequest({}, 'cn=x,ou=ca,ou=requests,o=ipaca').kinds, ['unnumbered-request-entry']);
  });

  it('leave out secrets, unreadable values and what is not UTF-8, each with a finding', () => {
    const { value, kinds } = readRequest({
      'extdata-serversidekeygenp12passwd': 'hunter2',
      'extdata-req--005fx509info': '*',
      'extdata-req--005fissued--005fcert': 'AAAA',
      'extdata-other': Buffer.from([0xff, 0xfe]),
      'extdata-two': ['1', '2'],
      requestId: '99',
    });
    assert.ok(!JSON.stringify(value?.attributes).includes('hunter2'));
    assert.deepEqual([value?.draftDer, value?.certificateSerials, value?.attributes.two], [null, [], '1']);
    assert.deepEqual([...kinds].sort(), [
      'ambiguous-request-value',
      'request-id-differs-from-name',
      'secret-left-out',
      'text-not-utf-8',
      'unreadable-request-value',
      'unreadable-request-value',
    ]);
  });

  it('survive values named like members of every object', () => {
    const { value } = readRequest({ 'extdata---005f--005fproto--005f--005f': 'x' });
    assert.equal(Object.getOwnPropertyDescriptor(value?.attributes ?? {}, '__proto__')?.value, 'x');
  });
});

describe('other entries', () => {
  it('give profiles as their text stands', () => {
    const text = 'enable=true\nname=ü\\\n';
    const dn = 'cn=caIPAserviceCert,ou=certificateProfiles,ou=ca,o=ipaca';
    assert.deepEqual(
      decodeProfileEntry(entryOf(dn, { classId: 'caEnrollImpl', certProfileConfig: text }), layout.profiles).value,
      {
        id: 'caIPAserviceCert',
        classId: 'caEnrollImpl',
        configurationText: text,
      },
    );
    for (const [values, kind] of [
      [{ classId: 'x' }, 'profile-without-configuration'],
      [{ certProfileConfig: 'x' }, 'profile-without-class'],
      [{ classId: 'x', certProfileConfig: Buffer.from([0xc3]) }, 'text-not-utf-8'],
    ] as const)
      assert.deepEqual(
        decodeProfileEntry(entryOf(dn, values), layout.profiles).findings.map((finding) => finding.kind),
        [kind],
      );
  });

  it('give users without their password, and groups of users alone', () => {
    const user = decodeUserEntry(
      entryOf('uid=a b,ou=People,o=ipaca', {
        cn: 'A',
        mail: 'a@x',
        description: ['2;7;CN=i;CN=s', Buffer.from([0xff])],
        userCertificate: certificateDer,
        userPassword: '{SSHA}x',
        usertype: 'agentType',
      }),
      layout.users,
    );
    assert.deepEqual(user.value, {
      userId: 'a b',
      fullName: 'A',
      email: 'a@x',
      certificatesDer: [certificateDer],
      certificateClaims: ['2;7;CN=i;CN=s'],
      phone: null,
      type: 'agentType',
      state: null,
    });
    assert.deepEqual(
      user.findings.map(({ kind }) => kind),
      ['text-not-utf-8'],
    );
    const group = decodeGroupEntry(
      entryOf('cn=G,ou=groups,o=ipaca', {
        uniqueMember: [
          'uid=b,ou=People,o=ipaca',
          'UID=a, OU=people, O=IPACA',
          'cn=Other,ou=groups,o=ipaca',
          'uid=c,ou=people,o=kra,o=ipaca',
        ],
      }),
      layout.groups,
      layout.users,
    );
    assert.deepEqual(group.value, { name: 'G', description: null, memberUserIds: ['b', 'a'] });
    assert.deepEqual(
      group.findings.map(({ kind }) => kind),
      ['group-member-is-no-user', 'group-member-is-no-user'],
    );
  });

  it('give authorities and CRL issuing points', () => {
    const id = 'a17c092a-7c45-40d1-a172-d6b3d7be2908';
    const host = decodeAuthorityEntry(
      entryOf(`cn=${id},ou=authorities,ou=ca,o=ipaca`, {
        authorityID: id,
        authorityDN: 'CN=x',
        authorityEnabled: 'TRUE',
        description: 'Host authority',
      }),
      layout.authorities,
    );
    assert.deepEqual(
      [host.value?.isHostAuthority, host.value?.enabled, host.value?.certificateSerial],
      [true, true, null],
    );
    const sub = decodeAuthorityEntry(
      entryOf(`cn=${id},ou=authorities,ou=ca,o=ipaca`, {
        authorityID: id,
        authorityParentID: id,
        authorityEnabled: 'FALSE',
        authoritySerial: '268435457',
      }),
      layout.authorities,
    );
    assert.deepEqual(
      [sub.value?.isHostAuthority, sub.value?.enabled, sub.value?.certificateSerial],
      [false, false, 268435457n],
    );
    const point = decodeIssuingPointEntry(
      entryOf('cn=MasterCRL,ou=crlIssuingPoints,ou=ca,o=ipaca', {
        crlNumber: '0212',
        deltaNumber: '0213',
        crlSize: '015',
        deltaSize: '02-1',
        'certificateRevocationList;binary': Buffer.from([0x30]),
        deltaRevocationList: '',
        thisUpdate: '20260101000000Z',
      }),
      layout.issuingPoints,
      universalTime,
    );
    assert.deepEqual(
      [point.value?.crlNumber, point.value?.deltaNumber, point.value?.entryCount, point.value?.deltaCrlDer],
      [12n, 13n, 5n, null],
    );
  });

  it('give number ranges in both readings', () => {
    const findings = new EntryFindings();
    assert.deepEqual(readNextRange(entryOf('ou=x', { nextRange: '10000001' }), findings), {
      text: '10000001',
      decimal: 10000001n,
      hexadecimal: 0x10000001n,
    });
    assert.equal(
      decodeRangeEntry(entryOf('cn=1', { beginRange: 'ff0', endRange: 'fff', host: 'h' }), findings)?.begin.decimal,
      0xff0n,
    );
    assert.equal(decodeRangeEntry(entryOf('cn=1', { beginRange: 'x', endRange: '1' }), findings), null);
    assert.deepEqual(
      findings.list.map(({ kind }) => kind),
      ['malformed-range'],
    );
  });
});
