// An appliance that has the recorded Dogtag of the trial beside it, for suites that need an installation and no lab.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecordedDogtag } from '#appliance/trial';
import { ApplianceUnderTest } from './appliance-under-test.ts';
import { projectFolder } from './source-files.ts';

export interface ApplianceBesideRecording {
  readonly appliance: ApplianceUnderTest;
  readonly hostName: string;
  readonly authorityPem: string;
  readonly agent: { readonly certificatePem: string; readonly keyPem: string };
  close(): Promise<void>;
}

/** Not started, nothing imported. `settings` are members of retag.json in place of those that are written. */
export async function openApplianceBesideRecording(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<ApplianceBesideRecording> {
  const recorded = await openRecordedDogtag(join(projectFolder, 'compat-fixtures/trial'));
  const { recording, files, directory, dogtag, gatewayTls } = recorded;
  Object.assign(process.env, {
    DOGTAG_HOST: recording.hostName,
    DOGTAG_URL: dogtag.httpsUrl.href,
    DOGTAG_HTTP_URL: dogtag.httpUrl.href,
    DOGTAG_CA_CERT: files.authority,
    DOGTAG_CA_PKCS12: files.authorityPkcs12,
    DOGTAG_CA_PKCS12_PASSWORD: recording.pkcs12Password,
    DOGTAG_AGENT_CERT: files.agentCertificate,
    DOGTAG_AGENT_KEY: files.agentKey,
    DOGTAG_LDAP_URL: directory.url.href,
    DOGTAG_LDAP_BIND_DN: recorded.bindDn,
    DOGTAG_LDAP_PASSWORD: recorded.bindPassword,
    DOGTAG_LDAP_BASE: recording.base,
  });
  // A recorded Dogtag issues nothing new, not even the gateway's own certificate.
  const tls = { certificateFile: './gateway.crt', keyFile: './gateway.key' };
  const appliance = await ApplianceUnderTest.open({ settings: { tls, ...settings } });
  writeFileSync(join(appliance.folder, tls.certificateFile), gatewayTls.certificatePem);
  writeFileSync(join(appliance.folder, tls.keyFile), gatewayTls.keyPem, { mode: 0o600 });
  const read = (file: string) => readFileSync(file, 'utf8');
  return {
    appliance,
    hostName: recording.hostName,
    authorityPem: read(files.authority),
    agent: { certificatePem: read(files.agentCertificate), keyPem: read(files.agentKey) },
    close: async () => {
      await appliance.close();
      await recorded.close();
    },
  };
}
