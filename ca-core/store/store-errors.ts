// What goes wrong in the database, as the engine's errors: callers of the store meet CaError only.
import { AuditKeyError, CaError } from '#ca-core/engine';
import { isDatabaseUnavailable } from '#platform';

/** Runs `work`; what it rejects with becomes a CaError, `store-unavailable` or `internal`, unless it is one. */
export async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toCaError(error);
  }
}

/** The same methods, each guarded. They return promises or async iterables. */
export function guardAll<Methods extends object>(methods: Methods): Methods {
  const entries = Object.entries(methods as Record<string, (...given: unknown[]) => unknown>);
  return Object.fromEntries(entries.map(([name, method]) => [name, guardMethod(method)])) as Methods;
}

function guardMethod(method: (...given: unknown[]) => unknown): (...given: unknown[]) => unknown {
  return (...given) => {
    const result = method(...given);
    if (result instanceof Promise) return guarded(() => result);
    return isAsyncIterable(result) ? guardIteration(result) : result;
  };
}

async function* guardIteration(iterable: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* iterable;
  } catch (error) {
    throw toCaError(error);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function toCaError(error: unknown): unknown {
  if (error instanceof CaError || error instanceof AuditKeyError) return error;
  if (isDatabaseUnavailable(error))
    return new CaError('store-unavailable', 'The record is not available now', { cause: error });
  return new CaError('internal', 'The record refused this', { cause: error });
}
