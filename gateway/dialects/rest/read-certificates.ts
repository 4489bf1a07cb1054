// A page of certificates from the record, in pieces: clients that want everything ask for 2^31-1 at once (FreeIPA's cert-find).
import type { CertificateQuery, CertificateRecord, RaClient } from '../../contract.ts';

/** Read from the record at once. */
const pieceMax = 5_000;
/** Most of one answer, so that no single client can fill the memory. Who needs more follows the link to the next page. */
export const entriesMax = 100_000;

export interface CertificatesRead<T> {
  readonly entries: readonly T[];
  /** Number of all matches. */
  readonly total: number;
}

/** At most `size` certificates from the one at `start` on, by serial number; only what `convert` makes of each is kept. */
export async function readCertificates<T>(
  ra: RaClient,
  query: Omit<CertificateQuery, 'limit' | 'offset' | 'afterSerial' | 'countTotal'>,
  start: number,
  size: number,
  convert: (record: CertificateRecord) => T,
): Promise<CertificatesRead<T>> {
  const wanted = Math.min(Math.max(size, 0), entriesMax);
  const first = await ra.searchCertificates({ ...query, offset: start, limit: Math.min(wanted, pieceMax) });
  const entries = first.certificates.map(convert);
  let piece = first.certificates;
  while (entries.length < wanted && piece.length === pieceMax) {
    const last = piece.at(-1);
    if (last === undefined) break;
    const limit = Math.min(wanted - entries.length, pieceMax);
    const next = { ...query, afterSerial: last.serialNumber, limit, countTotal: false };
    piece = (await ra.searchCertificates(next)).certificates;
    for (const record of piece) entries.push(convert(record));
  }
  return { entries, total: first.total };
}
