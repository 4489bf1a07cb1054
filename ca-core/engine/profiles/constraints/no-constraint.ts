// Has nothing against anything.
import type { ConstraintClass } from '../profile-class.ts';

export const noConstraint: ConstraintClass = {
  classId: 'noConstraintImpl',
  className: 'NoConstraint',
  compile: () => ({ text: 'No Constraint', parameters: [], check: () => null }),
};
