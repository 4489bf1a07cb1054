// Rules about who may import whom: those of the table, and those the table cannot show.
import { isAllowed, isAllowedInTests, partOf } from './parts.ts';
import { type Findings, type Import, isTest, type Offense, type Project, type Rule } from './rule.ts';

const offense = (found: Import, what: string): Offense => ({ path: found.from, line: found.line, what });

/** Judges every import that `concerns`; `judge` returns what is wrong with it, or null. */
function judgeImports(
  project: Project,
  concerns: (found: Import) => boolean,
  judge: (found: Import) => string | null,
): Findings {
  const concerned = project.imports.filter(concerns);
  const offenses = concerned.flatMap((found) => {
    const what = judge(found);
    return what === null ? [] : [offense(found, what)];
  });
  return { lookedAt: concerned.length, offenses };
}

const isProduct = ({ from }: Import) => !isTest(from);
const isNamed = (found: Import, ...packages: readonly string[]) =>
  packages.some((name) => found.specifier === name || found.specifier.startsWith(`${name}/`));

const importTable: Rule = {
  name: 'import-table',
  advice:
    'see the table in docs/ARCHITECTURE.md: move the code to the part that may know this, or pass it in from the wiring',
  check: (project) =>
    judgeImports(
      project,
      ({ from, target }) => target !== null && partOf(from) !== partOf(target),
      ({ from, target }) => {
        const [own, other] = [partOf(from), partOf(target ?? '')];
        const mayImport = isTest(from) ? isAllowedInTests(own, other) : isAllowed(own, other);
        return mayImport ? null : `${own} imports ${other}`;
      },
    ),
};

const frontDoorOnly: Rule = {
  name: 'front-door-only',
  advice: 'import another part by its #name, which is its index.ts, and a file of the same part by its relative path',
  check: (project) =>
    judgeImports(
      project,
      ({ target }) => target !== null,
      ({ from, specifier, target }) => {
        const isSame = partOf(from) === partOf(target ?? '');
        // What tests share is no part with a door, and builds its samples from what the parts rightly hide.
        if (isTest(from) && (partOf(target ?? '') === 'test' || partOf(from) === 'test')) return null;
        if (!isSame && specifier.startsWith('.')) return `enters ${partOf(target ?? '')} by ${specifier}`;
        if (isSame && specifier.startsWith('#') && !isTest(from)) return `goes out and in again by ${specifier}`;
        return null;
      },
    ),
};

const networkModules = ['node:net', 'node:http', 'node:https', 'node:http2', 'node:tls', 'node:dgram', 'node:dns'];
const networkPackages = ['pg', 'kysely', 'express', 'undici', 'ldapts', 'ldapjs'];

const noNetworkInEngine: Rule = {
  name: 'no-network-in-engine',
  advice: 'let the engine ask an interface of its own, and implement that where network belongs',
  check: (project) =>
    judgeImports(
      project,
      (found) => isProduct(found) && partOf(found.from) === 'ca-core/engine',
      (found) => (isNamed(found, ...networkModules, ...networkPackages) ? `imports ${found.specifier}` : null),
    ),
};

const ldapOnlyInImporters: Rule = {
  name: 'ldap-only-in-importers',
  advice:
    'read directories in importers and write them in migration/rollback (ldapts); the stand-in server of trial and tests alone uses ldapjs',
  check: (project) =>
    judgeImports(
      project,
      (found) => isNamed(found, 'ldapts', 'ldapjs') || partOf(found.from) === 'importers',
      (found) => {
        const { from } = found;
        const mayUse = partOf(from) === 'importers' || from.startsWith('migration/rollback/') || isTest(from);
        if (isNamed(found, 'ldapts') && !mayUse) return 'imports ldapts';
        if (isNamed(found, 'ldapjs') && partOf(from) !== 'appliance/trial' && !isTest(from)) return 'imports ldapjs';
        return null;
      },
    ),
};

/** Modules that only compute. */
const pureModules = ['node:crypto', 'node:buffer', 'node:util', 'node:zlib', 'node:string_decoder', 'node:url'];

const pureCodecs: Rule = {
  name: 'pure-codecs',
  advice: 'a codec turns bytes into values and back: take the bytes as an argument, and read them elsewhere',
  check: (project) =>
    judgeImports(
      project,
      (found) => isProduct(found) && found.from.startsWith('codecs/'),
      (found) => {
        if (found.specifier.startsWith('node:') && !isNamed(found, ...pureModules)) return `imports ${found.specifier}`;
        return isNamed(found, ...networkPackages) ? `imports ${found.specifier}` : null;
      },
    ),
};

const edgesUseRa: Rule = {
  name: 'edges-use-ra',
  advice: 'an edge speaks to the RaClient it is given; import types only, in the gateway through gateway/contract.ts',
  check: (project) =>
    judgeImports(
      project,
      (found) =>
        isProduct(found) && ['gateway', 'ca-core/protocols'].includes(partOf(found.from)) && found.target !== null,
      ({ from, target, isTypeOnly }) => {
        const other = partOf(target ?? '');
        if (!other.startsWith('ca-core/') || other === partOf(from) || from === 'gateway/contract.ts') return null;
        if (partOf(from) === 'gateway') return `imports ${other} beside the contract`;
        return isTypeOnly ? null : `imports values of ${other}`;
      },
    ),
};

/** Issuance, revocation, answers to CMC and reports alone sign; authorities know which key is theirs, and a rehearsal has a throwaway key. */
const signingFolders = [
  'ca-core/engine/issuance/',
  'ca-core/engine/revocation/',
  'ca-core/engine/authorities/',
  'ca-core/engine/cmc/sign-cmc-response',
  'ca-core/engine/reports/report-signing',
  'ca-core/engine/rehearsal',
];

const signerIsHidden: Rule = {
  name: 'signer-is-hidden',
  advice: 'ask issuance or revocation to do it; the wiring alone passes a signer in',
  check: (project) =>
    judgeImports(
      project,
      (found) =>
        isProduct(found) &&
        found.target !== null &&
        partOf(found.target) === 'ca-core/signer' &&
        partOf(found.from) !== 'ca-core/signer',
      ({ from }) =>
        from.startsWith('appliance/cli/') || signingFolders.some((folder) => from.startsWith(folder))
          ? null
          : 'reaches the signer',
    ),
};

const intakeIsTheDoor: Rule = {
  name: 'intake-is-the-door',
  advice:
    'hand foreign facts to the intake that you are given; only migration and the wiring know intake, only the wiring the store',
  check: (project) =>
    judgeImports(
      project,
      (found) =>
        isProduct(found) && found.target !== null && ['ca-core/intake', 'ca-core/store'].includes(partOf(found.target)),
      ({ from, target }) => {
        const [own, other] = [partOf(from), partOf(target ?? '')];
        if (own === other || own.startsWith('appliance')) return null;
        return other === 'ca-core/intake' && own === 'migration' ? null : `${own} reaches ${other}`;
      },
    ),
};

const joinedParts = ['importers', 'gateway', 'migration'];

const wiringInCli: Rule = {
  name: 'wiring-in-cli',
  advice: 'join parts in appliance/cli/wiring.ts or appliance.ts beside it, and pass on what they made',
  check: (project) => {
    const concerned = project.imports.filter((found) => {
      const isOurs =
        isProduct(found) && found.from.startsWith('appliance/') && !found.isTypeOnly && found.target !== null;
      const other = partOf(found.target ?? '');
      return isOurs && (joinedParts.includes(other) || other.startsWith('ca-core/'));
    });
    const wholes = new Map<string, Set<string>>();
    const offenses = concerned.flatMap((found) => {
      if (/^appliance\/cli\/(wiring|appliance)\.ts$/.test(found.from)) return [];
      const whole = partOf(found.target ?? '').split('/')[0] ?? '';
      const known = wholes.get(found.from) ?? new Set();
      wholes.set(found.from, known.add(whole));
      return known.size > 1 ? [offense(found, `joins ${[...known].join(' and ')}`)] : [];
    });
    return { lookedAt: concerned.length, offenses };
  },
};

const testPackages = ['mocha', 'nock', 'fast-check', 'c8', 'pkijs', '@peculiar/x509'];

const noTestsInProduct: Rule = {
  name: 'no-tests-in-product',
  advice: 'what the product needs is no part of its tests: move it into the part that needs it',
  check: (project) =>
    judgeImports(project, isProduct, ({ target, specifier }) =>
      (target !== null && isTest(target)) || testPackages.includes(specifier) ? `imports ${specifier}` : null,
    ),
};

const missingFile: Rule = {
  name: 'no-dangling-import',
  advice: 'write the file, or correct the path',
  check: (project) =>
    judgeImports(
      project,
      ({ specifier }) => specifier.startsWith('.') || specifier.startsWith('#'),
      ({ specifier, target }) => (target === null ? `imports ${specifier}, which does not exist` : null),
    ),
};

const noCycles: Rule = {
  name: 'no-cycles',
  advice: 'move what both need into a file below them; imports of types alone may go round',
  check: (project) => {
    const next = new Map<string, Import[]>();
    for (const found of project.imports)
      if (found.target !== null && !found.isTypeOnly) next.set(found.from, [...(next.get(found.from) ?? []), found]);
    const offenses: Offense[] = [];
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]) => {
      if (done.has(path)) return;
      for (const found of next.get(path) ?? []) {
        const target = found.target ?? '';
        const start = trail.indexOf(target);
        if (start >= 0) offenses.push(offense(found, `goes round: ${[...trail.slice(start), target].join(' → ')}`));
        else visit(target, [...trail, target]);
      }
      done.add(path);
    };
    for (const path of next.keys()) visit(path, [path]);
    return { lookedAt: project.imports.length, offenses };
  },
};

export const importRules: readonly Rule[] = [
  importTable,
  frontDoorOnly,
  noNetworkInEngine,
  ldapOnlyInImporters,
  pureCodecs,
  edgesUseRa,
  signerIsHidden,
  intakeIsTheDoor,
  wiringInCli,
  noTestsInProduct,
  missingFile,
  noCycles,
];
