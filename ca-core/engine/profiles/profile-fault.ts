// Why Dogtag does not take the text of a profile, in the words in which it says so. What stands in its way and not in ours, or the other way
// round, is for `compileProfile` to tell.
import type { ProfileSection } from '#codecs/dogtag-profile';
import { classRegistry, updaterClassIds } from './class-registry.ts';

/** What a client is told where Java stumbles over a class that is not there. */
const nothing = 'null';

/** The first fault in the order in which Dogtag reads; null when it finds none. */
export function findProfileFault(root: ProfileSection): string | null {
  return (
    findListFault(root.section('input'), (classId) => classRegistry.findInput(classId) !== null) ??
    findListFault(root.section('output'), (classId) => classRegistry.findOutput(classId) !== null) ??
    findListFault(root.section('updater'), (classId) => updaterClassIds.has(classId)) ??
    findPolicyFault(root.section('policyset'))
  );
}

function findListFault(section: ProfileSection, isKnown: (classId: string) => boolean): string | null {
  for (const id of section.list('list')) {
    const classId = section.findText(`${id}.class_id`);
    if (classId === null) return missing(section, `${id}.class_id`);
    if (!isKnown(classId)) return nothing;
  }
  return null;
}

function findPolicyFault(sets: ProfileSection): string | null {
  for (const setId of sets.list('list')) {
    const set = sets.section(setId);
    const policyIds = set.list('list');
    for (const id of policyIds) {
      const fault = findClassFault(set, id, policyIds);
      if (fault !== null) return fault;
    }
  }
  return null;
}

function findClassFault(set: ProfileSection, id: string, policyIds: readonly string[]): string | null {
  const defaultKey = `${id}.default.class_id`;
  const constraintKey = `${id}.constraint.class_id`;
  const defaultClass = set.findText(defaultKey);
  if (defaultClass === null) return missing(set, defaultKey);
  const constraintClass = set.findText(constraintKey);
  if (constraintClass === null) return missing(set, constraintKey);
  // With each policy Dogtag looks through the whole list for another one of the same class, and stumbles over one without any.
  if (policyIds.some((other) => set.findText(`${other}.default.class_id`) === null)) return nothing;
  if (classRegistry.findDefault(defaultClass) === null) return `Cannot find ${defaultClass}`;
  return classRegistry.findConstraint(constraintClass) === null ? `Cannot find ${constraintClass}` : null;
}

function missing(section: ProfileSection, key: string): string {
  return `Property ${section.fullKey(key)} missing value`;
}
