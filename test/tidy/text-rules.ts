// Rules about single files: their names, first lines, lengths, what they may not say, and TypeScript that Node can run as it is.
import { lineAt, type SourceFile } from '../support/source-files.ts';
import { isTest, matchesInCode, type Offense, type Project, type Rule } from './rule.ts';

const offensesIn = (files: Project['texts'], pattern: RegExp, what: (match: string) => string): Offense[] =>
  files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map((match) => ({ path, line: lineAt(text, match.index), what: what(match[0]) })),
  );

const oneClock: Rule = {
  name: 'one-clock',
  advice: 'take a Clock as an argument, and randomness from #platform',
  check: ({ sources }) => {
    const concerned = sources.filter(({ path }) => !path.startsWith('platform/'));
    const calls =
      /\bDate\.now\s*\(|\bnew Date\s*\(\s*\)|\bMath\.random\s*\(|\bgetRandomValues\s*\(|(?<![\w.$])Date\s*\(\s*\)/g;
    const imported = concerned.flatMap(({ path, text, code }) =>
      [...code.matchAll(/\bimport\s*\{([^}]*)\}\s*from\s*'/g)].flatMap((match) => {
        const module = text.slice(match.index + match[0].length).split("'")[0];
        const names = /\b(randomBytes|randomUUID|randomInt|randomFill(Sync)?)\b/.exec(match[1] ?? '');
        return module === 'node:crypto' && names !== null
          ? [{ path, line: lineAt(code, match.index), what: `imports ${names[0]} of node:crypto` }]
          : [];
      }),
    );
    return {
      lookedAt: concerned.length,
      offenses: [...matchesInCode(concerned, calls, (match) => `uses ${match.trim()}`), ...imported],
    };
  },
};

const strippable: Rule = {
  name: 'strippable',
  advice:
    'Node runs these files by removing their types: use a union of texts, a module, a field with an assignment, a plain function',
  check: ({ sources }) => {
    const patterns: readonly (readonly [RegExp, string])[] = [
      [/^[ \t]*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w/gm, 'an enum'],
      [/^[ \t]*(export\s+)?(declare\s+)?(namespace|module)\s+[\w.]+\s*\{/gm, 'a namespace'],
      [/^[ \t]*@\w+/gm, 'a decorator'],
      [/^[ \t]*import\s+\w+\s*=/gm, 'an import by assignment'],
      [/^[ \t]*export\s*=/gm, 'an export by assignment'],
    ];
    const offenses = patterns.flatMap(([pattern, what]) => matchesInCode(sources, pattern, () => `has ${what}`));
    return { lookedAt: sources.length, offenses: [...offenses, ...sources.flatMap(parameterProperties)] };
  },
};

/** Parameters of constructors that are fields too; a `readonly` within the type of a parameter is none. */
function parameterProperties({ path, code }: SourceFile): Offense[] {
  return [...code.matchAll(/\bconstructor\s*\(/g)].flatMap((match) => {
    let depth = 1;
    let parameter = '';
    const parameters: string[] = [];
    for (let index = match.index + match[0].length; index < code.length && depth > 0; index += 1) {
      const character = code[index] ?? '';
      if ('([{<'.includes(character)) depth += 1;
      if (')]}>'.includes(character) && code.slice(index - 1, index + 1) !== '=>') depth -= 1;
      if (depth === 1 && character === ',') {
        parameters.push(parameter);
        parameter = '';
      } else parameter += character;
    }
    const isField = [...parameters, parameter].some((text) =>
      /^\s*(private|public|protected|readonly|override)\s/.test(text),
    );
    return isField ? [{ path, line: lineAt(code, match.index), what: 'has a parameter property' }] : [];
  });
}

const noDrawer: Rule = {
  name: 'no-drawer',
  advice: 'name the file for what it holds; if nothing fits, the name is missing, so find the name first',
  check: ({ texts }) => ({
    lookedAt: texts.length,
    offenses: texts
      .filter(({ path }) =>
        path.split('/').some((name) => /^(utils?|helpers?|common|misc|shared|lib|stuff)(\.|$)/.test(name)),
      )
      .map(({ path }) => ({ path, line: 1, what: 'is a drawer' })),
  }),
};

const kebabCase: Rule = {
  name: 'kebab-case',
  advice: 'name sources in lower case with hyphens, for the noun or the deed',
  check: ({ sources }) => ({
    lookedAt: sources.length,
    offenses: sources
      .filter(
        ({ path }) => !path.split('/').every((name) => /^[.]?[a-z0-9]+(-[a-z0-9]+)*(\.(test|d))?(\.ts)?$/.test(name)),
      )
      .map(({ path }) => ({ path, line: 1, what: 'is not in kebab case' })),
  }),
};

const firstLineComment: Rule = {
  name: 'first-line-comment',
  advice: 'begin with a comment that says in a sentence what the file is for',
  check: ({ texts }) => {
    const concerned = texts.filter(({ path }) => /\.(ts|js|mjs|sh)$/.test(path));
    const isSentence = (line: string) => /^(\/\/|#|\/\*\*?) \S+ .*\S/.test(line);
    return {
      lookedAt: concerned.length,
      offenses: concerned
        .filter(({ text }) => {
          const [first = '', second = ''] = text.split('\n');
          return !isSentence(first.startsWith('#!') ? second : first);
        })
        .map(({ path }) => ({ path, line: 1, what: 'does not say what it is for' })),
    };
  },
};

const linesMax = 420;
/** A test lists cases, which are easier to read in one place. */
const testLinesMax = 520;

const shortFiles: Rule = {
  name: 'short-files',
  advice: 'split it by what its halves are about',
  check: ({ sources }) => ({
    lookedAt: sources.length,
    offenses: sources.flatMap(({ path, text }) => {
      const lines = text.split('\n').length - 1;
      const most = isTest(path) ? testLinesMax : linesMax;
      return lines > most ? [{ path, line: most + 1, what: `has ${lines} lines, ${most} at most` }] : [];
    }),
  }),
};

const functionLinesMax = 80;

/** Functions as the formatter writes them: from the line that opens a body to the line that closes it at the same indentation. */
function longFunctions({ path, code }: SourceFile): Offense[] {
  const lines = code.split('\n');
  return lines.flatMap((line, index) => {
    const opening =
      /^( *)(export |default |async |static |private |#)*(function\b|[\w$#]+\s*\(|(const|let) [\w$]+.*=>|[\w$]+: (async )?\().*\{$/.exec(
        line,
      );
    if (opening === null || /^ *(if|for|while|switch|else|return|do|try|describe|await|super|new)\b/.test(line))
      return [];
    const indentation = opening[1] ?? '';
    const length = lines.slice(index + 1).findIndex((later) => later.startsWith(`${indentation}}`)) + 2;
    return length > functionLinesMax
      ? [{ path, line: index + 1, what: `is a function of ${length} lines, ${functionLinesMax} at most` }]
      : [];
  });
}

const shortFunctions: Rule = {
  name: 'short-functions',
  advice: 'let the parent function branch and the leaves compute: take a step out and name it',
  check: ({ sources }) => {
    const concerned = sources.filter(({ path }) => !isTest(path));
    return { lookedAt: concerned.length, offenses: concerned.flatMap(longFunctions) };
  },
};

const todoWithIssue: Rule = {
  name: 'no-bare-todo',
  advice: 'write TODO(#issue: when it becomes due), or do it',
  check: ({ texts }) => {
    const concerned = texts.filter(
      ({ path }) => /\.(ts|js|mjs|sh|md|json)$/.test(path) && path !== 'package-lock.json',
    );
    const bare = /\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+: [^)]{8,}\))/g;
    return {
      lookedAt: concerned.length,
      offenses: offensesIn(
        concerned.filter(({ path }) => !speaksOfRules(path)),
        bare,
        (match) => `has a bare ${match}`,
      ),
    };
  },
};

/** These files name what is forbidden, to forbid it. */
const speaksOfRules = (path: string) => path.startsWith('test/tidy/');

const noMachinePaths: Rule = {
  name: 'no-machine-paths',
  advice: 'take it from a setting, a variable or a path within the repository: it must work on every machine',
  check: ({ texts }) => {
    const concerned = texts.filter(({ path }) => !speaksOfRules(path));
    const paths = /(?<![\w.])\/(work|tmp\/(src|brief)|home\/[a-z][\w-]*)\/?|\.\.\/shared\//g;
    const hosts =
      /https?:\/\/[\w.-]*(registry\.npmjs|registry\.yarnpkg|npmmirror|deb\.debian|archive\.ubuntu|security\.debian|files\.pythonhosted|pypi\.org|nexus|artifactory|proxy\.golang)[\w.-]*/g;
    return {
      lookedAt: concerned.length,
      offenses: [
        ...offensesIn(concerned, paths, (match) => `names ${match}`),
        ...offensesIn(concerned, hosts, (match) => `names ${match}`),
      ],
    };
  },
};

const noPrivateKeys: Rule = {
  name: 'no-private-keys',
  advice:
    'make keys when they are needed; a throw-away key belongs into compat-fixtures, with a README beside it that says so',
  check: ({ texts }) => {
    const readmes = new Set(
      texts.filter(({ path, text }) => /README\.md$/.test(path) && /throw-?away/i.test(text)).map(({ path }) => path),
    );
    const isMarked = (path: string) => {
      const folders = path.split('/').slice(0, -1);
      return (
        path.startsWith('compat-fixtures/') &&
        folders.some((_, index) => readmes.has([...folders.slice(0, index + 1), 'README.md'].join('/')))
      );
    };
    const pem = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*(?:\\n)?\s*[A-Za-z0-9+/=]{40}/g;
    const concerned = texts.filter(({ path }) => !isMarked(path));
    const named = concerned.filter(({ path }) => /\.(key|p12|pfx|jks|keystore)$/.test(path));
    return {
      lookedAt: texts.length,
      offenses: [
        ...offensesIn(concerned, pem, () => 'holds a private key'),
        ...named.map(({ path }) => ({ path, line: 1, what: 'is a key file by its name' })),
      ],
    };
  },
};

export const textRules: readonly Rule[] = [
  oneClock,
  strippable,
  noDrawer,
  kebabCase,
  firstLineComment,
  shortFiles,
  shortFunctions,
  todoWithIssue,
  noMachinePaths,
  noPrivateKeys,
];
