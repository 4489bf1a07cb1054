// What the deeds on authorities need: the record, keys, the ordinary way of issuing, and the registry that must learn of what they did.
import type { KeyKeeper, Signer } from '#ca-core/signer';
import type { Clock, Log } from '#platform';
import type { EnrollmentServices } from '../enrollment/submit-enrollment.ts';
import { CaError } from '../errors.ts';
import type { Caller, CertificateRecord } from '../model/index.ts';
import type { CallerAuthentication } from '../profiles/index.ts';

export interface AuthorityServices extends EnrollmentServices {
  readonly signer: Signer;
  readonly keys: KeyKeeper;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Who may create and renew authorities has been decided by the access rules before: the request of such a caller is carried out at once, as
 * one that an agent has approved (Dogtag hands its login token on to the profile).
 */
export async function authenticationOf(
  { userId }: Caller,
  { profiles }: Pick<AuthorityServices, 'profiles'>,
): Promise<CallerAuthentication> {
  const { peopleDn } = await profiles.environment();
  const userDn = peopleDn === null || userId === null ? null : `uid=${userId},${peopleDn}`;
  return {
    decidesAtOnce: true,
    facts: {
      ...(userDn === null ? {} : { user: userDn, userdn: userDn }),
      ...(userId === null ? {} : { uid: userId, userid: userId }),
      authMgrInstName: 'certUserDBAuthMgr',
    },
    requestFacts: {},
  };
}

/** The certificate of a key that was issued last, that of `except` left aside; null when there is none. */
export async function findNewestOfKey(
  subjectPublicKeyInfoDer: Uint8Array,
  except: bigint | null,
  { store }: Pick<AuthorityServices, 'store'>,
): Promise<CertificateRecord | null> {
  const found = await store.certificates.findByPublicKey(subjectPublicKeyInfoDer);
  const newestFirst = found
    .filter(({ serialNumber }) => serialNumber !== except)
    .toSorted(
      (one, other) =>
        other.issuedAt.getTime() - one.issuedAt.getTime() || (other.serialNumber > one.serialNumber ? 1 : -1),
    );
  return newestFirst[0] ?? null;
}

/** Whether what failed may yet come to be, because an intent to sign it stands. */
export function isOutcomeOpen(error: unknown): boolean {
  return error instanceof CaError && (error.code === 'store-unavailable' || error.code === 'signer-unavailable');
}
