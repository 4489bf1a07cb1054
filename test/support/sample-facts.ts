// Facts as importers bring them, for tests of the intake, and an intake on a store of its own.
import { type AuditKey, auditKeyFromBytes, authorityId, profileId, requestId, serialNumber } from '#ca-core/engine';
import {
  createIntake,
  type ImportedAuthority,
  type ImportedCertificate,
  type ImportedFact,
  type Intake,
  type ProfileJudge,
} from '#ca-core/intake';
import { openStore, type PostgresStore, storeMigrations } from '#ca-core/store';
import { decodeCertificate } from '#codecs/x509';
import { type Clock, type Database, frozenClock, silentLog } from '#platform';

/** What a database needs before `openIntake`. */
export const intakeMigrations = [storeMigrations];

export const sampleSource = 'ldap://directory.sample/o=ipaca';
export const hostAuthorityId = authorityId('0b5c1b3e-0000-4000-8000-00000000000a');
export const intakeAuditKey: AuditKey = auditKeyFromBytes(Buffer.alloc(32, 3));
export const intakeClock: Clock = frozenClock(new Date('2026-07-01T12:00:00Z'));

export async function openIntake(
  database: Database,
  judgeProfile?: ProfileJudge,
): Promise<{ readonly store: PostgresStore; readonly intake: Intake }> {
  const store = await openStore(database, { auditKey: intakeAuditKey, clock: intakeClock, log: silentLog });
  const intake = createIntake({
    ledger: store.importLedger,
    clock: intakeClock,
    ...(judgeProfile === undefined ? {} : { judgeProfile }),
  });
  return { store, intake };
}

export function certificateFact(
  certificateDer: Uint8Array,
  given: Partial<ImportedCertificate> = {},
): Extract<ImportedFact, { kind: 'certificate' }> {
  const serial = given.claimedSerialNumber ?? serialNumber(decodeCertificate(certificateDer).serialNumber);
  return {
    kind: 'certificate',
    fact: {
      provenance: { source: sampleSource, entry: `cn=${serial},ou=certificateRepository,ou=ca,o=ipaca` },
      certificateDer,
      claimedSerialNumber: serial,
      revocation: null,
      issuedAt: new Date('2026-01-01T00:00:07Z'),
      issuedBy: 'ipara',
      requestId: requestId(serial),
      profileId: profileId('caServerCert'),
      ...given,
    },
  };
}

export function authorityFact(
  certificateDer: Uint8Array | null,
  given: Partial<ImportedAuthority> = {},
): Extract<ImportedFact, { kind: 'authority' }> {
  const id = given.id ?? hostAuthorityId;
  return {
    kind: 'authority',
    fact: {
      provenance: { source: sampleSource, entry: `cn=${id},ou=authorities,ou=ca,o=ipaca` },
      id,
      isHostAuthority: id === hostAuthorityId,
      parentId: null,
      enabled: true,
      description: 'Host authority',
      certificateSerial: null,
      certificateDer,
      toldSubject: null,
      keyNickname: null,
      keyHosts: [],
      ...given,
    },
  };
}
