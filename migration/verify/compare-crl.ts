// Compares the CRL that Dogtag publishes with what the record says is revoked: as sets, and entry by entry.
import type { Revocation, Store } from '#ca-core/engine';
import { type CertificateList, decodeCertificateList, type RevokedCertificate } from '#codecs/x509';
import type { SourceCrl } from '#importers';
import { sha256 } from './comparable-parts.ts';
import { DifferenceList } from './difference-list.ts';
import type { VerifiedCrl } from './verification-report.ts';

/** Dogtag makes a CRL from what it knew some time before the date that it puts in. */
const settlingMs = 5 * 60_000;
const expiredBefore = 'expired before the CRL was made';

interface Revoked {
  readonly revocation: Revocation;
  readonly notAfter: Date;
}

/** Full CRLs that the source holds, each against the host authority's revoked certificates in the record. */
export async function compareCrl(
  crl: SourceCrl,
  store: Pick<Store, 'crls' | 'authorities' | 'certificates'>,
): Promise<VerifiedCrl> {
  const differences = new DifferenceList();
  const head = { issuingPoint: crl.issuingPoint, crlNumber: crl.crlNumber.toString() };
  const highest = await store.crls.highestNumber(crl.issuingPoint);
  if (highest < crl.crlNumber)
    differences.add({
      object: crl.issuingPoint,
      part: 'highest number',
      source: head.crlNumber,
      record: highest.toString(),
      explanation: null,
    });
  const list = crl.crlDer === null ? null : decodeQuietly(crl.crlDer);
  if (list === null || crl.crlDer === null) {
    const why = crl.crlDer === null ? 'the source holds no CRL yet' : 'the CRL cannot be decoded';
    differences.add({
      object: crl.issuingPoint,
      part: 'crlDer',
      source: why,
      record: '',
      explanation: crl.crlDer === null ? why : null,
    });
    return { ...head, thisUpdate: null, sourceCount: 0, recordCount: 0, ...differences.result() };
  }
  const newest = await store.crls.findNewest(crl.issuingPoint, 'full');
  // A later CRL of our own is no difference.
  if (newest === null || (newest.crlNumber <= crl.crlNumber && sha256(newest.crlDer) !== sha256(crl.crlDer)))
    differences.add({
      object: crl.issuingPoint,
      part: 'crlDer',
      source: sha256(crl.crlDer),
      record: newest === null ? 'absent' : sha256(newest.crlDer),
      explanation: null,
    });
  const revoked = await revokedOfHost(store);
  const listed = compareEntries(list, revoked, await revokedOfOthers(store), differences);
  const expected = [...revoked].filter(
    ([serial, one]) => listed.has(serial) || reasonToBeAbsent(one, list.thisUpdate) === null,
  );
  return {
    ...head,
    thisUpdate: list.thisUpdate.toISOString(),
    sourceCount: listed.size,
    recordCount: expected.length,
    ...differences.result(),
  };
}

/** Takes what the CRL lists out of `revoked`' view, then looks at what is left. Answers what the CRL lists. */
function compareEntries(
  list: CertificateList,
  revoked: ReadonlyMap<bigint, Revoked>,
  ofOthers: ReadonlySet<bigint>,
  differences: DifferenceList,
): ReadonlySet<bigint> {
  const listed = new Set<bigint>();
  for (const entry of list.revokedCertificates()) {
    listed.add(entry.serialNumber);
    const object = entry.serialNumber.toString();
    const known = revoked.get(entry.serialNumber);
    const source = textOfEntry(entry);
    if (known === undefined) {
      const released = entry.reasonCode === 6 ? 'released from hold since the CRL was made' : null;
      const explanation = ofOthers.has(entry.serialNumber) ? listedUntilRestart : released;
      differences.add({ object, part: 'extra in the CRL', source, record: 'not revoked', explanation });
      continue;
    }
    const record = textOfEntry({
      reasonCode: known.revocation.reason,
      revocationDate: known.revocation.revokedAt,
      invalidityDate: known.revocation.invalidityDate,
    });
    if (source !== record) {
      const isLater = known.revocation.revokedAt.getTime() > list.thisUpdate.getTime() - settlingMs;
      differences.add({
        object,
        part: 'entry',
        source,
        record,
        explanation: isLater ? 'revoked anew since the CRL was made' : null,
      });
    }
  }
  for (const [serialNumber, known] of revoked) {
    if (listed.has(serialNumber)) continue;
    const explanation = reasonToBeAbsent(known, list.thisUpdate);
    // Certificates that had expired by then are no news.
    if (explanation !== expiredBefore)
      differences.add({
        object: serialNumber.toString(),
        part: 'missing in the CRL',
        source: 'absent',
        record: textOfRevocation(known.revocation),
        explanation,
      });
  }
  return listed;
}

/** Why a revoked certificate need not be on a CRL of this date; null when it must be. */
function reasonToBeAbsent({ revocation, notAfter }: Revoked, thisUpdate: Date): string | null {
  if (notAfter < thisUpdate) return expiredBefore;
  if (revocation.revokedAt.getTime() > thisUpdate.getTime() - settlingMs) return 'revoked since the CRL was made';
  return null;
}

const listedUntilRestart = 'issued by another authority; Dogtag lists it until it is started again';

async function revokedOfHost(store: Pick<Store, 'authorities' | 'certificates'>): Promise<Map<bigint, Revoked>> {
  const revoked = new Map<bigint, Revoked>();
  const host = await store.authorities.findHost();
  if (host === null) return revoked;
  for await (const batch of store.certificates.revoked(host.id))
    for (const { serialNumber, revocation, notAfter } of batch) revoked.set(serialNumber, { revocation, notAfter });
  return revoked;
}

/** What authorities below the host have issued and is revoked: Dogtag adds it to the host's CRL at once, and leaves it out when it makes that list anew. */
async function revokedOfOthers(store: Pick<Store, 'authorities' | 'certificates'>): Promise<Set<bigint>> {
  const revoked = new Set<bigint>();
  for (const { id, isHostAuthority } of await store.authorities.list())
    if (!isHostAuthority)
      for await (const batch of store.certificates.revoked(id))
        for (const { serialNumber } of batch) revoked.add(serialNumber);
  return revoked;
}

function textOfEntry({
  reasonCode,
  revocationDate,
  invalidityDate,
}: Pick<RevokedCertificate, 'reasonCode' | 'revocationDate' | 'invalidityDate'>): string {
  const invalid = invalidityDate === null ? '' : ` invalid since ${invalidityDate.toISOString()}`;
  return `reason ${reasonCode ?? 0} at ${revocationDate.toISOString()}${invalid}`;
}

function textOfRevocation({ reason, revokedAt, invalidityDate }: Revocation): string {
  return textOfEntry({ reasonCode: reason, revocationDate: revokedAt, invalidityDate });
}

function decodeQuietly(crlDer: Uint8Array): CertificateList | null {
  try {
    const list = decodeCertificateList(crlDer, { rules: 'ber' });
    for (const _ of list.revokedCertificates());
    return list;
  } catch {
    return null;
  }
}
