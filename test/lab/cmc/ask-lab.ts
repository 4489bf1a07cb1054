// One message to the lab's Dogtag, with the certificate of whoever sends it; the answer as octets.
import { request as sendRequest } from 'node:https';
import type { CmcAnswer } from '#test/cmc-exchanges';
import { type LabIdentity, readLabVariable } from '../profiles/lab-dogtag.ts';

/** Dogtag waits for ever for a body whose length it is not told, and takes a form for one that it has read: every message has a length and a type. */
export function askLab(target: string, body: Uint8Array, identity: LabIdentity | null): Promise<CmcAnswer> {
  const url = new URL(readLabVariable('DOGTAG_URL'));
  return new Promise((resolve, reject) => {
    const outgoing = sendRequest(
      {
        host: url.hostname,
        port: url.port,
        method: 'POST',
        path: target,
        agent: false,
        headers: { 'Content-Type': 'application/pkcs7-mime', 'Content-Length': body.length },
        // The lab's authority is one for throwing away, known to nobody.
        rejectUnauthorized: false,
        ...(identity === null ? {} : { cert: identity.certificatePem, key: identity.keyPem }),
      },
      (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            contentType: incoming.headers['content-type'] ?? null,
            body: Buffer.concat(pieces).toString('base64'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.setTimeout(60_000, () => outgoing.destroy(new Error(`${target}: no answer`)));
    outgoing.end(body);
  });
}
