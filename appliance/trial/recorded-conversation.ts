// The recorded conversation of clients with a Dogtag: requests, answers, and what the answers changed in the directory.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeRecordedRequest,
  decodeRecordedResponse,
  type RecordedRequest,
  type RecordedResponse,
} from '#codecs/exchange';
import { type DirectoryEntry, decodeLdif } from '#codecs/ldif';

export interface RecordedTurn {
  /** Folder name, such as `012-approve`. */
  readonly name: string;
  readonly about: TurnDescription;
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
  /** Directory entries as the answer left them; empty when it changed none. */
  readonly changedEntries: readonly DirectoryEntry[];
}

export interface TurnDescription {
  /** What the turn shows, in a few words. */
  readonly shows: string;
  /** `client`: said by a client. `gateway`: asked by the gateway itself after the client's turn before it, such as for a certificate that was issued. */
  readonly by: 'client' | 'gateway';
  /** Over which listener. */
  readonly listener: 'https' | 'http';
  /** Whose certificate was presented. */
  readonly identity: 'agent' | 'none';
}

/** About the recording as a whole: `recording.json`. */
export interface RecordingDescription {
  readonly dogtagVersion: string;
  /** Name by which clients address the gateway, and which stands in the answers' links with the ports 8443 and 8080. */
  readonly hostName: string;
  /** When the conversation began; the trial's clock starts there. */
  readonly recordedAt: string;
  readonly base: string;
  /** Port of Dogtag's plain listener, which stands in the location of its OCSP responder. */
  readonly httpPort: number;
  readonly pkcs12Password: string;
}

/** Reads a folder of turns in the order of their names. Throws ExchangeError, LdifError or the system's error. */
export async function readRecordedConversation(folder: string): Promise<readonly RecordedTurn[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map((name) => readTurn(folder, name)));
}

async function readTurn(folder: string, name: string): Promise<RecordedTurn> {
  const [about, request, response, changes] = await Promise.all([
    readFile(join(folder, name, 'about.json'), 'utf8'),
    readFile(join(folder, name, 'request.http')),
    readFile(join(folder, name, 'response.http')),
    readFile(join(folder, name, 'after.ldif')).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    }),
  ]);
  return {
    name,
    about: JSON.parse(about) as TurnDescription,
    request: decodeRecordedRequest(request),
    response: decodeRecordedResponse(response),
    changedEntries: changes === null ? [] : [...decodeLdif(changes)],
  };
}
