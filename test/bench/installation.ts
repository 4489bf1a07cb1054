// What is measured: an appliance beside the lab's Dogtag where its variables are set, else one that took a recorded Dogtag in.
import { createSecureContext } from 'node:tls';
import { openApplianceBesideRecording } from '#test/appliance-beside-recording';
import { labFile, labVariable } from '#test/appliance-clients';
import { ApplianceUnderTest, type ApplianceWish } from '#test/appliance-under-test';
import type { Load } from './load/drive-load.ts';
import { type Destination, HttpConnection } from './load/http-connection.ts';
import { templateRequest } from './requests/ready-made.ts';

/** One of the two answerers. */
export interface Side {
  readonly name: 'Dogtag' | 'Retag';
  readonly httpsPort: number;
  readonly httpPort: number;
}

export interface Installation {
  /** Null where there is only a recorded Dogtag, which has no speed of its own. */
  readonly dogtag: Side | null;
  readonly appliance: ApplianceUnderTest;
  readonly hostName: string;
  readonly authorityPem: string;
  readonly agent: { readonly certificatePem: string; readonly keyPem: string };
  close(): Promise<void>;
}

export const isLabThere = (): boolean => process.env.DOGTAG_URL !== undefined;

/** Opens an appliance that has been given nothing yet but its settings. */
export function openInstallation(settings: ApplianceWish['settings'] = {}): Promise<Installation> {
  return isLabThere() ? openBesideLab(settings) : openBesideRecording(settings);
}

type Settings = NonNullable<ApplianceWish['settings']>;

async function openBesideLab(settings: Settings): Promise<Installation> {
  const portOf = (name: string) => Number(new URL(labVariable(name)).port);
  const appliance = await ApplianceUnderTest.open({ settings });
  return {
    dogtag: { name: 'Dogtag', httpsPort: portOf('DOGTAG_URL'), httpPort: portOf('DOGTAG_HTTP_URL') },
    appliance,
    hostName: labVariable('DOGTAG_HOST'),
    authorityPem: labFile('DOGTAG_CA_CERT'),
    agent: { certificatePem: labFile('DOGTAG_AGENT_CERT'), keyPem: labFile('DOGTAG_AGENT_KEY') },
    close: () => appliance.close(),
  };
}

async function openBesideRecording(settings: Settings): Promise<Installation> {
  return { dogtag: null, ...(await openApplianceBesideRecording(settings)) };
}

export function retagSide({ appliance: { ports } }: Installation): Side {
  return { name: 'Retag', httpsPort: ports.https, httpPort: ports.http };
}

export type ClientKind = 'agent' | 'anonymous' | 'plain';

/** Where a client of that kind goes: over TLS with the agent's certificate, over TLS without one, or over plain HTTP. */
export function placeOf(
  { hostName, authorityPem, agent }: Installation,
  { httpsPort, httpPort }: Side,
  kind: ClientKind,
): Pick<Load, 'port' | 'hostName' | 'tls'> {
  if (kind === 'plain') return { port: httpPort, hostName, tls: null };
  return { port: httpsPort, hostName, tls: { authorityPem, ...(kind === 'agent' ? agent : {}) } };
}

export function destinationOf(installation: Installation, side: Side, kind: ClientKind): Destination {
  const { port, hostName, tls } = placeOf(installation, side, kind);
  if (tls === null) return { port, hostName, secureContext: null };
  const { authorityPem, certificatePem, keyPem } = tls;
  const identity = certificatePem === undefined || keyPem === undefined ? {} : { cert: certificatePem, key: keyPem };
  return { port, hostName, secureContext: createSecureContext({ ca: authorityPem, ...identity }) };
}

export const hostHeader = ({ hostName }: Installation, { httpsPort }: Side): string => `${hostName}:${httpsPort}`;

/** The form that a side gives out for the measured profile. */
export async function readTemplate(installation: Installation, side: Side): Promise<string> {
  const connection = await HttpConnection.open(destinationOf(installation, side, 'agent'));
  const { status, body } = await connection.send(templateRequest(hostHeader(installation, side)));
  connection.close();
  if (status !== 200) throw new Error(`${side.name} has no template: ${status} ${body.toString('utf8').slice(0, 300)}`);
  return body.toString('utf8');
}
