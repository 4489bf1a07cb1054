// Has Dogtag make CRLs until their number is above every one of ours and the newest lists what was revoked here: CRL numbers only grow, whoever signs.
import type { Revocation, SerialNumber } from '#ca-core/engine';
import { decodeCertificateList } from '#codecs/x509';
import type { Clock, Log } from '#platform';
import { ProgressMeter } from '../import/import-progress.ts';
import { type DogtagCrl, DogtagCrlError } from './dogtag-crl.ts';

export interface CrlProgress {
  readonly crlNumber: bigint;
  /** The number to be passed. */
  readonly target: bigint;
  readonly crlsPerSecond: number;
  readonly remainingSeconds: number | null;
}

/** Revoked certificates of the record in batches, as `Store.certificates.revoked` gives them. */
export type RevokedCertificates = AsyncIterable<
  readonly { readonly serialNumber: SerialNumber; readonly revocation: Revocation; readonly notAfter: Date }[]
>;

export interface BringCrlServices {
  readonly dogtagCrl: DogtagCrl;
  readonly readRevoked: () => RevokedCertificates;
  readonly clock: Clock;
  readonly log: Log;
  wait(ms: number): Promise<void>;
  readonly onProgress?: (progress: CrlProgress) => void;
  /** How far Dogtag may lie behind; one CRL takes it about a second. Default 2,000. */
  readonly gapMax?: number;
  /** Longest wait for one CRL; one with a million entries takes Dogtag minutes. Default 15 minutes. */
  readonly updateTimeoutMs?: number;
}

export interface BroughtCrl {
  readonly ourNumber: bigint;
  readonly dogtagNumberBefore: bigint;
  readonly dogtagNumberAfter: bigint;
  readonly crlsMade: number;
  readonly entryCount: number;
  /** Revoked here, but not on Dogtag's newest CRL; at most 100. None, unless Dogtag is configured to leave some out. */
  readonly missing: readonly bigint[];
  readonly seconds: number;
}

const pollMs = 500;
/** A revocation by Dogtag at the same moment can keep it from making the CRL anew, so what it lists is looked at, and it is told again. */
const rebuildsMax = 3;
const missingMax = 100;

/**
 * Resolves when Dogtag's newest CRL has a number above `ourNumber` and was made from the directory. The directory must hold what was revoked
 * here by then. Safe to run again at any time. Rejects with DogtagCrlError, whose message says what to do, or DirectoryWriteError.
 */
export async function bringCrlBeyond(ourNumber: bigint, services: BringCrlServices): Promise<BroughtCrl> {
  const { dogtagCrl, clock, log, onProgress, gapMax = 2_000 } = services;
  const begun = clock.nowMicros();
  const { crlNumber: before } = await dogtagCrl.read();
  if (ourNumber - before > BigInt(gapMax))
    throw new DogtagCrlError(
      `Dogtag's CRL has number ${before}, ours ${ourNumber}: too far apart to be made one by one. ${sentence(dogtagCrl.describeLeap(ourNumber))} Then do this again.`,
    );
  const meter = new ProgressMeter(clock, 0);
  let { crlNumber, crlsMade } = { crlNumber: before, crlsMade: 0 };
  const makeOne = async (clearCache: boolean) => {
    crlNumber = await makeCrl(crlNumber, clearCache, services);
    crlsMade++;
    const { entriesPerSecond, remainingSeconds } = meter.measure(
      crlsMade,
      Math.max(crlsMade, Number(ourNumber - before) + 1),
    );
    onProgress?.({ crlNumber, target: ourNumber, crlsPerSecond: entriesPerSecond, remainingSeconds });
  };
  while (crlNumber < ourNumber) await makeOne(false);
  let check = { entryCount: 0, missing: [] as readonly bigint[] };
  for (let rebuild = 1; rebuild <= rebuildsMax; rebuild++) {
    const since = clock.now();
    await makeOne(true);
    check = await checkContent(since, services);
    if (check.missing.length === 0) break;
    log.warn('Dogtag made a CRL that lacks certificates revoked here', {
      crlNumber,
      missing: check.missing.length,
      rebuild,
    });
  }
  return {
    ourNumber,
    dogtagNumberBefore: before,
    dogtagNumberAfter: crlNumber,
    crlsMade,
    ...check,
    seconds: Number(clock.nowMicros() - begun) / 1e6,
  };
}

/** The number of the CRL that Dogtag made after `known`. An order whose answer is lost is carried out all the same, so the number alone tells. */
async function makeCrl(known: bigint, clearCache: boolean, services: BringCrlServices): Promise<bigint> {
  const { dogtagCrl, clock, wait, log, updateTimeoutMs = 15 * 60_000 } = services;
  const deadlineMs = clock.now().getTime() + updateTimeoutMs;
  let problem: unknown = null;
  let said = 'nothing';
  for (;;) {
    try {
      said = await dogtagCrl.update({ clearCache });
    } catch (error) {
      if (error instanceof DogtagCrlError) throw error;
      problem = error;
      log.warn('Dogtag did not answer when told to make a CRL', { error });
    }
    const { crlNumber } = await dogtagCrl.read();
    if (crlNumber > known) return crlNumber;
    if (clock.now().getTime() > deadlineMs)
      throw new DogtagCrlError(
        `Dogtag has made no new CRL in ${updateTimeoutMs / 1000} seconds; it said ${said}. Look into its debug log for "CRLIssuingPoint"`,
        { cause: problem },
      );
    await wait(pollMs);
  }
}

/** Certificates that were revoked before the CRL was ordered and had not expired by then must be on it. */
async function checkContent(since: Date, { dogtagCrl, readRevoked }: BringCrlServices) {
  const { crlDer } = await dogtagCrl.read();
  const listed = new Set<bigint>();
  if (crlDer !== null)
    for (const { serialNumber } of decodeCertificateList(crlDer, { rules: 'ber' }).revokedCertificates())
      listed.add(serialNumber);
  const missing: bigint[] = [];
  for await (const batch of readRevoked())
    for (const { serialNumber, revocation, notAfter } of batch)
      if (missing.length < missingMax && !listed.has(serialNumber) && revocation.revokedAt < since && notAfter > since)
        missing.push(serialNumber);
  return { entryCount: listed.size, missing };
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
