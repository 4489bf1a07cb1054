// Turns what importers read into facts for the intake: the same values, with the branded numbers and the provenance that the record wants.
import { authorityId, profileId, type RequestRecord, type Revocation, requestId, serialNumber } from '#ca-core/engine';
import type { Finding, ImportedFact, ImportedRoll, Provenance } from '#ca-core/intake';
import type {
  SourceAccountLine,
  SourceBatch,
  SourceFinding,
  SourceKind,
  SourceRecord,
  SourceRequest,
  SourceRevocation,
} from '#importers';

/** `source` is the name of the source, for provenance. */
export function importedFactOf(record: SourceRecord, source: string): ImportedFact {
  const provenance: Provenance = { source, entry: record.entry };
  switch (record.kind) {
    case 'certificate': {
      const { serialNumber: claimed, revocation, requestId: request, profileId: profile, ...rest } = record.value;
      return {
        kind: 'certificate',
        fact: {
          provenance,
          certificateDer: rest.certificateDer,
          claimedSerialNumber: serialNumber(claimed),
          revocation: revocation === null ? null : revocationOf(revocation),
          issuedAt: rest.issuedAt,
          issuedBy: rest.issuedBy,
          requestId: request === null ? null : requestId(request),
          profileId: profile === null ? null : profileId(profile),
          ...(rest.isBare === true ? { isBare: true } : {}),
        },
      };
    }
    case 'request':
      return {
        kind: 'request',
        fact: {
          provenance,
          request: requestRecordOf(record.value),
          ...(record.value.isBare === true ? { isBare: true } : {}),
        },
      };
    case 'profile':
      return { kind: 'profile', fact: { provenance, ...record.value, id: profileId(record.value.id) } };
    case 'user':
      return { kind: 'user', fact: { provenance, user: record.value } };
    case 'group':
      return { kind: 'group', fact: { provenance, group: record.value } };
    case 'access-rule':
      return { kind: 'access-rule', fact: { provenance, rule: record.value } };
    case 'domain-host':
      return { kind: 'domain-host', fact: { provenance, host: record.value } };
    case 'authority': {
      const { id, isHostAuthority, parentId, enabled, description, certificateSerial, certificateDer } = record.value;
      const { subject: toldSubject, keyNickname, keyHosts } = record.value;
      return {
        kind: 'authority',
        fact: {
          provenance,
          id: authorityId(id),
          isHostAuthority,
          parentId: parentId === null ? null : authorityId(parentId),
          enabled,
          description,
          certificateSerial: certificateSerial === null ? null : serialNumber(certificateSerial),
          certificateDer,
          toldSubject,
          keyNickname,
          keyHosts,
        },
      };
    }
    case 'crl':
      return { kind: 'crl', fact: { provenance, ...record.value } };
  }
}

/** Everything of a batch that the intake is to judge, the list of all names last, so that removals come after additions. */
export function importedFactsOf(batch: SourceBatch, kind: SourceKind, source: string): ImportedFact[] {
  const facts = batch.records.map((record) => importedFactOf(record, source));
  for (const { kind: of, names, entries } of batch.kept ?? [])
    facts.push({ kind: 'kept', fact: { provenance: { source, entry: `kept of kind ${of}` }, of, names, entries } });
  const of = rollKinds.get(kind);
  if (batch.roll !== null && of !== undefined)
    facts.push({ kind: 'roll', fact: { provenance: { source, entry: `all of kind ${kind}` }, of, names: batch.roll } });
  return facts;
}

const surveyEntry = 'the source as a whole';

/** What the account of a whole source has to say: what nobody has thought of is a finding, and what was found so before no longer counts. */
export function surveyFactsOf(
  account: readonly SourceAccountLine[],
  source: string,
): [facts: ImportedFact[], findings: Finding[]] {
  const provenance: Provenance = { source, entry: surveyEntry };
  const findings = account.flatMap(({ container, objectClass, count, kind, reason }): Finding[] =>
    kind === null && reason === null
      ? [
          {
            kind: 'unknown-entries',
            verdict: 'refused',
            message: `${count} of class ${objectClass} under ${container}: no part of Retag knows them, so they are not in the record`,
            provenance,
          },
        ]
      : [],
  );
  return [[{ kind: 'survey', fact: { provenance } }], findings];
}

export function findingOf({ kind, verdict, message, entry }: SourceFinding, source: string): Finding {
  return { kind, verdict, message, provenance: { source, entry } };
}

const rollKinds = new Map<SourceKind, ImportedRoll['of']>(
  (['authority', 'profile', 'user', 'group', 'access-rule', 'domain-host'] as const).map((kind) => [kind, kind]),
);

function revocationOf({ reason, revokedAt, notedAt, revokedBy, invalidityDate }: SourceRevocation): Revocation {
  return { reason, revokedAt, ...(notedAt === undefined ? {} : { notedAt }), revokedBy, invalidityDate };
}

function requestRecordOf(request: SourceRequest): RequestRecord {
  return {
    id: requestId(request.id),
    kind: request.kind,
    state: request.state,
    createdAt: request.createdAt,
    modifiedAt: request.modifiedAt,
    owner: request.owner,
    authorityId: request.authorityId === null ? null : authorityId(request.authorityId),
    profileId: request.profileId === null ? null : profileId(request.profileId),
    policySetId: request.policySetId,
    inputs: request.inputs,
    attributes: request.attributes,
    draftDer: request.draftDer,
    errorMessage: request.errorMessage,
    failed: request.failed,
    certificateSerials: request.certificateSerials.map(serialNumber),
    origin: 'imported',
  };
}
