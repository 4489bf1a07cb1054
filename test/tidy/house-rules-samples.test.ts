// Every house rule fails on a bad sample and is content with a good one: a rule that cannot fail is none.
import assert from 'node:assert/strict';
import { importRules } from './import-rules.ts';
import { formatOffenses, sampleProject } from './rule.ts';
import { textRules } from './text-rules.ts';

type Files = Readonly<Record<string, string>>;

interface Sample {
  readonly bad: readonly Files[];
  readonly good: readonly Files[];
}

const comment = '// Says in a sentence what it is for.\n';
const other = {
  'ca-core/engine/index.ts': comment,
  'ca-core/engine/inner.ts': comment,
  'ca-core/intake/index.ts': comment,
  'ca-core/ra-client/index.ts': comment,
  'ca-core/signer/index.ts': comment,
  'ca-core/store/index.ts': comment,
  'codecs/der/index.ts': comment,
  'gateway/index.ts': comment,
  'importers/index.ts': comment,
  'migration/index.ts': comment,
  'platform/index.ts': comment,
  'test/support/test-database.ts': comment,
};
const file = (path: string, text: string): Files => ({ ...other, [path]: `${comment}${text}\n` });
const key = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----`;

const samples: Readonly<Record<string, Sample>> = {
  'import-table': {
    bad: [
      file('platform/x.ts', "import { a } from '#codecs/der';"),
      file('codecs/der/x.ts', "export { a } from '#platform';"),
      file('importers/x.ts', "import type { A } from '#ca-core/engine';"),
      file('gateway/x.ts', "const a = await import('#migration');"),
      file('ca-core/engine/x.test.ts', "import { a } from '#gateway';"),
    ],
    good: [
      file('migration/x.ts', "import { a } from '#importers';"),
      file('ca-core/store/x.test.ts', "import { a } from '#test/test-database';"),
      file('ca-core/engine/x.test.ts', "import { a } from '#ca-core/store';"),
      file('platform/x.ts', "// import { a } from '#codecs/der';\nconst a = \"import { a } from '#codecs/der'\";"),
    ],
  },
  'front-door-only': {
    bad: [
      file('migration/x.ts', "import { a } from '../ca-core/engine/inner.ts';"),
      file('ca-core/engine/x.ts', "import { a } from '#ca-core/engine';"),
    ],
    good: [
      file('migration/x.ts', "import { a } from '#ca-core/engine';"),
      file('ca-core/engine/x.ts', "import { a } from './inner.ts';"),
    ],
  },
  'no-network-in-engine': {
    bad: [
      file('ca-core/engine/x.ts', "import { createServer } from 'node:net';"),
      file('ca-core/engine/x.ts', "import pg from 'pg';"),
    ],
    good: [file('ca-core/engine/x.ts', "import { createHash } from 'node:crypto';")],
  },
  'ldap-only-in-importers': {
    bad: [
      file('migration/x.ts', "import { Client } from 'ldapts';"),
      file('importers/x.ts', "import ldap from 'ldapjs';"),
    ],
    good: [
      file('importers/x.ts', "import { Client } from 'ldapts';"),
      file('appliance/trial/x.ts', "import ldap from 'ldapjs';"),
    ],
  },
  'pure-codecs': {
    bad: [
      file('codecs/der/x.ts', "import { readFileSync } from 'node:fs';"),
      file('codecs/der/x.ts', "import { setTimeout } from 'node:timers/promises';"),
    ],
    good: [
      file('codecs/der/x.ts', "import { createHash } from 'node:crypto';"),
      file('codecs/der/x.test.ts', "import { readFileSync } from 'node:fs';"),
    ],
  },
  'edges-use-ra': {
    bad: [
      file('gateway/x.ts', "import type { Caller } from '#ca-core/engine';"),
      file('gateway/x.ts', "import { createClient } from '#ca-core/ra-client';"),
      file('ca-core/protocols/est.ts', "import { createClient } from '#ca-core/ra-client';"),
    ],
    good: [
      file('gateway/contract.ts', "export type { Caller } from '#ca-core/engine';"),
      file('ca-core/protocols/est.ts', "import { type A, type RaClient } from '#ca-core/ra-client';"),
    ],
  },
  'signer-is-hidden': {
    bad: [
      file('gateway/x.ts', "import type { Signer } from '#ca-core/signer';"),
      file('ca-core/engine/enrollment/x.ts', "import { sign } from '#ca-core/signer';"),
    ],
    good: [
      file('ca-core/engine/issuance/x.ts', "import { sign } from '#ca-core/signer';"),
      file('appliance/cli/wiring.ts', "import { sign } from '#ca-core/signer';"),
    ],
  },
  'intake-is-the-door': {
    bad: [
      file('importers/x.ts', "import { createIntake } from '#ca-core/intake';"),
      file('migration/x.ts', "import { openStore } from '#ca-core/store';"),
    ],
    good: [file('migration/x.ts', "import { createIntake } from '#ca-core/intake';")],
  },
  'wiring-in-cli': {
    bad: [file('appliance/cli/up.ts', "import { a } from '#gateway';\nimport { b } from '#ca-core/engine';")],
    good: [
      file('appliance/cli/wiring.ts', "import { a } from '#gateway';\nimport { b } from '#ca-core/engine';"),
      file('appliance/cli/up.ts', "import type { a } from '#gateway';\nimport { b } from '#ca-core/engine';"),
    ],
  },
  'no-tests-in-product': {
    bad: [
      file('ca-core/store/x.ts', "import { a } from '#test/test-database';"),
      file('platform/x.ts', "import fc from 'fast-check';"),
    ],
    good: [file('ca-core/store/x.test.ts', "import { a } from '#test/test-database';\nimport fc from 'fast-check';")],
  },
  'no-dangling-import': {
    bad: [
      file('platform/x.ts', "import { a } from './missing.ts';"),
      file('platform/x.ts', "import { a } from '#codecs/missing';"),
    ],
    good: [file('platform/x.ts', "import { a } from './index.ts';\nimport { join } from 'node:path';")],
  },
  'no-cycles': {
    bad: [
      {
        'platform/a.ts': "import { b } from './b.ts';",
        'platform/b.ts': "import { c } from './c.ts';",
        'platform/c.ts': "import './a.ts';",
      },
      { 'platform/a.ts': "import { a } from './a.ts';" },
    ],
    good: [
      { 'platform/a.ts': "import { b } from './b.ts';", 'platform/b.ts': "import type { a } from './a.ts';" },
      {
        'platform/a.ts': "import { b } from './b.ts';\nimport { c } from './c.ts';",
        'platform/b.ts': "import { c } from './c.ts';",
        'platform/c.ts': '',
      },
    ],
  },
  'one-clock': {
    bad: [
      file('gateway/x.ts', 'const now = Date.now();'),
      file('gateway/x.ts', 'const now = new Date();'),
      file('codecs/der/x.ts', 'const dice = Math.random();'),
      file('gateway/x.ts', "import { createHash, randomBytes } from 'node:crypto';"),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is a source
      file('gateway/x.ts', 'const text = `${new Date()}`;'),
    ],
    good: [
      file('platform/clock.ts', 'const now = Date.now();'),
      file(
        'gateway/x.ts',
        "const then = new Date(0);\n// not Date.now()\nconst text = 'Math.random()';\nimport { randomBytes } from '#platform';",
      ),
    ],
  },
  strippable: {
    bad: [
      file('platform/x.ts', 'export const enum Color { Red }'),
      file('platform/x.ts', 'namespace Inner { export const a = 1; }'),
      file('platform/x.ts', 'class A {\n  constructor(first: { a: number }, private readonly second: string) {}\n}'),
      file('platform/x.ts', '@sealed\nclass A {}'),
      file('platform/x.ts', "import fs = require('node:fs');"),
    ],
    good: [
      file(
        'platform/x.ts',
        "class A {\n  constructor(parts: { readonly a: (b: string) => void }) {}\n}\nconst text = 'enum A {}';",
      ),
    ],
  },
  'no-drawer': {
    bad: [file('platform/utils.ts', ''), file('gateway/helpers/x.ts', ''), { 'docs/misc/x.md': '' }],
    good: [file('platform/shutdown.ts', '')],
  },
  'kebab-case': {
    bad: [file('platform/eventBus.ts', ''), file('platform/Event_Bus.ts', '')],
    good: [file('platform/event-bus.test.ts', ''), file('platform/migrations/0001-first.ts', '')],
  },
  'first-line-comment': {
    bad: [{ 'platform/x.ts': 'export {};\n' }, { 'a.sh': '#!/bin/sh\nset -e\n' }, { 'platform/x.ts': '// Clock\n' }],
    good: [{ 'platform/x.ts': comment }, { 'a.sh': '#!/bin/sh\n# Runs what has to be run.\n' }],
  },
  'short-files': {
    bad: [file('platform/x.ts', 'const a = 1;\n'.repeat(421)), file('platform/x.test.ts', '\n'.repeat(521))],
    good: [file('platform/x.ts', 'const a = 1;\n'.repeat(390))],
  },
  'short-functions': {
    bad: [
      file('platform/x.ts', `export async function long(a: string): Promise<void> {\n${'  step();\n'.repeat(90)}}`),
      file('platform/x.ts', `const long = (a: string) => {\n${'  step();\n'.repeat(90)}};`),
      file('platform/x.ts', `class A {\n  async long(a: string) {\n${'    step();\n'.repeat(90)}  }\n}`),
    ],
    good: [
      file(
        'platform/x.ts',
        `function short() {\n${'  step();\n'.repeat(60)}}\nfunction other() {\n${'  step();\n'.repeat(60)}}`,
      ),
    ],
  },
  'no-bare-todo': {
    bad: [file('platform/x.ts', '// TODO: later'), { 'docs/x.md': 'FIXME' }],
    good: [file('platform/x.ts', '// TODO(#12: when delta CRLs are read from the directory) merge them')],
  },
  'no-machine-paths': {
    bad: [
      { 'docs/x.md': `see /${'work'}/main/x` },
      { 'a.sh': `cd ../${'shared'}/x` },
      { '.npmrc': `https://${'registry.npmjs'}.org/x` },
      { 'a.json': `"/${'home'}/jane/x"` },
    ],
    good: [
      { 'docs/x.md': `see the/${'work'}/of others, /var/lib/retag and https://datatracker.ietf.org/doc/html/rfc5280` },
    ],
  },
  'no-private-keys': {
    bad: [
      { 'test/x.pem': key },
      file('platform/x.ts', `const pem = '${key.replaceAll('\n', '\\n')}';`),
      { 'compat-fixtures/corpus/x.pem': key },
      { 'compat-fixtures/corpus/admin.p12': 'x' },
    ],
    good: [
      { 'compat-fixtures/corpus/x.pem': key, 'compat-fixtures/README.md': 'All keys here are throw-away keys.' },
      file('platform/x.ts', "const head = '-----BEGIN PRIVATE KEY-----';"),
    ],
  },
};

describe('house rules, held to samples', () => {
  for (const rule of [...importRules, ...textRules])
    it(`${rule.name} finds what is bad and leaves what is good`, () => {
      const sample = samples[rule.name];
      assert(sample !== undefined, `${rule.name} has no sample`);
      for (const [index, files] of sample.bad.entries()) {
        const findings = rule.check(sampleProject(files));
        assert(findings.lookedAt > 0, `bad sample ${index} was not looked at`);
        assert(findings.offenses.length > 0, `bad sample ${index} passes`);
        const text = formatOffenses(rule, findings);
        for (const { path, line } of findings.offenses) assert(text.includes(`${rule.name}  ${path}:${line}  `));
        assert(text.includes(rule.advice));
      }
      for (const files of sample.good) {
        const findings = rule.check(sampleProject(files));
        assert.equal(formatOffenses(rule, findings), '');
      }
    });

  it('has no sample for a rule that is gone', () => {
    const names = new Set([...importRules, ...textRules].map(({ name }) => name));
    assert.deepEqual(
      Object.keys(samples).filter((name) => !names.has(name)),
      [],
    );
  });

  it('names the line of the offense', () => {
    const [rule] = textRules.filter(({ name }) => name === 'one-clock');
    const findings = rule?.check(
      sampleProject({ 'gateway/x.ts': `${comment}/*\n * Date.now()\n */\nconst a = Date.now();\n` }),
    );
    assert.deepEqual(
      findings?.offenses.map(({ line }) => line),
      [5],
    );
  });
});
