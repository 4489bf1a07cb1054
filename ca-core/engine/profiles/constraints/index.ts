// Every constraint class that Dogtag ships.
import type { ConstraintClass } from '../profile-class.ts';
import { authzRealmConstraint } from './authz-realm-constraint.ts';
import { basicConstraintsExtConstraint } from './basic-constraints-ext-constraint.ts';
import { caValidityConstraint } from './ca-validity-constraint.ts';
import {
  cmcSharedTokenSubjectNameConstraint,
  cmcUserSignedSubjectNameConstraint,
} from './cmc-subject-name-constraints.ts';
import { extendedKeyUsageExtConstraint } from './extended-key-usage-ext-constraint.ts';
import { extensionConstraint } from './extension-constraint.ts';
import { externalProcessConstraint } from './external-process-constraint.ts';
import { keyConstraint } from './key-constraint.ts';
import { keyUsageExtConstraint } from './key-usage-ext-constraint.ts';
import { noConstraint } from './no-constraint.ts';
import { nsCertTypeExtConstraint } from './ns-cert-type-ext-constraint.ts';
import { p12ExportPasswordConstraint } from './p12-export-password-constraint.ts';
import {
  raClientAuthSubjectNameConstraint,
  raHeaderClientCertSubjectNameConstraint,
} from './ra-client-subject-name-constraints.ts';
import { renewGracePeriodConstraint } from './renew-grace-period-constraint.ts';
import { signingAlgConstraint } from './signing-alg-constraint.ts';
import { subjectNameConstraint } from './subject-name-constraint.ts';
import { uniqueKeyConstraint } from './unique-key-constraint.ts';
import { uniqueSubjectNameConstraint } from './unique-subject-name-constraint.ts';
import { userSubjectNameConstraint } from './user-subject-name-constraint.ts';
import { validityConstraint } from './validity-constraint.ts';

export const constraintClasses: readonly ConstraintClass[] = [
  authzRealmConstraint,
  basicConstraintsExtConstraint,
  caValidityConstraint,
  cmcSharedTokenSubjectNameConstraint,
  cmcUserSignedSubjectNameConstraint,
  extendedKeyUsageExtConstraint,
  extensionConstraint,
  externalProcessConstraint,
  keyConstraint,
  keyUsageExtConstraint,
  noConstraint,
  nsCertTypeExtConstraint,
  p12ExportPasswordConstraint,
  raClientAuthSubjectNameConstraint,
  raHeaderClientCertSubjectNameConstraint,
  renewGracePeriodConstraint,
  signingAlgConstraint,
  subjectNameConstraint,
  uniqueKeyConstraint,
  uniqueSubjectNameConstraint,
  userSubjectNameConstraint,
  validityConstraint,
];
