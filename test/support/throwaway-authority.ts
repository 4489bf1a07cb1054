// An authority for tests: a real certificate and a real key that dies with the test process.
import { generateKeyPairSync } from 'node:crypto';
import { type AuthorityDescription, type AuthorityId, authorityId } from '#ca-core/engine';
import { createThrowawaySigner, type Signer } from '#ca-core/signer';
import { silentLog, systemClock } from '#platform';
import { AuthorityRegistry } from '../../ca-core/engine/authorities/authority-registry.ts';
import { certifyAuthority } from '../../ca-core/engine/issuance/certify-authority.ts';

export interface ThrowawayAuthority {
  readonly id: AuthorityId;
  readonly signer: Signer;
  readonly description: AuthorityDescription;
  readonly registry: AuthorityRegistry;
}

export type ThrowawayKeyType = 'rsa' | 'P-256' | 'P-384' | 'P-521' | 'ed25519';

/** `CN=Test Authority,O=EXAMPLE.TEST`, valid for ten years from now on. */
export async function createThrowawayAuthority(keyType: ThrowawayKeyType = 'rsa'): Promise<ThrowawayAuthority> {
  const id = authorityId('11111111-2222-3333-4444-555555555555');
  const publicKeyDer = generate(keyType).publicKey.export({ type: 'spki', format: 'der' });
  const signer = await createThrowawaySigner([{ keyId: 'host', publicKeyDer }]);
  const added: AuthorityDescription[] = [];
  const notBefore = new Date(Math.floor(systemClock.now().getTime() / 1000) * 1000);
  const authorities = {
    record: async (authority: AuthorityDescription) => {
      added.push(authority);
    },
    list: async () => added,
    find: async () => added[0] ?? null,
    findHost: async () => added[0] ?? null,
    change: async () => {},
    recordIntent: async () => {},
    unresolvedIntents: async () => [],
    resolveIntent: async () => {},
  };
  const description = await certifyAuthority(
    {
      id,
      keyId: 'host',
      subject: 'CN=Test Authority,O=EXAMPLE.TEST',
      serialNumber: 1n,
      notBefore,
      notAfter: new Date(notBefore.getTime() + 3650 * 86_400_000),
      signatureAlgorithm: null,
      ocspUrl: 'http://pki.example.test:18080/ca/ocsp',
      certifiedBy: 'system',
    },
    { store: { authorities }, signer, clock: systemClock },
  );
  const registry = new AuthorityRegistry({
    authorities,
    listKeys: () => signer.describe(),
    hostSigningAlgorithm: null,
    clock: systemClock,
    log: silentLog,
  });
  return { id, signer, description, registry };
}

function generate(keyType: ThrowawayKeyType) {
  if (keyType === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  if (keyType === 'ed25519') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('ec', { namedCurve: keyType });
}
