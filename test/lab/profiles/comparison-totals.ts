// Counts what was compared, prints every difference as it is found, and the table at the end.
import { stdout } from 'node:process';
import type { ExchangeComparison } from '#test/compare-profile-exchanges';
import type { RecordedExchange } from '#test/profile-exchange';
import { crashReason, knownDifferences } from './known-differences.ts';

/** Where a profile comes from, which the table tells apart. */
export type ProfileOrigin = 'shipped' | 'built-in' | 'written' | 'generated';

interface Row {
  profiles: number;
  exchanges: number;
  requests: number;
  identical: number;
  reviews: number;
  refusals: number;
  known: number;
  unexplained: number;
}

const emptyRow = (): Row => ({
  profiles: 0,
  exchanges: 0,
  requests: 0,
  identical: 0,
  reviews: 0,
  refusals: 0,
  known: 0,
  unexplained: 0,
});

const columns = [
  'profiles',
  'exchanges',
  'requests',
  'identical',
  'reviews',
  'refusals',
  'known',
  'unexplained',
] as const;
const valueCharactersMax = 2_000;

export const print = (line: string) => stdout.write(`${line}\n`);

export class ComparisonTotals {
  readonly #origins = new Map<ProfileOrigin, Row>();
  readonly #profiles = new Map<string, Row>();
  readonly #reasons = new Map<string, number>();
  readonly #reasonsInProfile = new Map<string, Set<string>>();
  readonly #printed = new Set<string>();
  #passed = 0;
  #failed = 0;

  count(origin: ProfileOrigin, exchange: RecordedExchange, profileText: string, comparison: ExchangeComparison): void {
    const unexplained = comparison.differences.filter((difference) => {
      const known = knownDifferences.find((candidate) => candidate.explains(difference, exchange, profileText));
      if (known !== undefined) this.#noteReason(known.reason, exchange.profileId);
      return known === undefined;
    });
    for (let crash = 0; crash < comparison.crashes; crash++) this.#noteReason(crashReason, exchange.profileId);
    const isKnown = comparison.crashes > 0 || comparison.differences.length > unexplained.length;
    if (unexplained.length === 0) this.#passed++;
    else this.#failed++;
    for (const row of [this.#rowOf(origin), this.#profileRow(origin, exchange.profileId)]) {
      row.exchanges++;
      row.requests += Math.max(1, exchange.requests.length);
      row.identical += comparison.identicalCertificates;
      row.reviews += comparison.equalReviews;
      row.refusals += comparison.equalRefusals;
      if (unexplained.length > 0) row.unexplained++;
      else if (isKnown) row.known++;
    }
    if (unexplained.length === 0) return;
    this.#printProfile(origin, exchange.profileId, profileText);
    print(`FAILED  ${exchange.name}`);
    for (const { what, ours, theirs } of unexplained) {
      print(`        ${what}`);
      print(`          ours   ${ours.slice(0, valueCharactersMax)}`);
      print(`          theirs ${theirs.slice(0, valueCharactersMax)}`);
    }
  }

  /** Something else that has to hold. */
  check(what: string, holds: boolean): void {
    print(`${holds ? 'ok     ' : 'FAILED '} ${what}`);
    if (holds) this.#passed++;
    else this.#failed++;
  }

  /** Reasons of which no case was met. */
  unseenReasons(): readonly string[] {
    return knownDifferences
      .filter(({ isRare }) => isRare !== true)
      .map(({ reason }) => reason)
      .filter((reason) => !this.#reasons.has(reason));
  }

  /** Prints everything, the counts last; true when all is well. */
  finish(): boolean {
    printRow('profile', [...columns.slice(1)]);
    for (const [profileId, row] of this.#profiles)
      if (row.unexplained > 0 || !profileId.startsWith('retagProf'))
        printRow(
          profileId,
          columns.slice(1).map((column) => row[column]),
        );
    printRow('', [...columns]);
    const sum = emptyRow();
    for (const [origin, row] of this.#origins) {
      printRow(
        origin,
        columns.map((column) => row[column]),
      );
      for (const column of columns) sum[column] += row[column];
    }
    printRow(
      'all',
      columns.map((column) => sum[column]),
    );
    for (const [reason, count] of this.#reasons)
      print(`known, ${count} times in ${this.#reasonsInProfile.get(reason)?.size ?? 0} profiles: ${reason}`);
    print(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && sum.exchanges > 0;
  }

  /** Of a profile that was drawn, what is not the same in all of them; once. */
  #printProfile(origin: ProfileOrigin, profileId: string, text: string): void {
    if (origin !== 'generated' || this.#printed.has(profileId)) return;
    this.#printed.add(profileId);
    print(`        ${profileId}`);
    for (const line of text.split('\n').sort())
      if (line.startsWith('policyset.set1.') && !/\.name=|=noConstraintImpl$/.test(line)) print(`        | ${line}`);
  }

  #noteReason(reason: string, profileId: string): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    const profiles = this.#reasonsInProfile.get(reason) ?? new Set();
    this.#reasonsInProfile.set(reason, profiles.add(profileId));
  }

  #rowOf(origin: ProfileOrigin): Row {
    const row = this.#origins.get(origin) ?? emptyRow();
    this.#origins.set(origin, row);
    return row;
  }

  #profileRow(origin: ProfileOrigin, profileId: string): Row {
    const known = this.#profiles.get(profileId);
    if (known !== undefined) return known;
    const row = emptyRow();
    this.#profiles.set(profileId, row);
    this.#rowOf(origin).profiles++;
    return row;
  }
}

function printRow(name: string, cells: readonly (string | number)[]): void {
  print(`${name.padEnd(44)}${cells.map((cell) => String(cell).padStart(12)).join('')}`);
}
