// Which pens go back to Dogtag with which operations.
import type { PenScope } from '#ca-core/engine';
import { type ModeTarget, operationGroup } from '../cutover/operation-groups.ts';

/** Also pens of single profiles when all certificates go back, whenever they were moved here. */
export function givenBackPens(moved: readonly ModeTarget[]): (scope: PenScope) => boolean {
  return (scope) =>
    moved.some(({ operation, profileId }) => {
      const group = operationGroup(operation);
      if (group === 'status') return scope === 'crl' || scope === 'ocsp';
      if (group !== 'conversation') return false;
      return profileId === null ? scope.startsWith('certificates:') : scope === `certificates:${profileId}`;
    });
}

/** Profiles that go back alone need a pen of their own, which overrules that of all others. */
export function profileScopes(moved: readonly ModeTarget[]): readonly PenScope[] {
  return moved.flatMap(({ operation, profileId }): PenScope[] =>
    operationGroup(operation) === 'conversation' && profileId !== null ? [`certificates:${profileId}`] : [],
  );
}
