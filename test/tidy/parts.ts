// The parts of the project and which of them each may import: the table of docs/ARCHITECTURE.md in a form that can be checked.

/** The part a file belongs to: its top folder, or for parts of many parts the folder below. */
export function partOf(path: string): string {
  const [top = '', below = ''] = path.split('/');
  return ['codecs', 'ca-core', 'appliance'].includes(top) && path.split('/').length > 2 ? `${top}/${below}` : top;
}

/** What the product's code may import; tests beside it may also import `test`. `x/*` is every part below x. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  'codecs/*': ['codecs/*'],
  'ca-core/engine': ['codecs/*', 'platform', 'ca-core/signer'],
  'ca-core/signer': ['codecs/*', 'platform'],
  'ca-core/store': ['codecs/*', 'platform', 'ca-core/engine'],
  'ca-core/intake': ['codecs/*', 'platform', 'ca-core/engine'],
  'ca-core/ra-client': ['codecs/*', 'platform', 'ca-core/engine'],
  'ca-core/api': ['codecs/*', 'platform', 'ca-core/engine'],
  'ca-core/protocols': ['codecs/*', 'platform', 'ca-core/ra-client'],
  importers: ['codecs/*', 'platform'],
  gateway: ['codecs/*', 'platform', 'ca-core/engine', 'ca-core/ra-client'],
  migration: ['codecs/*', 'platform', 'ca-core/engine', 'ca-core/intake', 'ca-core/ra-client', 'importers', 'gateway'],
  'appliance/*': ['codecs/*', 'platform', 'ca-core/*', 'importers', 'gateway', 'migration', 'appliance/*'],
  appliance: ['codecs/*', 'platform', 'ca-core/*', 'importers', 'gateway', 'migration', 'appliance/*'],
  'compat-fixtures': ['codecs/*', 'platform'],
  test: [
    'codecs/*',
    'platform',
    'ca-core/*',
    'importers',
    'gateway',
    'migration',
    'appliance/*',
    'compat-fixtures',
    'test',
  ],
};

const fits = (pattern: string, part: string): boolean =>
  pattern.endsWith('/*') ? part.startsWith(pattern.slice(0, -1)) : pattern === part;

/** The row of the table for a part; null for a part that the table does not know. */
export function allowedImports(part: string): readonly string[] | null {
  const exact = mayImport[part];
  if (exact !== undefined) return exact;
  return Object.entries(mayImport).find(([pattern]) => fits(pattern, part))?.[1] ?? null;
}

export function isAllowed(from: string, to: string): boolean {
  return allowedImports(from)?.some((pattern) => fits(pattern, to)) ?? false;
}

/** What tests and measurements may import beyond that: the real neighbors with which their part works, instead of fakes. */
const testsMayAlsoImport: Readonly<Record<string, readonly string[]>> = {
  'ca-core/*': ['ca-core/*'],
  gateway: ['ca-core/*'],
  migration: ['ca-core/*'],
};

export function isAllowedInTests(from: string, to: string): boolean {
  if (to === 'test' || to === 'compat-fixtures' || isAllowed(from, to)) return true;
  return Object.entries(testsMayAlsoImport).some(
    ([part, others]) => fits(part, from) && others.some((pattern) => fits(pattern, to)),
  );
}
