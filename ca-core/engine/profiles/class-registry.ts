// All classes of the profile language by their class id: the table that Dogtag keeps in registry.cfg.
import { constraintClasses } from './constraints/index.ts';
import { defaultClasses } from './defaults/index.ts';
import { inputClasses } from './inputs/index.ts';
import { outputClasses } from './outputs/index.ts';
import type { ConstraintClass, DefaultClass, InputClass, OutputClass } from './profile-class.ts';

export interface ClassRegistry {
  findDefault(classId: string): DefaultClass | null;
  findConstraint(classId: string): ConstraintClass | null;
  findInput(classId: string): InputClass | null;
  findOutput(classId: string): OutputClass | null;
}

function byClassId<T extends { readonly classId: string }>(classes: readonly T[]): (classId: string) => T | null {
  const table = new Map(classes.map((entry) => [entry.classId, entry]));
  return (classId) => table.get(classId) ?? null;
}

/** The classes that Dogtag ships. */
export const classRegistry: ClassRegistry = {
  findDefault: byClassId(defaultClasses),
  findConstraint: byClassId(constraintClasses),
  findInput: byClassId(inputClasses),
  findOutput: byClassId(outputClasses),
};

/** Profile classes differ only in what the old administration console proposes for a new profile; applying them is the same. */
export const profileClassIds: ReadonlySet<string> = new Set([
  'caEnrollImpl',
  'caCACertEnrollImpl',
  'caServerCertEnrollImpl',
  'caUserCertEnrollImpl',
]);

export const updaterClassIds: ReadonlySet<string> = new Set(['subsystemGroupUpdaterImpl']);
