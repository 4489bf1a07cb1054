// Compares a source that has only a part of an installation with the record: all that it says must stand there, what it lacks is not missing.
import { profileId, type Revocation, serialNumber } from '#ca-core/engine';
import { type SourceExtent, type SourceKind, type SourceRecord, type SourceRecordOf, sourceKinds } from '#importers';
import { sha256 } from './comparable-parts.ts';
import type { VerifiedStore } from './compare-numbered.ts';
import { DifferenceList } from './difference-list.ts';
import { ImportFindings } from './import-findings.ts';
import type { Verification, VerifiedKind } from './verification-report.ts';
import type { VerifyImportOptions } from './verify-import.ts';

/** Rejects as verifyImport does. */
export async function verifyPart(
  { source, store, intake, clock, signal, onProgress }: VerifyImportOptions,
  extentOf: (kind: SourceKind) => SourceExtent,
): Promise<Verification> {
  const startedAt = clock.now().toISOString();
  const findings = new ImportFindings(intake, source.name);
  const kinds: VerifiedKind[] = [];
  for (const kind of sourceKinds) {
    if (extentOf(kind) === 'none') continue;
    const total = await source.count(kind);
    const differences = new DifferenceList(kind, findings);
    let sourceCount = 0;
    let recordCount = 0;
    for await (const batch of source.read(kind, null)) {
      signal?.throwIfAborted();
      if (batch.isAhead) continue;
      for (const record of batch.records) {
        sourceCount++;
        const { object, source: told, record: known } = await comparePart(record, store);
        if (known !== null) {
          recordCount++;
          await differences.addParts(object, record.entry, told, known);
        } else {
          const { entry } = record;
          await differences.add({ object, entry, part: 'missing', source: 'present', record: 'absent' });
        }
      }
      onProgress?.({ kind, done: sourceCount, total });
    }
    kinds.push({ kind, sourceCount, recordCount, madeHereCount: 0, ranges: [], ...(await differences.result()) });
  }
  return {
    source: source.name,
    startedAt,
    finishedAt: clock.now().toISOString(),
    isEqual: kinds.every(({ differenceCount, explainedCount }) => differenceCount === explainedCount),
    kinds,
    crls: [],
    signatures: { checked: 0, bad: 0 },
    samples: [],
  };
}

type Parts = Readonly<Record<string, string>>;

/** What the source says of an object, and what the record says of the same; `record` null where it has none. */
interface ComparedPart {
  readonly object: string;
  readonly source: Parts;
  readonly record: Parts | null;
}

async function comparePart(record: SourceRecord, store: VerifiedStore): Promise<ComparedPart> {
  switch (record.kind) {
    case 'certificate':
      return compareCertificate(record, store);
    case 'crl':
      return compareCrlNumber(record, store);
    case 'profile': {
      const { id, classId, configurationText } = record.value;
      const known = await store.profiles.find(profileId(id));
      const partsOf = (one: { classId: string; configurationText: string }) => ({
        classId: one.classId,
        configurationText: one.configurationText,
      });
      return { object: id, source: partsOf({ classId, configurationText }), record: known && partsOf(known) };
    }
    case 'authority': {
      const known = (await store.authorities.list()).find(({ id }) => id === record.value.id);
      const { certificateDer, subject } = record.value;
      const partsOf = (der: Uint8Array | null) => ({ certificateDer: der === null ? '' : sha256(der) });
      return {
        object: subject,
        source: partsOf(certificateDer),
        record: known === undefined ? null : partsOf(certificateDer === null ? null : known.certificateDer),
      };
    }
    case 'user': {
      const known = (await store.roster.read()).users.find(({ userId }) => userId === record.value.userId);
      const partsOf = (one: { fullName: string; certificatesDer: readonly Uint8Array[] }) => ({
        fullName: one.fullName,
        certificatesDer: one.certificatesDer.map(sha256).sort().join(' '),
      });
      return { object: record.value.userId, source: partsOf(record.value), record: known ? partsOf(known) : null };
    }
    case 'group': {
      const known = (await store.roster.read()).groups.find(({ name }) => name === record.value.name);
      const partsOf = (one: { memberUserIds: readonly string[] }) => ({
        members: [...one.memberUserIds].sort().join(' '),
      });
      return { object: record.value.name, source: partsOf(record.value), record: known ? partsOf(known) : null };
    }
    default:
      return { object: record.entry, source: {}, record: {} };
  }
}

async function compareCertificate(
  { value }: SourceRecordOf<'certificate'>,
  store: VerifiedStore,
): Promise<ComparedPart> {
  const known = await store.certificates.find(serialNumber(value.serialNumber));
  const object = value.serialNumber.toString();
  const partsOf = (der: Uint8Array, revocation: Pick<Revocation, 'reason' | 'revokedAt'> | null) => ({
    certificateDer: sha256(der),
    ...(value.revocation === null ? {} : { revocation: textOf(revocation) }),
  });
  return {
    object,
    source: partsOf(value.certificateDer, value.revocation),
    record: known === null ? null : partsOf(known.certificateDer, known.revocation),
  };
}

/** A later CRL in the record takes the place of the source's. */
async function compareCrlNumber({ value }: SourceRecordOf<'crl'>, store: VerifiedStore): Promise<ComparedPart> {
  const { issuingPoint, crlKind, crlNumber, crlDer } = value;
  const object = `${issuingPoint} ${crlKind} ${crlNumber}`;
  const newest = await store.crls.findNewest(issuingPoint, crlKind);
  if (newest === null || newest.crlNumber < crlNumber) return { object, source: {}, record: null };
  const isSame = newest.crlNumber === crlNumber && crlDer !== null;
  return {
    object,
    source: isSame ? { crlDer: sha256(crlDer) } : {},
    record: isSame && newest.crlDer !== null ? { crlDer: sha256(newest.crlDer) } : {},
  };
}

function textOf(revocation: Pick<Revocation, 'reason' | 'revokedAt'> | null): string {
  return revocation === null ? 'not revoked' : `reason ${revocation.reason} at ${revocation.revokedAt.toISOString()}`;
}
