// A process that makes certificate requests, each with a key and a name of its own, while another core makes others.
import { createPublicKey } from 'node:crypto';
import { makeRequestPem } from '#test/make-request';
import { makeDistinctRsaKeys } from './distinct-rsa-keys.ts';

export interface CsrOrder {
  readonly count: number;
  /** Names are `<label>-<number>.bench.example.test`. */
  readonly label: string;
}

process.on('message', ({ count, label }: CsrOrder) => {
  const pems: string[] = [];
  for (const privateKey of makeDistinctRsaKeys(count)) {
    const publicKey = createPublicKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    pems.push(makeRequestPem(`${label}-${pems.length}.bench.example.test`, { privateKey, publicKey }));
  }
  process.send?.(pems, () => process.disconnect());
});
