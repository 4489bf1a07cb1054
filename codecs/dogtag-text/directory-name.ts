// Names as a directory compares them.

/** Names are the same when they differ in case and in the number of spaces only (caseIgnoreMatch, RFC 4518). */
export function foldDirectoryName(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
