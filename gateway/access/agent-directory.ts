// Users, groups and access rules as imported, read again when they changed, and the way from a certificate to its user.
import { createHash } from 'node:crypto';
import { formatCertificateClaim } from '#codecs/dogtag-directory';
import { foldDirectoryName } from '#codecs/dogtag-text';
import { decodeCertificate } from '#codecs/x509';
import type { Clock, Log } from '#platform';
import type { AccessDirectory, AccessUser, RaClient, SerialNumber } from '../contract.ts';
import type { ClientCertificate } from '../listeners/client-identity.ts';
import { AccessRules } from './authorize-operation.ts';

/** Somebody whose certificate was revoked keeps access for this long at most; Dogtag's own cache lasts 120 s. */
const revocationFreshMs = 2_000;
/** While the authority does not answer, what was known last still counts for this long. */
const staleMs = 10_000;
const revocationCacheMax = 10_000;

export interface AgentDirectoryParts {
  readonly ra: Pick<RaClient, 'readAccessDirectory' | 'findCertificate'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** One state of the directory. */
export interface DirectoryView {
  readonly rules: AccessRules;
  findUser(userId: string): AccessUser | null;
}

export class AgentDirectory {
  readonly #parts: AgentDirectoryParts;
  #view: IndexedDirectory = new IndexedDirectory({ revision: -1n, users: [], rules: [] });
  #readAtMs = Number.NEGATIVE_INFINITY;
  /** Settles when no question is on its way to the authority. */
  #underway: Promise<void> = Promise.resolve();
  /** A question that has not been sent yet. */
  #waiting: Promise<void> | null = null;
  readonly #revocations = new Map<string, { readonly isRevoked: boolean; readonly atMs: number }>();

  constructor(parts: AgentDirectoryParts) {
    this.#parts = parts;
  }

  /**
   * The directory as it is now: whatever was changed before this call, on whichever node, counts. Rejects with the authority's error when it
   * has been unreadable for long.
   */
  async view(): Promise<DirectoryView> {
    return await this.#freshView();
  }

  /**
   * The user whom a verified certificate names; null for an unmapped, expired or revoked one. As Dogtag's
   * ExactMatchCertUserLocator, by `version;serial;issuer;subject`; a user whose entry also holds certificates is found only
   * if this very certificate is among them, which keeps a forged claim from becoming an identity.
   */
  async findUserByCertificate(certificate: ClientCertificate): Promise<AccessUser | null> {
    const now = this.#parts.clock.now();
    if (certificate.notAfter < now || certificate.notBefore > now) return null;
    const view = await this.#freshView();
    const user = view.findUserByCertificate(certificate);
    if (user === 'claim-without-certificate') {
      this.#parts.log.warn('a certificate fits a user by its names but is not one of the certificates in the entry', {
        fingerprint: certificate.fingerprint,
      });
      return null;
    }
    if (user === null || (await this.#isRevoked(certificate))) return null;
    return user;
  }

  async #freshView(): Promise<IndexedDirectory> {
    // A question on its way may have been answered before the change that this call must see; those that come meanwhile share the next one.
    if (this.#waiting === null) {
      this.#waiting = this.#underway.then(() => {
        this.#waiting = null;
        return this.#read();
      });
      this.#underway = this.#waiting.catch(() => {});
    }
    await this.#waiting;
    return this.#view;
  }

  async #read(): Promise<void> {
    try {
      const directory = await this.#parts.ra.readAccessDirectory(this.#view.revision < 0n ? null : this.#view.revision);
      if (directory !== null) this.#view = new IndexedDirectory(directory);
      this.#readAtMs = performance.now();
    } catch (error) {
      if (performance.now() - this.#readAtMs > staleMs) throw error;
      this.#parts.log.warn('the access directory cannot be read; what was known last still counts', { error });
    }
  }

  async #isRevoked({ der, fingerprint }: ClientCertificate): Promise<boolean> {
    const known = this.#revocations.get(fingerprint);
    if (known !== undefined && performance.now() - known.atMs < revocationFreshMs) return known.isRevoked;
    const record = await this.#parts.ra.findCertificate(serialNumberOf(der));
    // Another authority may have used the same number: only the very certificate counts.
    const isRevoked = record !== null && record.revocation !== null && der.equals(record.certificateDer);
    if (this.#revocations.size >= revocationCacheMax) this.#revocations.clear();
    this.#revocations.set(fingerprint, { isRevoked, atMs: performance.now() });
    return isRevoked;
  }
}

class IndexedDirectory implements DirectoryView {
  readonly revision: bigint;
  readonly rules: AccessRules;
  readonly #byId: ReadonlyMap<string, AccessUser>;
  readonly #byClaim: ReadonlyMap<string, AccessUser>;
  /** Fingerprint to what was found, so that a certificate is decoded once per state of the directory. */
  readonly #found = new Map<string, AccessUser | null | 'claim-without-certificate'>();

  constructor(directory: AccessDirectory) {
    this.revision = directory.revision;
    this.rules = new AccessRules(directory.rules);
    this.#byId = new Map(directory.users.map((user) => [user.userId.toLowerCase(), user]));
    const byClaim = new Map<string, AccessUser>();
    for (const user of directory.users)
      for (const claim of user.certificateClaims) {
        const key = foldDirectoryName(claim);
        // Dogtag takes the first entry that its search finds.
        if (!byClaim.has(key)) byClaim.set(key, user);
      }
    this.#byClaim = byClaim;
  }

  findUser(userId: string): AccessUser | null {
    return this.#byId.get(userId.toLowerCase()) ?? null;
  }

  findUserByCertificate({ der, fingerprint }: ClientCertificate): AccessUser | null | 'claim-without-certificate' {
    const known = this.#found.get(fingerprint);
    if (known !== undefined) return known;
    const user = this.#byClaim.get(foldDirectoryName(formatCertificateClaim(der))) ?? null;
    const isHeld = user === null || user.certificatesDer.length === 0 || user.certificatesDer.some(isThis);
    const result = isHeld ? user : 'claim-without-certificate';
    if (this.#found.size >= revocationCacheMax) this.#found.clear();
    this.#found.set(fingerprint, result);
    return result;

    function isThis(held: Uint8Array): boolean {
      return createHash('sha256').update(held).digest('hex') === fingerprint;
    }
  }
}

function serialNumberOf(certificateDer: Buffer): SerialNumber {
  return decodeCertificate(certificateDer, { rules: 'ber' }).serialNumber as SerialNumber;
}
