// Users, groups, their certificates and members: the lab's Dogtag and our gateway are told and asked the same, one after the other.
// Usage: node test/lab/roster/run.ts
import { createSuiteReport } from '#test/suite-report';
import { explainDifference } from './explained-differences.ts';
import { leftovers, rosterSteps } from './steps.ts';
import { TwoSides } from './two-sides.ts';

const report = createSuiteReport();
const sides = new TwoSides();
const explained = new Map<string, number>();
for (const path of leftovers) await sides.tidy(path);
await sides.open();
try {
  for (const [index, step] of rosterSteps().entries()) {
    const { method, path, body = '', accept = '', identity = '' } = step;
    await report.check(
      `${index} ${method} ${path} ${body.slice(0, 60).replaceAll('\n', ' ')} ${accept} ${identity}`,
      async () => {
        const { theirs, ours, differences } = await sides.ask(step);
        if (differences.length === 0) return;
        const reason = explainDifference(step, theirs, ours, differences);
        if (reason === null) throw new Error(differences.join('\n'));
        explained.set(reason, (explained.get(reason) ?? 0) + 1);
      },
    );
  }
} finally {
  for (const path of leftovers) await sides.tidy(path);
  await sides.close();
}
for (const [reason, count] of explained) report.note(`        ${count} differ with a reason: ${reason}`);
report.finish();
