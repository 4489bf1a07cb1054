// Compares the CRL that Dogtag publishes with the one that this side would have published at that moment: as sets, and entry by entry.
import { crlEntryOf, type Store, serialNumber } from '#ca-core/engine';
import { type CertificateList, decodeCertificateList, type RevokedCertificate } from '#codecs/x509';
import type { SourceCrl, SourceRecordOf } from '#importers';
import { sha256 } from './comparable-parts.ts';
import type { Comparison } from './compare-numbered.ts';
import { DifferenceList } from './difference-list.ts';
import type { Difference, VerifiedCrl } from './verification-report.ts';

/** Dogtag makes a CRL from what it knew some time before the date that it puts in. */
const settlingMs = 5 * 60_000;
const revokedSince = 'revoked since the CRL was made';
const listedUntilRestart = 'issued by another authority; Dogtag lists it until it is started again';

type Listed = Pick<RevokedCertificate, 'reasonCode' | 'revocationDate' | 'invalidityDate'>;
type ComparedStore = Pick<Store, 'crls' | 'authorities' | 'certificates'>;

/** Every full CRL of the source. */
export async function compareCrls(comparison: Comparison): Promise<VerifiedCrl[]> {
  const crls: VerifiedCrl[] = [];
  for await (const { records } of comparison.source.read('crl', null))
    for (const record of records)
      if (record.kind === 'crl' && record.value.crlKind === 'full') crls.push(await compareCrl(record, comparison));
  return crls;
}

async function compareCrl(
  { value: crl, entry }: SourceRecordOf<'crl'>,
  { store, intake, findings, signal }: Comparison,
): Promise<VerifiedCrl> {
  const differences = new DifferenceList('crl', findings);
  const { issuingPoint } = crl;
  const head = { issuingPoint, crlNumber: crl.crlNumber.toString() };
  await compareNumbers(crl, entry, store, differences);
  const list = crl.crlDer === null ? null : decodeQuietly(crl.crlDer);
  if (list === null || crl.crlDer === null) {
    const why = crl.crlDer === null ? 'the source holds no CRL yet' : 'the CRL cannot be decoded';
    const explanation = crl.crlDer === null ? why : null;
    await differences.add({ object: issuingPoint, entry, part: 'crlDer', source: why, record: '', explanation });
    return { ...head, thisUpdate: null, sourceCount: 0, recordCount: 0, ...(await differences.result()) };
  }
  const problem = await intake.checkSignature('crl', crl.crlDer);
  if (problem !== null)
    await differences.add({
      object: issuingPoint,
      entry,
      part: 'signature',
      source: problem,
      record: '',
    });
  const { sourceCount, recordCount } = await compareEntries(list, store, differences, signal);
  const thisUpdate = list.thisUpdate.toISOString();
  return { ...head, thisUpdate, sourceCount, recordCount, ...(await differences.result()) };
}

/** The record must have reached the source's number, and hold its CRL unless it has a later one of its own. */
async function compareNumbers(
  { issuingPoint, crlNumber, crlDer }: SourceCrl,
  entry: string,
  { crls }: ComparedStore,
  differences: DifferenceList,
): Promise<void> {
  const highest = await crls.highestNumber(issuingPoint);
  if (highest < crlNumber)
    await differences.add({
      object: issuingPoint,
      entry,
      part: 'highest number',
      source: crlNumber.toString(),
      record: highest.toString(),
      explanation: null,
    });
  if (crlDer === null) return;
  const newest = await crls.findNewest(issuingPoint, 'full');
  if (newest === null || (newest.crlNumber <= crlNumber && sha256(newest.crlDer) !== sha256(crlDer)))
    await differences.add({
      object: issuingPoint,
      entry,
      part: 'crlDer',
      source: sha256(crlDer),
      record: newest === null ? 'absent' : sha256(newest.crlDer),
      explanation: null,
    });
}

/** Walks what this side has revoked through what the CRL lists; what is left of that is listed there alone. */
async function compareEntries(
  list: CertificateList,
  store: ComparedStore,
  differences: DifferenceList,
  signal: AbortSignal | undefined,
): Promise<{ readonly sourceCount: number; readonly recordCount: number }> {
  const { thisUpdate } = list;
  const listed = new Map<bigint, Listed>();
  for (const { serialNumber: serial, reasonCode, revocationDate, invalidityDate } of list.revokedCertificates())
    listed.set(serial, { reasonCode, revocationDate, invalidityDate });
  const sourceCount = listed.size;
  let recordCount = 0;
  const host = await store.authorities.findHost();
  for await (const batch of host === null ? [] : store.certificates.revoked(host.id)) {
    signal?.throwIfAborted();
    for (const revoked of batch) {
      const ours = crlEntryOf(revoked, thisUpdate);
      const theirs = listed.get(revoked.serialNumber);
      listed.delete(revoked.serialNumber);
      const found = judgeEntry(ours, theirs, thisUpdate);
      if (ours !== null && found?.explanation !== revokedSince) recordCount++;
      if (found !== null) await differences.add({ object: revoked.serialNumber.toString(), entry: null, ...found });
    }
  }
  for (const [serial, theirs] of listed) {
    const known = await store.certificates.findRevocation(serialNumber(serial));
    const isOfOther = known !== undefined && known.revocation !== null && known.authorityId !== host?.id;
    const released = theirs.reasonCode === 6 ? 'released from hold since the CRL was made' : null;
    await differences.add({
      object: serial.toString(),
      entry: null,
      part: 'extra in the CRL',
      source: textOfEntry(theirs),
      record: 'not revoked',
      explanation: isOfOther ? listedUntilRestart : released,
    });
  }
  return { sourceCount, recordCount };
}

/** `ours` is null for a certificate that this side would not list because it had expired; `theirs` undefined where the CRL does not list it. */
function judgeEntry(
  ours: RevokedCertificate | null,
  theirs: Listed | undefined,
  thisUpdate: Date,
): Pick<Difference, 'part' | 'source' | 'record' | 'explanation'> | null {
  if (ours === null) {
    if (theirs === undefined) return null;
    const explanation = 'expired before the CRL was made';
    return { part: 'extra in the CRL', source: textOfEntry(theirs), record: 'expired', explanation };
  }
  const isLater = ours.revocationDate.getTime() > thisUpdate.getTime() - settlingMs;
  const record = textOfEntry(ours);
  if (theirs === undefined)
    return { part: 'missing in the CRL', source: 'absent', record, explanation: isLater ? revokedSince : null };
  const source = textOfEntry(theirs);
  if (source === record) return null;
  return { part: 'entry', source, record, explanation: isLater ? 'revoked anew since the CRL was made' : null };
}

function textOfEntry({ reasonCode, revocationDate, invalidityDate }: Listed): string {
  const invalid = invalidityDate === null ? '' : ` invalid since ${invalidityDate.toISOString()}`;
  return `reason ${reasonCode ?? 0} at ${revocationDate.toISOString()}${invalid}`;
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
