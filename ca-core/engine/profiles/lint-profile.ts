// What is wrong, or looks wrong, in the text of a profile, for people who edit one: each finding with its line and key.
import type { ProfileEntry, ProfileSection } from '#codecs/dogtag-profile';
import type { CompiledProfile } from './compiled-profile.ts';

export interface LintFinding {
  /** Dogtag refuses an error, or stumbles over it; a warning it passes over in silence. */
  readonly severity: 'error' | 'warning';
  /** Null where something is missing. */
  readonly line: number | null;
  readonly key: string;
  readonly message: string;
}

const known = new Set(
  `desc visible enable enableBy name auth.instance_id authz.acl input.list output.list updater.list policyset.list renewal lastModified
   profileId classId profileSetId auth.class_id`.split(/\s+/),
);

/** Warnings about a text that can be read and compiled. `repeated` are keys that it has more than once. */
export function lintProfile(
  root: ProfileSection,
  profile: CompiledProfile,
  repeated: readonly { readonly key: string; readonly line: number; readonly firstLine: number }[],
): readonly LintFinding[] {
  const findings: LintFinding[] = repeated.map(({ key, line, firstLine }) =>
    warning(line, key, `is there already in line ${firstLine}; this one counts`),
  );
  const parameters = knownParameters(profile);
  const reached = reachedPrefixes(root, profile);
  for (const entry of root.entries()) findings.push(...lintEntry(entry, reached, parameters));
  findings.push(...lintUnused(root, reached));
  for (const [key, what] of [
    ['name', 'shown to requesters'],
    ['desc', 'shown to requesters'],
    ['enable', 'without it nobody can use the profile'],
  ] as const)
    if (root.find(key) === null) findings.push(warning(null, key, `is missing: ${what}`));
  if (!profile.renewal && profile.policySets.length === 0)
    findings.push(
      warning(root.find('policyset.list')?.line ?? null, 'policyset.list', 'names no policy: every request is refused'),
    );
  return findings.sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

function lintEntry(
  entry: ProfileEntry,
  reached: readonly string[],
  parameters: ReadonlyMap<string, ReadonlySet<string>>,
): LintFinding[] {
  const { key, line, value } = entry;
  if (isKnown(key)) return lintList(entry);
  const prefix = reached.find((one) => key.startsWith(`${one}.`));
  if (prefix === undefined) return [];
  const parameter = key.slice(prefix.length + '.params.'.length);
  const names = parameters.get(prefix);
  if (!key.startsWith(`${prefix}.params.`) || names === undefined || names.size === 0) return [];
  if (names.has(parameter)) return value === value.trimEnd() ? [] : [warning(line, key, 'ends with white space')];
  return [
    warning(
      line,
      key,
      `is no parameter of this class; it knows ${[...names].slice(0, 8).join(', ')}${names.size > 8 ? ', ...' : ''}`,
    ),
  ];
}

/** One finding for each plug-in that no list leads to, at its first line. */
function lintUnused(root: ProfileSection, reached: readonly string[]): LintFinding[] {
  const unused = root
    .entries()
    .filter(({ key }) => !isKnown(key) && !reached.some((prefix) => key.startsWith(`${prefix}.`)))
    .sort((one, other) => one.line - other.line);
  const groups = new Map<string, ProfileEntry[]>();
  for (const entry of unused) {
    const group = /^(?:policyset\.[^.]+\.[^.]+|(?:input|output|updater)\.[^.]+)/.exec(entry.key)?.[0] ?? entry.key;
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  return [...groups].map(([group, [first, ...others]]) => {
    const also = others.length === 0 ? '' : ` (${others.length + 1} keys)`;
    return warning(first?.line ?? null, group, `is not used: no list leads to it${also}`);
  });
}

function isKnown(key: string): boolean {
  return known.has(key) || /^policyset\.[^.]+\.list$/.test(key);
}

function lintList({ key, line, value }: ProfileEntry): LintFinding[] {
  if (!key.endsWith('list')) return [];
  const parts = value.split(',');
  const twice = parts.find((part, index) => parts.indexOf(part) !== index);
  if (twice !== undefined) return [warning(line, key, `names "${twice}" twice`)];
  return parts.some((part) => part !== part.trim())
    ? [warning(line, key, 'has white space around a name, which belongs to the name')]
    : [];
}

/** Where inputs, outputs, updaters and policies stand that a list leads to. */
function reachedPrefixes(root: ProfileSection, profile: CompiledProfile): readonly string[] {
  const listed = (section: string) =>
    root
      .section(section)
      .list('list')
      .map((id) => `${section}.${id}`);
  const policies = profile.policySets.flatMap(({ id, policies: all }) =>
    all.flatMap((policy) => [`policyset.${id}.${policy.id}.default`, `policyset.${id}.${policy.id}.constraint`]),
  );
  return [...listed('input'), ...listed('output'), ...listed('updater'), ...policies];
}

function knownParameters(profile: CompiledProfile): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    profile.policySets.flatMap(({ id, policies }) =>
      policies.flatMap((policy) => [
        [`policyset.${id}.${policy.id}.default`, new Set(policy.default.parameterNames)] as const,
        [
          `policyset.${id}.${policy.id}.constraint`,
          new Set(policy.constraint.parameters.map(({ name }) => name)),
        ] as const,
      ]),
    ),
  );
}

function warning(line: number | null, key: string, message: string): LintFinding {
  return { severity: 'warning', line, key, message };
}
