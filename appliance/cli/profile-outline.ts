// A profile as people think of it: what it asks for, fills in and checks; and in what two of them differ, whatever their policies are numbered.

import type { ProfileText } from '#ca-core/engine';
import { ProfileSection, ProfileTextError } from '#codecs/dogtag-profile';
import { CommandFailure } from './failure.ts';

export interface ProfileOutline {
  readonly id: string;
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

export interface OutlineDifference {
  readonly place: string;
  /** Null where only the other has something. */
  readonly one: string | null;
  readonly other: string | null;
}

/** Throws CommandFailure for a text that is no profile. */
export function describeProfileText(text: ProfileText): ProfileOutline {
  const root = parse(text);
  const general = ['name', 'desc', 'enable', 'visible', 'renewal', 'auth.instance_id', 'authz.acl'].flatMap((key) => {
    const value = root.findText(key);
    return value === null || value === '' ? [] : [`${key}: ${value}`];
  });
  const classes = (section: string) =>
    root
      .section(section)
      .list('list')
      .map((id) => `${id}: ${describePlugin(root.section(`${section}.${id}`))}`);
  return {
    id: text.id,
    sections: [
      { title: text.id, lines: general },
      { title: 'asks for', lines: classes('input') },
      ...policiesOf(root).map(({ title, defaultSection, constraint }) => ({
        title,
        lines: [`fills in ${describePlugin(defaultSection)}`, `checks   ${describePlugin(constraint)}`],
      })),
      { title: 'gives out', lines: classes('output') },
      { title: 'afterwards', lines: classes('updater') },
    ].filter(({ lines }) => lines.length > 0),
  };
}

/** Throws CommandFailure for a text that is no profile. */
export function compareProfiles(one: ProfileText, other: ProfileText): readonly OutlineDifference[] {
  const [first, second] = [parse(one), parse(other)];
  const [ours, theirs] = [flatten(first), flatten(second)];
  const places = [...new Set([...ours.keys(), ...theirs.keys()])];
  const differences = places.flatMap((place) => {
    const [value, otherValue] = [ours.get(place) ?? null, theirs.get(place) ?? null];
    return value === otherValue ? [] : [{ place, one: value, other: otherValue }];
  });
  const order = (root: ProfileSection) => policiesOf(root).map(({ name }) => name);
  const [ourOrder, theirOrder] = [order(first), order(second)];
  const isReordered =
    ourOrder.length === theirOrder.length && [...ourOrder].sort().join() === [...theirOrder].sort().join();
  if (isReordered && ourOrder.join() !== theirOrder.join())
    differences.push({ place: 'order of policies', one: ourOrder.join(', '), other: theirOrder.join(', ') });
  return differences;
}

interface Policy {
  readonly title: string;
  /** Its set and what it fills in, with a number where that is there more than once. */
  readonly name: string;
  readonly prefix: string;
  readonly defaultSection: ProfileSection;
  readonly constraint: ProfileSection;
}

function policiesOf(root: ProfileSection): readonly Policy[] {
  const sets = root.section('policyset');
  const seen = new Map<string, number>();
  return sets.list('list').flatMap((setId) =>
    sets
      .section(setId)
      .list('list')
      .map((id) => {
        const prefix = `policyset.${setId}.${id}`;
        const [defaultSection, constraint] = [root.section(`${prefix}.default`), root.section(`${prefix}.constraint`)];
        const base = `${setId} ${defaultSection.findText('class_id') ?? 'nothing'}`;
        const count = (seen.get(base) ?? 0) + 1;
        seen.set(base, count);
        const name = count === 1 ? base : `${base} (${count})`;
        return { title: `policy ${id} of ${setId}`, name, prefix, defaultSection, constraint };
      }),
  );
}

/** Every value under a name that does not depend on how policies are numbered. */
function flatten(root: ProfileSection): ReadonlyMap<string, string> {
  const policies = policiesOf(root);
  const values = new Map<string, string>();
  for (const { key, value } of root.entries()) {
    if (/^policyset\.(?:[^.]+\.)?list$/.test(key)) continue;
    const policy = policies.find(({ prefix }) => key.startsWith(`${prefix}.`));
    const place = policy === undefined ? key : `${policy.name}${key.slice(policy.prefix.length)}`;
    values.set(place, value.trim());
  }
  return values;
}

function describePlugin(section: ProfileSection): string {
  const parameters = section
    .section('params')
    .entries()
    .filter(({ value }) => value !== '')
    .map(({ key, value }) => `${key}=${value}`);
  const name = section.findText('class_id') ?? 'nothing';
  return parameters.length === 0 ? name : `${name} (${parameters.join(', ')})`;
}

function parse({ id, configurationText }: ProfileText): ProfileSection {
  try {
    return ProfileSection.parse(configurationText);
  } catch (error) {
    if (!(error instanceof ProfileTextError)) throw error;
    throw new CommandFailure(`${id} is no profile: ${error.message}`, {
      nextStep: 'correct that line; "retag profiles lint" looks at the whole text',
      cause: error,
    });
  }
}
