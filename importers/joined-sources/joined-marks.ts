// Marks of changes of several directories as one mark.
import type { ChangeMark } from '../import-source.ts';

export function joinMarks(marks: readonly ChangeMark[]): ChangeMark {
  return {
    since: JSON.stringify(marks.map(({ since }) => since)),
    until: JSON.stringify(marks.map(({ until }) => until)),
  };
}
