// Which Dogtag profiles behave as. What it makes of the same profile has changed from release to release; each change has a name here.

/** The release that is taken where nobody says another. */
export const standardDogtagVersion = '10.10.2';

/** What changed, by the first release that has it; found by comparing the sources of the releases. */
const firstRelease = {
  /** CRMF requests may bring extensions (`EnrollProfile.fillCertReqMsg`). */
  'crmf-extensions': '10.11',
  /** Certificates for authorities end with the issuing one, as all others do (`CAService.issueX509Cert`). */
  'authority-ends-with-issuer': '10.11',
  /** `auth.explicitApprovalRequired` leaves a request to an agent although its sender is known (`CertProcessor.submitRequests`). */
  'approval-of-authenticated': '10.11',
  /** A session counts for renewals under `caManualRenewal` alone, and after the profile's own authentication (`RenewalProcessor`). */
  'renewal-by-session-limited': '10.11',
  /** `caValidityDefaultImpl` ends with the host authority unless `bypassCAnotafter` is true (`CAValidityDefault.populate`). */
  'authority-validity-limited': '11.1',
  /** An external process without a `timeout` has ten seconds (`ExternalProcessConstraint.init`). */
  'external-process-timeout': '11.3',
  /** authorityKeyIdentifier of a subject's own key repeats its subjectKeyIdentifier (`CAEnrollDefault.getKeyIdentifier`). */
  'own-key-identifier-repeated': '11.5',
  /** authorityKeyIdentifier is refused under an authority without subjectKeyIdentifier (`CAEnrollDefault.getCAKeyIdentifier`). */
  'authority-key-identifier-needed': '11.5',
  /** `defaultSubjectName` is where subjects start from (`EnrollProfile.setDefaultCertInfo`). */
  'default-subject': '11.5',
  /** User notices have their numbers and texts where they are configured (`CertificatePoliciesExtDefault.createExtension`). */
  'user-notice-in-order': '11.6',
  /** ML-DSA keys in requests, and `keyType=MLDSA` (`KeyConstraint`, `UserKeyDefault`, JSS `AlgorithmId`). */
  'ml-dsa': '11.9',
  /** ML-KEM keys, and `keyType=MLKEM`. */
  'ml-kem': '11.10',
} as const satisfies Readonly<Record<string, string>>;

export type DogtagChange = keyof typeof firstRelease;

/** Whether the Dogtag of that version (`11.10.1`) has the change. A version that is none counts as the standard one. */
export function hasChange(dogtagVersion: string | undefined, change: DogtagChange): boolean {
  const [major, minor] = releaseOf(dogtagVersion ?? '') ?? releaseOf(standardDogtagVersion) ?? [0, 0];
  const [firstMajor, firstMinor] = releaseOf(firstRelease[change]) ?? [0, 0];
  return major > firstMajor || (major === firstMajor && minor >= firstMinor);
}

function releaseOf(version: string): readonly [major: number, minor: number] | null {
  const match = /^(\d{1,4})\.(\d{1,4})(?:\D|$)/.exec(version);
  return match === null ? null : [Number(match[1]), Number(match[2])];
}
