// Who answers an operation: Dogtag, we, or Dogtag with us watching; the ladder that a migration climbs rung by rung.
import type { OperationName } from './operation-names.ts';

/**
 * In the order in which an operation moves:
 * forward: Dogtag answers; the exchange is mirrored unless mirroring is switched off.
 * rehearse: Dogtag answers; the exchange is mirrored whatever the settings say.
 * serve-checked: we answer; the same read is then sent to Dogtag and both answers are compared.
 * serve: we answer alone.
 */
export const operationModes = ['forward', 'rehearse', 'serve-checked', 'serve'] as const;
export type OperationMode = (typeof operationModes)[number];

/** Whether we answer in this mode. */
export function isServed(mode: OperationMode): boolean {
  return mode === 'serve' || mode === 'serve-checked';
}

export interface OperationModes {
  /**
   * The mode for one request, from memory. `profileId` is null for operations that no profile rules, and when the request
   * names none; then the operation's own mode counts.
   */
  modeOf(operation: OperationName, profileId: string | null): OperationMode;
  /** Whether some profile has a mode of its own there, so that the profile must be found out before answering. */
  dependsOnProfile(operation: OperationName): boolean;
  /** Whether we answer anything at all, so that what Dogtag still writes must be in our record at once. */
  servesAny(): boolean;
  /** Calls `listener` after every change; returns what ends that. */
  onChange(listener: () => void): () => void;
}

export interface ModeAssignment {
  readonly operation: OperationName;
  /** Null for the operation as a whole. */
  readonly profileId: string | null;
  readonly mode: OperationMode;
}

export interface ReplaceableOperationModes extends OperationModes {
  /** Puts these assignments in place of all earlier ones, at once. What is not named is in the fallback mode. */
  replace(assignments: readonly ModeAssignment[]): void;
}

/** Modes held in memory; whoever keeps them durably calls `replace` at start and after each change. */
export function createOperationModes(
  fallback: OperationMode,
  assignments: readonly ModeAssignment[] = [],
): ReplaceableOperationModes {
  let byOperation = index(assignments);
  let servesAny = assignments.some(({ mode }) => isServed(mode));
  const listeners = new Set<() => void>();
  return {
    modeOf: (operation, profileId) => {
      const modes = byOperation.get(operation);
      if (modes === undefined) return fallback;
      return (profileId === null ? undefined : modes.byProfile.get(profileId)) ?? modes.whole ?? fallback;
    },
    dependsOnProfile: (operation) => (byOperation.get(operation)?.byProfile.size ?? 0) > 0,
    servesAny: () => isServed(fallback) || servesAny,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    replace: (next) => {
      byOperation = index(next);
      servesAny = next.some(({ mode }) => isServed(mode));
      for (const listener of listeners) listener();
    },
  };
}

interface ModesOfOperation {
  whole: OperationMode | undefined;
  readonly byProfile: Map<string, OperationMode>;
}

function index(assignments: readonly ModeAssignment[]): ReadonlyMap<OperationName, ModesOfOperation> {
  const byOperation = new Map<OperationName, ModesOfOperation>();
  for (const { operation, profileId, mode } of assignments) {
    const modes = byOperation.get(operation) ?? { whole: undefined, byProfile: new Map() };
    if (profileId === null) modes.whole = mode;
    else modes.byProfile.set(profileId, mode);
    byOperation.set(operation, modes);
  }
  return byOperation;
}
