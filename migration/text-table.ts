// Columns for people: the first on the left, numbers on the right.

/** Rows as aligned lines, without a line feed at the end. Cells must be single lines. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) => formatRow(row, widths, rows)).join('\n');
}

function formatRow(row: readonly string[], widths: readonly number[], rows: readonly (readonly string[])[]): string {
  const cells = widths.map((width, column) => {
    const cell = row[column] ?? '';
    return isNumeric(rows, column) ? cell.padStart(width) : cell.padEnd(width);
  });
  return cells.join('  ').trimEnd();
}

/** A column counts as one of numbers when every cell of it is a number, a dash, a question mark or empty. */
function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  return column > 0 && rows.every((row) => /^(-?[\d,. ]*%?|\?)$/.test(row[column] ?? ''));
}
