// Puts the recorded Dogtag together: directory and answers served on loopback, keys from the recording.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#platform';
import { type RecordedTurn, type RecordingDescription, readRecordedConversation } from './recorded-conversation.ts';
import { type StandInDirectory, startStandInDirectory } from './stand-in-directory.ts';
import { type StandInDogtag, startStandInDogtag } from './stand-in-dogtag.ts';
import { openThrowawayIssuer, type ThrowawayTls } from './throwaway-tls.ts';

export interface RecordedDogtag {
  readonly recording: RecordingDescription;
  readonly turns: readonly RecordedTurn[];
  readonly directory: StandInDirectory;
  readonly dogtag: StandInDogtag;
  readonly bindDn: string;
  readonly bindPassword: string;
  /** Files of the recording. */
  readonly files: {
    readonly authority: string;
    readonly authorityPkcs12: string;
    readonly agentCertificate: string;
    readonly agentKey: string;
  };
  /** For a gateway in front of it. */
  readonly gatewayTls: ThrowawayTls;
  close(): Promise<void>;
}

const bindDn = 'cn=Directory Manager';
const bindPassword = 'recorded';

/** `folder` is compat-fixtures/trial. Throws the system's error when it is incomplete. */
export async function openRecordedDogtag(folder: string): Promise<RecordedDogtag> {
  const recording = JSON.parse(await readFile(join(folder, 'recording.json'), 'utf8')) as RecordingDescription;
  const turns = await readRecordedConversation(join(folder, 'conversation'));
  const key = (name: string) => join(folder, 'keys', name);
  const pkcs12 = await readFile(key('ca-signing.p12'));
  const issue = openThrowawayIssuer(pkcs12, recording.pkcs12Password, systemClock);
  const tlsFor = () => issue([recording.hostName, 'localhost']);
  const directory = await startStandInDirectory({
    ldifFile: join(folder, 'directory.ldif.gz'),
    bindDn,
    password: bindPassword,
    port: 0,
  });
  const dogtag = await startStandInDogtag({
    turns,
    ...tlsFor(),
    onTurn: ({ changedEntries }) => directory.apply(changedEntries),
  });
  return {
    recording,
    turns,
    directory,
    dogtag,
    bindDn,
    bindPassword,
    files: {
      authority: key('ca.crt'),
      authorityPkcs12: key('ca-signing.p12'),
      agentCertificate: key('agent.crt'),
      agentKey: key('agent.key'),
    },
    gatewayTls: tlsFor(),
    close: async () => {
      await dogtag.close();
      await directory.close();
    },
  };
}
