// Golden certificates of built-in profiles, and their authority's, under zlint: what it finds must be listed in not-applicable.ts, and what is
// listed there must be found. `ZLINT` is the program, else `zlint` on PATH.
// lab: no
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { goldenFolder } from '#test/built-in-profile-cases';
import { createSuiteReport } from '#test/suite-report';
import { foreignRuleSets, foreignRules } from './not-applicable.ts';

interface Finding {
  readonly rule: string;
  readonly ruleSet: string;
  readonly severity: string;
  readonly details: string;
}

/** Results that are no finding: kept, about something else, of a later date than the certificate. */
const quiet = new Set(['pass', 'NA', 'NE']);
const named = env.ZLINT || null;
const program = named ?? 'zlint';
const report = createSuiteReport();

const version = askVersion();
if (version === null) {
  report.note("skipped: zlint is not installed; it comes from its project's releases");
  report.note('0 passed, 0 failed');
  exit(0);
}
/** The rule set of each rule that this zlint knows. */
const known = new Map(
  zlint('-list-lints-json')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; source: string })
    .map(({ name, source }) => [name, source]),
);
report.note(`${version}: ${known.size} rules`);

const certificates = readdirSync(goldenFolder)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.slice(0, -'.txt'.length))
  .sort();
const counts: Record<string, number> = {};
/** What each entry has explained: `rule certificate`, or `rule set certificate`. */
const met = new Set<string>();
for (const id of certificates)
  await report.check(`${id} breaks no rule that applies to it`, () => {
    const { kept, findings } = lint(id);
    // Rules of RFC 5280 apply to all; a zlint that keeps silent has looked at nothing.
    assert(kept > 20, `only ${kept} rules were looked at`);
    for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
    const unlisted = findings.filter((finding) => !explain(id, finding));
    if (unlisted.length > 0)
      assert.fail(
        unlisted.map(({ severity, ruleSet, rule, details }) => `${severity} ${ruleSet} ${rule} ${details}`).join('\n'),
      );
  });
for (const { ruleSet, certificates, reason } of foreignRuleSets)
  await report.check(`${ruleSet} does not apply to ${certificates.length}: ${reason}`, () =>
    assertMet(ruleSet, certificates),
  );
for (const { rules, certificates, reason } of foreignRules)
  for (const rule of rules)
    if (known.has(rule))
      await report.check(`${rule} does not apply to ${certificates.length}: ${reason}`, () =>
        assertMet(rule, certificates),
      );
    else report.skip(rule, 'this release of zlint does not have it');
report.note(
  `${certificates.length} certificates; found: ${Object.entries(counts)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ')}`,
);
report.finish();

/** Null where there is no zlint; a program that `ZLINT` names has to be there. */
function askVersion(): string | null {
  try {
    return zlint('-version').trim();
  } catch (error) {
    if (named === null && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function zlint(...words: readonly string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function lint(id: string): { kept: number; findings: readonly Finding[] } {
  const answer = JSON.parse(zlint('-format', 'pem', fileURLToPath(new URL(`${id}.txt`, goldenFolder))));
  const results = Object.entries(answer as Record<string, { result: string; details?: string }>);
  return {
    kept: results.filter(([, { result }]) => result === 'pass').length,
    findings: results
      .filter(([, { result }]) => !quiet.has(result))
      .map(([rule, { result, details = '' }]) => ({
        rule,
        ruleSet: known.get(rule) ?? '',
        severity: result,
        details,
      })),
  };
}

function explain(id: string, { rule, ruleSet }: Finding): boolean {
  const explanations = [
    ...foreignRuleSets
      .filter((entry) => entry.ruleSet === ruleSet && entry.certificates.includes(id))
      .map(() => ruleSet),
    ...foreignRules.filter((entry) => entry.rules.includes(rule) && entry.certificates.includes(id)).map(() => rule),
  ];
  for (const explanation of explanations) met.add(`${explanation} ${id}`);
  return explanations.length > 0;
}

/** An entry whose finding is gone would hide the next one. */
function assertMet(what: string, certificates: readonly string[]): void {
  const unmet = certificates.filter((id) => !met.has(`${what} ${id}`));
  if (unmet.length > 0) assert.fail(`not found any more, take it off the list: ${unmet.join(', ')}`);
}
