// Compares two decoded answers member by member and names each difference by its path.

/** A decoded body: JSON, XML or a standard's structure, reduced to plain data. Bytes are hexadecimal text. */
export type Tree = null | boolean | number | string | readonly Tree[] | { readonly [name: string]: Tree };

/** One place where two answers differ. An absent member is undefined, which null is not. */
export interface Difference {
  /** Members joined by dots, list positions in brackets: `entries[0].certId`. */
  readonly path: string;
  readonly theirs: Tree | undefined;
  readonly ours: Tree | undefined;
}

const differencesMax = 100;

/** All differences, at most 100, in the order of their members; an empty list means equal. The order of object members does not count. */
export function compareTrees(theirs: Tree | undefined, ours: Tree | undefined, path = ''): Difference[] {
  const found: Difference[] = [];
  collect(theirs, ours, path, found);
  return found;
}

function collect(theirs: Tree | undefined, ours: Tree | undefined, path: string, found: Difference[]): void {
  if (found.length >= differencesMax || theirs === ours) return;
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    const length = Math.max(theirs.length, ours.length);
    for (let index = 0; index < length; index++) collect(theirs[index], ours[index], `${path}[${index}]`, found);
    return;
  }
  if (isObject(theirs) && isObject(ours)) {
    const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    for (const name of names) collect(theirs[name], ours[name], path === '' ? name : `${path}.${name}`, found);
    return;
  }
  found.push({ path: path === '' ? '(whole)' : path, theirs, ours });
}

function isObject(value: Tree | undefined): value is { readonly [name: string]: Tree } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
