// What our side must know of the lab: its authority, and its users, groups and rules as its directory has them.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AccessRule } from '#ca-core/engine';
import { openDogtagDirectory } from '#importers';
import { silentLog, systemClock } from '#platform';
import type { CmcInstallation } from '#test/cmc-exchanges';
import { readLabVariable } from '../profiles/lab-dogtag.ts';

export async function readCmcInstallation(): Promise<CmcInstallation> {
  const source = openDogtagDirectory(
    {
      url: new URL(readLabVariable('DOGTAG_LDAP_URL')),
      bindDn: readLabVariable('DOGTAG_LDAP_BIND_DN').replaceAll("'", ''),
      password: readLabVariable('DOGTAG_LDAP_PASSWORD'),
      startTls: false,
      caCertificatePem: null,
      base: readLabVariable('DOGTAG_LDAP_BASE'),
      timeZone: 'UTC',
    },
    { log: silentLog, clock: systemClock },
  );
  const groupsOf = new Map<string, string[]>();
  const users: CmcInstallation['users'][number][] = [];
  const rules: AccessRule[] = [];
  try {
    for await (const { records } of source.read('group', null))
      for (const { kind, value } of records)
        if (kind === 'group')
          for (const userId of value.memberUserIds)
            groupsOf.set(userId.toLowerCase(), [...(groupsOf.get(userId.toLowerCase()) ?? []), value.name]);
    for await (const { records } of source.read('user', null))
      for (const { kind, value } of records)
        if (kind === 'user')
          users.push({
            userId: value.userId,
            groups: groupsOf.get(value.userId.toLowerCase()) ?? [],
            certificates: value.certificatesDer.map((der) => Buffer.from(der).toString('base64')),
            claims: value.certificateClaims,
          });
    for await (const { records } of source.read('access-rule', null))
      for (const { kind, value } of records) if (kind === 'access-rule') rules.push(value);
  } finally {
    await source.close();
  }
  return {
    authorityCertificate: new X509Certificate(readFileSync(readLabVariable('DOGTAG_CA_CERT'))).raw.toString('base64'),
    ocspUrl: `http://${readLabVariable('DOGTAG_HOST')}:${new URL(readLabVariable('DOGTAG_HTTP_URL')).port}/ca/ocsp`,
    peopleDn: `ou=People,${readLabVariable('DOGTAG_LDAP_BASE')}`,
    users,
    rules,
  };
}
