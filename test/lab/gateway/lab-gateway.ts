// A gateway in front of the lab's Dogtag, with users, groups and rules read from the lab's directory, and handlers that only say "allowed".
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessDirectory, AccessRule, AccessUser, CertificateRecord } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import {
  createOperationModes,
  type DogtagAccess,
  type Gateway,
  issueThroughDogtag,
  type OperationHandler,
  type OperationHandlers,
  type OperationMode,
  openDogtagAccess,
  openServerCertificate,
  operationNames,
  parseGatewaySettings,
  type RefusalEncoder,
  type RefusalEncoders,
  routeTable,
  startGateway,
} from '#gateway';
import { type ImportSource, openDogtagDirectory } from '#importers';
import { silentLog, systemClock } from '#platform';
import { readLabVariable } from '../profiles/lab-dogtag.ts';

export interface LabGateway {
  readonly gateway: Gateway;
  readonly dogtag: DogtagAccess;
  stop(): Promise<void>;
}

export interface LabGatewayWish {
  readonly mode: OperationMode;
  /** Over AJP, or over TLS with the identities whose keys the lab exports. */
  readonly transport: 'ajp' | 'tls';
}

/** The header in which the stand-in encoders say what kind of refusal it is; absent where the handler was reached. */
export const refusalHeader = 'X-Refusal';

const say: RefusalEncoder = (refusal) => ({
  status: refusal.kind === 'authentication-required' ? 401 : refusal.kind === 'not-authorized' ? 403 : 500,
  headers: { [refusalHeader]: refusal.kind },
  body: Buffer.from(refusal.kind),
});
const refusalEncoders: RefusalEncoders = {
  rest: say,
  'rest-v2': say,
  'servlet-template': say,
  'servlet-argset': say,
  'servlet-xml-response': say,
  'servlet-token': say,
  ocsp: say,
  acme: say,
  container: say,
};

export async function openLabGateway({ mode, transport }: LabGatewayWish): Promise<LabGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'retag-lab-gateway-'));
  const settings = settingsFor(transport, folder);
  const dogtag = await openDogtagAccess(settings);
  if (dogtag === null) throw new Error('no way to Dogtag');
  const source = openLabDirectory();
  const certificate = await openServerCertificate({
    hostNames: settings.tls.hostNames,
    files: null,
    folder,
    profile: null,
    trustPem: [readFileSync(readLabVariable('DOGTAG_CA_CERT'), 'utf8')],
    issue: issueThroughDogtag(dogtag.client, readFileSync(readLabVariable('DOGTAG_AGENT_CERT'), 'utf8')),
    clock: systemClock,
    log: silentLog,
  });
  const allowed: OperationHandler = async () => ({ status: 200, headers: {}, body: Buffer.from('allowed') });
  const gateway = await startGateway(
    {
      settings,
      ra: await readOnlyAuthority(source),
      shadow: null,
      modes: createOperationModes(mode),
      handlers: Object.fromEntries(operationNames.map((name) => [name, allowed])) as OperationHandlers,
      refusalEncoders,
      routes: routeTable,
      guardedHeaders: { 'Cache-Control': 'private', Expires: 'Thu, 01 Jan 1970 00:00:00 GMT' },
      credentials: certificate.credentials,
      audit: () => {},
      clock: systemClock,
      log: silentLog,
    },
    dogtag,
  );
  return {
    gateway,
    dogtag,
    stop: async () => {
      await gateway.stop();
      certificate.stop();
      await source.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function settingsFor(transport: LabGatewayWish['transport'], folder: string) {
  const [ajpHost = '', ajpPort = ''] = readLabVariable('DOGTAG_AJP').split(':');
  const identity = (who: string) => ({
    certificateFile: readLabVariable(`DOGTAG_${who}_CERT`),
    keyFile: readLabVariable(`DOGTAG_${who}_KEY`),
  });
  return parseGatewaySettings({
    listen: { httpsPort: 0, httpPort: 0 },
    clientTrustFiles: [readLabVariable('DOGTAG_CA_CERT')],
    tls: { hostNames: [readLabVariable('DOGTAG_HOST')], folder },
    upstream: {
      httpsUrl: readLabVariable('DOGTAG_URL'),
      httpUrl: readLabVariable('DOGTAG_HTTP_URL'),
      hostName: readLabVariable('DOGTAG_HOST'),
      trustFiles: [readLabVariable('DOGTAG_CA_CERT')],
      ajp:
        transport === 'ajp'
          ? { host: ajpHost, port: Number(ajpPort), secret: readLabVariable('DOGTAG_AJP_SECRET') }
          : null,
      identities: [identity('AGENT'), identity('ADMIN')],
    },
  });
}

function openLabDirectory(): ImportSource {
  return openDogtagDirectory(
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
}

/** What access needs of the authority, read from the lab's directory: who is who, who may what, what is revoked. */
async function readOnlyAuthority(source: ImportSource): Promise<RaClient> {
  const users: AccessUser[] = [];
  const rules: AccessRule[] = [];
  const groupsOf = new Map<string, string[]>();
  for await (const { records } of source.read('group', null))
    for (const { kind, value } of records)
      if (kind === 'group')
        for (const userId of value.memberUserIds)
          groupsOf.set(userId.toLowerCase(), [...(groupsOf.get(userId.toLowerCase()) ?? []), value.name]);
  for await (const { records } of source.read('user', null))
    for (const { kind, value } of records)
      if (kind === 'user') users.push({ ...value, groups: groupsOf.get(value.userId.toLowerCase()) ?? [] });
  for await (const { records } of source.read('access-rule', null))
    for (const { kind, value } of records) if (kind === 'access-rule') rules.push(value);
  const directory: AccessDirectory = { revision: 1n, users, rules };
  return {
    readAccessDirectory: async (seen: bigint | null) => (seen === 1n ? null : directory),
    findRequest: async () => null,
    // Passwords are Dogtag's own here.
    checkPassword: async () => 'unknown',
    findCertificate: async (serialNumber: bigint) => {
      const found = await source.find({ kind: 'certificate', serialNumber });
      const [record] = found?.records ?? [];
      return record?.kind === 'certificate' ? (record.value as unknown as CertificateRecord) : null;
    },
  } as unknown as RaClient;
}
