// Classes of the profile language by the names that Java gave them, which the REST interface shows to agents (Dogtag's conf/registry.cfg).

/** Inputs by class id. */
const inputClasses: Readonly<Record<string, string>> = {
  certReqInputImpl: 'CertReqInput',
  cmcCertReqInputImpl: 'CMCCertReqInput',
  dualKeyGenInputImpl: 'DualKeyGenInput',
  encKeyGenInputImpl: 'EncryptionKeyGenInput',
  fileSigningInputImpl: 'FileSigningInput',
  genericInputImpl: 'GenericInput',
  imageInputImpl: 'ImageInput',
  keyGenInputImpl: 'KeyGenInput',
  nsHKeyCertReqInputImpl: 'nsHKeyCertReqInput',
  nsNKeyCertReqInputImpl: 'nsNKeyCertReqInput',
  serialNumRenewInputImpl: 'SerialNumRenewInput',
  serverKeygenInputImpl: 'ServerKeygenInput',
  signKeyGenInputImpl: 'SigningKeyGenInput',
  subjectAltNameExtInputImpl: 'SubjectAltNameExtInput',
  subjectDNInputImpl: 'SubjectDNInput',
  subjectNameInputImpl: 'SubjectNameInput',
  submitterInfoInputImpl: 'SubmitterInfoInput',
};

/** Constraints by class id. */
const constraintClasses: Readonly<Record<string, string>> = {
  authzRealmConstraintImpl: 'AuthzRealmConstraint',
  basicConstraintsExtConstraintImpl: 'BasicConstraintsExtConstraint',
  caValidityConstraintImpl: 'CAValidityConstraint',
  cmcSharedTokenSubjectNameConstraintImpl: 'CMCSharedTokenSubjectNameConstraint',
  cmcUserSignedSubjectNameConstraintImpl: 'CMCUserSignedSubjectNameConstraint',
  extendedKeyUsageExtConstraintImpl: 'ExtendedKeyUsageExtConstraint',
  extensionConstraintImpl: 'ExtensionConstraint',
  externalProcessConstraintImpl: 'ExternalProcessConstraint',
  keyConstraintImpl: 'KeyConstraint',
  keyUsageExtConstraintImpl: 'KeyUsageExtConstraint',
  noConstraintImpl: 'NoConstraint',
  nsCertTypeExtConstraintImpl: 'NSCertTypeExtConstraint',
  renewGracePeriodConstraintImpl: 'RenewGracePeriodConstraint',
  signingAlgConstraintImpl: 'SigningAlgConstraint',
  subjectNameConstraintImpl: 'SubjectNameConstraint',
  uniqueKeyConstraintImpl: 'UniqueKeyConstraint',
  uniqueSubjectNameConstraintImpl: 'UniqueSubjectNameConstraint',
  userSubjectNameConstraintImpl: 'UserSubjectNameConstraint',
  validityConstraintImpl: 'ValidityConstraint',
};

/** `CertReqInput` for `certReqInputImpl`; the class id itself for a class that Dogtag does not ship. */
export function inputClassName(classId: string): string {
  return find(inputClasses, classId) ?? classId;
}

/** `SubjectNameConstraint` for `subjectNameConstraintImpl`; the class id itself for a class that Dogtag does not ship. */
export function constraintClassName(classId: string): string {
  return find(constraintClasses, classId) ?? classId;
}

export function isInputClass(classId: string): boolean {
  return find(inputClasses, classId) !== null;
}

function find(classes: Readonly<Record<string, string>>, classId: string): string | null {
  return Object.hasOwn(classes, classId) ? (classes[classId] ?? null) : null;
}
