// Whether a certificate that somebody sent along is that of an agent, as Dogtag finds its users by certificates (ExactMatchCertUserLocator).
import { DerError } from '#codecs/der';
import { decodeCertificate, formatName } from '#codecs/x509';
import type { AccessUser } from '../model/index.ts';
import type { Store } from '../store.ts';

const agents = 'Certificate Manager Agents';

/**
 * True where a user with the certificate's `version;serial;issuer;subject` is in the agents' group; a user whose entry holds certificates must hold
 * this very one. That the sender has its key is not said by this.
 */
export async function isAgentCertificate(certificateDer: Uint8Array, access: Store['access']): Promise<boolean> {
  const claim = claimOf(certificateDer);
  const directory = claim === null ? null : await access.read(null);
  const user = directory?.users.find((one) => one.certificateClaims.some((held) => comparable(held) === claim)) ?? null;
  return user === null ? false : user.groups.includes(agents) && holds(user, certificateDer);
}

function holds({ certificatesDer }: AccessUser, certificateDer: Uint8Array): boolean {
  return certificatesDer.length === 0 || certificatesDer.some((held) => Buffer.from(held).equals(certificateDer));
}

function claimOf(certificateDer: Uint8Array): string | null {
  try {
    const { version, serialNumber, issuerDer, subjectDer } = decodeCertificate(certificateDer, { rules: 'ber' });
    return comparable(`${version};${serialNumber};${formatName(issuerDer)};${formatName(subjectDer)}`);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** The directory matches descriptions without regard to case and to the number of spaces (caseIgnoreMatch). */
function comparable(claim: string): string {
  return claim.trim().replace(/\s+/g, ' ').toLowerCase();
}
