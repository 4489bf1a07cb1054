// Facts of reading CS.cfg and password.conf.
import assert from 'node:assert/strict';
import { describeNumbers, describeSchedule, findPassword, listPasswordNames, parseCaConfiguration } from './index.ts';

const lines = (...list: readonly string[]) => `${list.join('\n')}\n`;

describe('the configuration of a CA', () => {
  it('says how the directory is reached', () => {
    const directory = (...list: readonly string[]) => parseCaConfiguration(lines(...list)).directory;
    assert.deepEqual(
      directory(
        'internaldb.basedn=o=ipaca',
        'internaldb.ldapconn.host=a.example b.example',
        'internaldb.ldapconn.port=390',
        'internaldb.ldapauth.bindDN=cn=Directory Manager',
      ),
      {
        url: 'ldap://a.example:390',
        base: 'o=ipaca',
        authentication: 'password',
        bindDn: 'cn=Directory Manager',
        passwordName: 'internaldb',
        certificateNickname: null,
      },
    );
    const secure = directory(
      'internaldb.basedn=o=x',
      'internaldb.ldapconn.host=::1',
      'internaldb.ldapconn.secureConn=true',
      'internaldb.ldapauth.authtype=SslClientAuth',
      'internaldb.ldapauth.clientCertNickname=subsystemCert',
    );
    assert.equal(secure?.url, 'ldaps://[::1]:636');
    assert.equal(secure.authentication, 'certificate');
    assert.equal(directory('internaldb.basedn=o=x'), null);
  });

  it('tells keys in hardware from those in files', () => {
    const { certificates } = parseCaConfiguration(
      lines(
        'ca.cert.list=signing,sslserver',
        'ca.signing.nickname=HSM-1:caSigningCert',
        'ca.signing.tokenname=HSM-1',
        'preop.cert.signing.privkey.id=-0x1F',
        'ca.sslserver.nickname=Server-Cert',
        'ca.sslserver.tokenname=Internal Key Storage Token',
        'ca.sslserver.cert=MAA=',
      ),
    );
    assert.deepEqual(
      certificates.map(({ id, nickname, token, keyId }) => [id, nickname, token, keyId]),
      [
        ['signing', 'caSigningCert', 'HSM-1', '1f'],
        ['sslserver', 'Server-Cert', null, null],
      ],
    );
    assert.deepEqual(certificates[1]?.certificateDer, Buffer.from([0x30, 0]));
  });

  it('says when CRLs are made', () => {
    const { crlPoints } = parseCaConfiguration(
      lines(
        'ca.crl._000=##',
        'ca.crl.pageSize=100',
        'ca.crl.A.class=x',
        'ca.crl.A.enableDailyUpdates=true',
        'ca.crl.A.dailyUpdates=1:00,13:00',
        'ca.crl.A.autoUpdateInterval=240',
        'ca.crl.A.updateSchema=3',
        'ca.crl.A.extension.DeltaCRLIndicator.enable=true',
        'ca.crl.B.class=x',
        'ca.crl.B.enableCRLUpdates=false',
        'ca.crl.B.enable=true',
      ),
    );
    assert.deepEqual(
      crlPoints.map((point) => [point.id, describeSchedule(point)]),
      [
        ['A', 'daily at 1:00, 13:00 and every 240 minutes, a full one every 3 times and delta CRLs between'],
        ['B', 'switched off'],
      ],
    );
  });

  it('reads serial numbers as hexadecimal and all others as decimal', () => {
    const { numbers } = parseCaConfiguration(
      lines(
        'dbs.beginSerialNumber=1',
        'dbs.endSerialNumber=10000000',
        'dbs.nextBeginSerialNumber=-1',
        'dbs.nextEndSerialNumber=-1',
        'dbs.beginRequestNumber=1',
        'dbs.endRequestNumber=ff',
      ),
    );
    assert.deepEqual(
      numbers.ranges.map(({ of, decimal, hexadecimal }) => [of, decimal?.to ?? null, hexadecimal?.to ?? null]),
      [
        ['certificate', 10000000n, 0x10000000n],
        ['request', null, 0xffn],
      ],
    );
    assert.match(describeNumbers(numbers), /count up in the range 0x1 to 0x10000000; no new range/);
    const random = parseCaConfiguration(
      lines('dbs.cert.id.generator=random', 'dbs.beginSerialNumber=1', 'dbs.endSerialNumber=ff'),
    ).numbers;
    assert.deepEqual([random.serialNumbers, random.randomBits, random.ranges], ['random', 128, []]);
  });

  it('says where profiles are', () => {
    const place = (name: string) =>
      parseCaConfiguration(
        lines(
          'subsystem.0.class=com.netscape.ca.CertificateAuthority',
          `subsystem.1.class=com.netscape.cmscore.profile.${name}`,
          'profile.list=a,b',
          'profile.a.class_id=caEnrollImpl',
          'profile.a.config=/x/a.cfg',
        ),
      ).profiles;
    assert.equal(place('LDAPProfileSubsystem').place, 'directory');
    assert.deepEqual(place('ProfileSubsystem'), {
      place: 'files',
      listed: [
        { id: 'a', classId: 'caEnrollImpl', file: '/x/a.cfg' },
        { id: 'b', classId: 'caEnrollImpl', file: null },
      ],
    });
  });

  it('lists passwords by name, and gives one when asked for it', () => {
    const text = 'internal=a=b\r\n# internaldb=x\ninternaldb= c\nhardware-HSM-1=d\nnothing\n';
    assert.deepEqual(listPasswordNames(text), ['internal', 'internaldb', 'hardware-HSM-1']);
    assert.equal(findPassword(text, 'internal'), 'a=b');
    assert.equal(findPassword(text, 'internaldb'), ' c');
    assert.equal(findPassword(text, 'nothing'), null);
  });
});
