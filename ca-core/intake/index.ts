// The one door for imported facts.

export { createIntake, type IntakeOptions } from './create-intake.ts';
export type * from './intake.ts';
export type { ProfileJudge } from './judge-objects.ts';
