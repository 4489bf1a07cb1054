// Long work in pieces: so many at once take a few milliseconds, then whoever else waits has a turn.
import { setImmediate } from 'node:timers/promises';

const atOnce = 100;
const charactersAtOnce = 256 * 1024;

export async function joinInTurns(pieces: Iterable<string>): Promise<string> {
  let text = '';
  let [count, length] = [0, 0];
  for (const piece of pieces) {
    text += piece;
    count += 1;
    length += piece.length;
    if (count < atOnce && length < charactersAtOnce) continue;
    [count, length] = [0, 0];
    await setImmediate();
  }
  return text;
}

export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  convert: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    if (start > 0) await setImmediate();
    results.push(...items.slice(start, start + atOnce).map(convert));
  }
  return results;
}

export async function filterInTurns<Item>(items: readonly Item[], isWanted: (item: Item) => boolean): Promise<Item[]> {
  const wanted = await mapInTurns(items, isWanted);
  return items.filter((_, index) => wanted[index]);
}

/** What a generator returns that yields wherever others may have their turn. */
export async function runInTurns<Result>(steps: Iterator<undefined, Result>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}
