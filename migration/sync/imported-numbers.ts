// Numbers of the certificates and requests that came from the source, out of the record.
import { type CertificateQuery, requestId, type SerialNumber, type Store } from '#ca-core/engine';
import type { Clock } from '#platform';
import type { ImportedNumbers } from './find-removed.ts';

const pageSize = 500;

export function createImportedNumbers(store: Pick<Store, 'certificates' | 'requests'>, clock: Clock): ImportedNumbers {
  return (kind) => (kind === 'certificate' ? certificateNumbers(store, clock) : requestNumbers(store));
}

async function* certificateNumbers(
  { certificates }: Pick<Store, 'certificates'>,
  clock: Clock,
): AsyncGenerator<bigint> {
  let after: SerialNumber | null = null;
  for (;;) {
    const query: CertificateQuery = {
      limit: pageSize,
      countTotal: false,
      ...(after === null ? {} : { afterSerial: after }),
    };
    const { certificates: page } = await certificates.search(query, clock.now());
    for (const { serialNumber, origin } of page) if (origin === 'imported') yield serialNumber;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.serialNumber;
  }
}

async function* requestNumbers({ requests }: Pick<Store, 'requests'>): AsyncGenerator<bigint> {
  let from = requestId(0n);
  for (;;) {
    const { requests: page } = await requests.list({ fromId: from, limit: pageSize, countTotal: false });
    for (const { id, origin } of page) if (origin === 'imported') yield id;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    from = requestId(last.id + 1n);
  }
}
