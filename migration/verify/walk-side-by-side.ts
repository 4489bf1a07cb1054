// Walks two ascending rows of numbered objects at once, so that each number is met once with what either side holds of it.

export interface Pair<Left, Right> {
  readonly number: bigint;
  readonly left: Left | null;
  readonly right: Right | null;
}

/** Both must come ascending without repeats; a number out of order on the left is yielded alone, as it comes. */
export async function* walkSideBySide<Left, Right>(
  lefts: AsyncIterable<{ readonly number: bigint; readonly value: Left }>,
  rights: AsyncIterable<{ readonly number: bigint; readonly value: Right }>,
): AsyncGenerator<Pair<Left, Right>> {
  const left = lefts[Symbol.asyncIterator]();
  const right = rights[Symbol.asyncIterator]();
  let l = await left.next();
  let r = await right.next();
  while (!l.done || !r.done) {
    if (r.done || (!l.done && l.value.number < r.value.number)) {
      if (l.done) return;
      yield { number: l.value.number, left: l.value.value, right: null };
      l = await left.next();
    } else if (l.done || r.value.number < l.value.number) {
      yield { number: r.value.number, left: null, right: r.value.value };
      r = await right.next();
    } else {
      yield { number: l.value.number, left: l.value.value, right: r.value.value };
      l = await left.next();
      r = await right.next();
    }
  }
}
