// The authorities of the recorded installation, judged by the engine itself: what they become is taken from the recorded answers, whether they may
// become it is not.
import { type AuthorityDescription, type AuthorityId, authorityId } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { type AuthorityData, authorityData } from '#codecs/dogtag-rest';
import { decodePem } from '#codecs/pem';
import { silentLog, systemClock } from '#platform';
import { AuthorityRegistry } from '../../../ca-core/engine/authorities/authority-registry.ts';
import { judgeChange } from '../../../ca-core/engine/authorities/change-authority.ts';
import { judgeCreation } from '../../../ca-core/engine/authorities/create-authority.ts';
import { judgeDeletion } from '../../../ca-core/engine/authorities/delete-authority.ts';
import { judgeRenewal } from '../../../ca-core/engine/authorities/renew-authority.ts';
import { readEntity } from './read-rest-answer.ts';
import type { RecordedExchange } from './recorded-exchanges.ts';
import { host } from './scripted-facts.ts';

type AuthorityCalls = Pick<
  RaClient,
  'describeAuthority' | 'listAuthorities' | 'createAuthority' | 'changeAuthority' | 'renewAuthority' | 'deleteAuthority'
>;

export interface RecordedAuthorityKeeper {
  /** The authorities as they were when this exchange was recorded; it may change them. */
  script(exchange: RecordedExchange): AuthorityCalls;
}

/** `exchanges` in the order in which they were made. */
export async function keepRecordedAuthorities(
  exchanges: readonly RecordedExchange[],
): Promise<RecordedAuthorityKeeper> {
  const certificateDer = createdCertificate(exchanges);
  const authorities = new Map<AuthorityId, AuthorityDescription>();
  for (const data of exchanges.filter(isOfHost).slice(0, 1).map(entity)) keep(data, host.certificateDer);
  const registry = new AuthorityRegistry({
    authorities: { list: async () => [...authorities.values()] },
    listKeys: async () => [],
    hostSigningAlgorithm: null,
    clock: systemClock,
    log: silentLog,
  });
  await registry.refresh();

  function keep(data: AuthorityData, der: Uint8Array): AuthorityDescription {
    const isHostAuthority = data.isHostAuthority === true;
    const kept: AuthorityDescription = {
      id: authorityId(data.id ?? ''),
      isHostAuthority,
      parentId: data.parentId === null ? null : authorityId(data.parentId),
      subject: data.subject ?? '',
      issuer: data.issuer ?? '',
      serialNumber: data.serialNumber ?? 0n,
      enabled: data.enabled === true,
      description: data.description,
      ready: data.ready === true,
      certificateDer: der,
      chainDer: isHostAuthority ? [der] : [der, host.certificateDer],
    };
    authorities.set(kept.id, kept);
    return kept;
  }
  /** Without keys the engine's registry calls nobody ready; the recorded ones were. */
  const ready = (authority: AuthorityDescription) => ({ ...authority, ready: true });
  const changed = async <Result>(result: Result): Promise<Result> => {
    await registry.refresh();
    return result;
  };

  return {
    script: (exchange) => ({
      describeAuthority: async (id) => ready((await registry.get(id)).description),
      listAuthorities: async () => (await registry.list()).map(({ description }) => ready(description)),
      createAuthority: async (order) => {
        await judgeCreation(order, registry);
        return changed(keep(entity(exchange), certificateDer));
      },
      changeAuthority: async (id, change) => {
        const { description } = await registry.get(id);
        const judged = judgeChange(description, change);
        // Where Dogtag broke down, what it would have become is the engine's word alone.
        if (exchange.response.status >= 300) return ready(judged);
        return changed(keep(entity(exchange), description.certificateDer));
      },
      renewAuthority: async (id) => void (await judgeRenewal(id, registry)),
      deleteAuthority: async (id) => {
        const all = (await registry.list()).map(({ description }) => description);
        judgeDeletion((await registry.get(id)).description, all);
        authorities.delete(id);
        await changed(null);
      },
    }),
  };
}

const entity = (exchange: RecordedExchange): AuthorityData => readEntity(exchange, authorityData);

function isOfHost({ operation, name }: RecordedExchange): boolean {
  return operation === 'rest-get-authority' && name.endsWith('-get-host');
}

function createdCertificate(exchanges: readonly RecordedExchange[]): Buffer {
  const shown = exchanges.find(({ name }) => name.endsWith('-created-cert'));
  return shown === undefined ? Buffer.alloc(0) : decodePem(shown.response.body.toString(), 'CERTIFICATE');
}
