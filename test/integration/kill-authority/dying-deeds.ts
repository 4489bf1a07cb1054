// A process that works on an authority and is killed by itself, without notice, at the step it was told.
import { type AuthorityId, CertificationAuthority } from '#ca-core/engine';
import { createDatabase, silentLog } from '#platform';
import { addressFromEnvironment } from '#test/child-database';
import { callers, openAuthority } from '#test/running-authority';

export interface DyingOrders {
  readonly keyFolder: string;
  /** Name of the step, with `before-` or `after-` in front. */
  readonly at: string;
  readonly deed: 'create' | 'renew' | 'delete';
  readonly subject: string;
  readonly authorityId: AuthorityId | null;
}

const orders: DyingOrders = JSON.parse(process.env.DYING_DEED ?? '');
const database = createDatabase({ address: addressFromEnvironment(), log: silentLog });
const running = await openAuthority({ database, keyFolder: orders.keyFolder, log: silentLog });
const { services, settings } = running.authority;
const { store, signer, keys = null } = services;
if (keys === null) throw new Error('no keys are kept here');

const die = () => process.kill(process.pid, 'SIGKILL');
/** The same object, which dies before or after its method of that name. */
function dyingAt<Part extends object>(part: Part, methods: readonly (keyof Part & string)[], prefix: string): Part {
  const wrapped = Object.fromEntries(
    methods.map((method) => [
      method,
      async (...values: unknown[]) => {
        if (orders.at === `before-${prefix}.${method}`) die();
        const result = await (part[method] as unknown as (...given: unknown[]) => Promise<unknown>).apply(part, values);
        if (orders.at === `after-${prefix}.${method}`) die();
        return result;
      },
    ]),
  );
  return { ...part, ...wrapped };
}

const authority = new CertificationAuthority(
  {
    ...services,
    store: {
      ...store,
      authorities: dyingAt(store.authorities, ['recordIntent', 'resolveIntent'], 'authorities'),
      issuance: dyingAt(store.issuance, ['recordIntent', 'recordIssuance'], 'issuance'),
      revocation: dyingAt(store.revocation, ['record'], 'revocation'),
    },
    signer: {
      describe: () => signer.describe(),
      sign: async (keyId, algorithm, prepared) => {
        if (orders.at === `before-signer.${prepared.kind}`) die();
        const signature = await signer.sign(keyId, algorithm, prepared);
        if (orders.at === `after-signer.${prepared.kind}`) die();
        return signature;
      },
    },
    keys: dyingAt(
      {
        createKey: keys.createKey.bind(keys),
        destroyKey: keys.destroyKey.bind(keys),
      },
      ['createKey', 'destroyKey'],
      'keys',
    ),
  },
  settings,
);
const { deed, subject, authorityId } = orders;
if (deed === 'create') await authority.createAuthority({ parentId: null, subject, description: 'x' }, callers.agent);
else if (authorityId !== null && deed === 'renew') await authority.renewAuthority(authorityId, callers.agent);
else if (authorityId !== null) await authority.deleteAuthority(authorityId, callers.agent);
process.stdout.write('lived\n');
process.exit(0);
