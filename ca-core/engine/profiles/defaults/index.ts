// Every default class that Dogtag ships.
import type { DefaultClass } from '../profile-class.ts';
import { authInfoAccessExtDefault } from './auth-info-access-ext-default.ts';
import { authTokenSubjectNameDefault } from './auth-token-subject-name-default.ts';
import { authorityKeyIdentifierExtDefault } from './authority-key-identifier-ext-default.ts';
import { authzRealmDefault } from './authz-realm-default.ts';
import { autoAssignDefault } from './auto-assign-default.ts';
import { basicConstraintsExtDefault } from './basic-constraints-ext-default.ts';
import { caValidityDefault } from './ca-validity-default.ts';
import { certificatePoliciesExtDefault } from './certificate-policies-ext-default.ts';
import { certificateVersionDefault } from './certificate-version-default.ts';
import { cmcUserSignedSubjectNameDefault } from './cmc-user-signed-subject-name-default.ts';
import { commonNameToSanDefault } from './common-name-to-san-default.ts';
import { crlDistributionPointsExtDefault } from './crl-distribution-points-ext-default.ts';
import { extendedKeyUsageExtDefault } from './extended-key-usage-ext-default.ts';
import { freshestCrlExtDefault } from './freshest-crl-ext-default.ts';
import { genericExtDefault } from './generic-ext-default.ts';
import { imageDefault } from './image-default.ts';
import { inhibitAnyPolicyExtDefault } from './inhibit-any-policy-ext-default.ts';
import { issuerAltNameExtDefault } from './issuer-alt-name-ext-default.ts';
import { keyUsageExtDefault } from './key-usage-ext-default.ts';
import { nameConstraintsExtDefault } from './name-constraints-ext-default.ts';
import { noDefault } from './no-default.ts';
import { nsCertTypeExtDefault } from './ns-cert-type-ext-default.ts';
import { nscCommentExtDefault } from './nsc-comment-ext-default.ts';
import { ocspNoCheckExtDefault } from './ocsp-no-check-ext-default.ts';
import { policyConstraintsExtDefault } from './policy-constraints-ext-default.ts';
import { policyMappingsExtDefault } from './policy-mappings-ext-default.ts';
import { privateKeyPeriodExtDefault } from './private-key-period-ext-default.ts';
import { randomizedValidityDefault } from './randomized-validity-default.ts';
import { sanToCnDefault } from './san-to-cn-default.ts';
import { serverKeygenUserKeyDefault } from './server-keygen-user-key-default.ts';
import { signedCertificateTimestampListExtDefault } from './signed-certificate-timestamp-list-ext-default.ts';
import { signingAlgDefault } from './signing-alg-default.ts';
import { subjectAltNameExtDefault } from './subject-alt-name-ext-default.ts';
import { subjectDirAttributesExtDefault } from './subject-dir-attributes-ext-default.ts';
import { subjectInfoAccessExtDefault } from './subject-info-access-ext-default.ts';
import { subjectKeyIdentifierExtDefault } from './subject-key-identifier-ext-default.ts';
import { subjectNameDefault } from './subject-name-default.ts';
import { tokenDeviceKeySubjectNameDefault, tokenUserKeySubjectNameDefault } from './token-subject-name-defaults.ts';
import { userExtensionDefault } from './user-extension-default.ts';
import { userKeyDefault } from './user-key-default.ts';
import { userSigningAlgDefault } from './user-signing-alg-default.ts';
import { userSubjectNameDefault } from './user-subject-name-default.ts';
import { userValidityDefault } from './user-validity-default.ts';
import { validityDefault } from './validity-default.ts';

export const defaultClasses: readonly DefaultClass[] = [
  authInfoAccessExtDefault,
  authorityKeyIdentifierExtDefault,
  authTokenSubjectNameDefault,
  authzRealmDefault,
  autoAssignDefault,
  basicConstraintsExtDefault,
  caValidityDefault,
  certificatePoliciesExtDefault,
  certificateVersionDefault,
  cmcUserSignedSubjectNameDefault,
  commonNameToSanDefault,
  crlDistributionPointsExtDefault,
  extendedKeyUsageExtDefault,
  freshestCrlExtDefault,
  genericExtDefault,
  imageDefault,
  inhibitAnyPolicyExtDefault,
  issuerAltNameExtDefault,
  keyUsageExtDefault,
  nameConstraintsExtDefault,
  noDefault,
  nscCommentExtDefault,
  nsCertTypeExtDefault,
  ocspNoCheckExtDefault,
  policyConstraintsExtDefault,
  policyMappingsExtDefault,
  privateKeyPeriodExtDefault,
  randomizedValidityDefault,
  sanToCnDefault,
  serverKeygenUserKeyDefault,
  signedCertificateTimestampListExtDefault,
  signingAlgDefault,
  subjectAltNameExtDefault,
  subjectDirAttributesExtDefault,
  subjectInfoAccessExtDefault,
  subjectKeyIdentifierExtDefault,
  subjectNameDefault,
  tokenDeviceKeySubjectNameDefault,
  tokenUserKeySubjectNameDefault,
  userExtensionDefault,
  userKeyDefault,
  userSigningAlgDefault,
  userSubjectNameDefault,
  userValidityDefault,
  validityDefault,
];
