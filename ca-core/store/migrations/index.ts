// The steps that make the record's tables, in order.
import type { MigrationPart } from '#platform';
import { certificates } from './0001-certificates.ts';
import { requestsAndIssuance } from './0002-requests-and-issuance.ts';
import { authoritiesProfilesAccess } from './0003-authorities-profiles-access.ts';
import { auditChain } from './0004-audit-chain.ts';
import { intake } from './0005-intake.ts';
import { certificateCounts } from './0006-certificate-counts.ts';
import { nativeWork } from './0007-native-work.ts';
import { notedRevocations } from './0008-noted-revocations.ts';
import { profilePositions } from './0009-profile-positions.ts';
import { nativeProfileChanges } from './0010-native-profile-changes.ts';
import { authorityIntents } from './0011-authority-intents.ts';
import { roster } from './0012-roster.ts';
import { securityDomain } from './0013-security-domain.ts';
import { exactSubjects } from './0014-exact-subjects.ts';
import { auditHistory } from './0015-audit-history.ts';
import { acmeAndRequestTimes } from './0016-acme-and-request-times.ts';
import { keptEntries } from './0017-kept-entries.ts';
import { quickCompression } from './0018-quick-compression.ts';

export const storeMigrations: MigrationPart = {
  part: 'ca-core-store',
  migrations: [
    certificates,
    requestsAndIssuance,
    authoritiesProfilesAccess,
    auditChain,
    intake,
    certificateCounts,
    nativeWork,
    notedRevocations,
    profilePositions,
    nativeProfileChanges,
    authorityIntents,
    roster,
    securityDomain,
    exactSubjects,
    auditHistory,
    acmeAndRequestTimes,
    keptEntries,
    quickCompression,
  ],
};
