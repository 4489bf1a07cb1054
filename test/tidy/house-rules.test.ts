// Holds the project to its house rules; each offense is printed with rule, file, line and what to do.
import assert from 'node:assert/strict';
import { findMissingEntries, readLockFile } from '../support/lock-file.ts';
import { projectFolder } from '../support/source-files.ts';
import { importRules } from './import-rules.ts';
import { allowedImports, partOf } from './parts.ts';
import { formatOffenses, readProject } from './rule.ts';
import { textRules } from './text-rules.ts';

describe('house rules', () => {
  const project = readProject(projectFolder);

  for (const rule of [...importRules, ...textRules])
    it(rule.name, () => {
      const findings = rule.check(project);
      assert(findings.lookedAt > 0, `${rule.name} looked at nothing, so it proves nothing`);
      if (findings.offenses.length > 0)
        assert.fail(`${findings.offenses.length} offenses\n${formatOffenses(rule, findings)}`);
    });

  it('knows every part that there is', () => {
    const parts = new Set(project.sources.map(({ path }) => partOf(path)));
    assert(parts.size > 5);
    assert.deepEqual(
      [...parts].filter((part) => allowedImports(part) === null),
      [],
    );
  });

  it('locks every optional package, so that npm ci accepts the lock file', () => {
    const lock = readLockFile();
    assert(Object.keys(lock.packages).length > 100);
    const missing = findMissingEntries(lock).map(({ name, version }) => `${name}@${version}`);
    assert.deepEqual(missing, [], 'run npm run lock');
  });
});
