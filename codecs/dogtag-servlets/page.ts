// The pages people see when they ask without xml=true. Dogtag's own templates are not ours to copy; the variables in their scripts are facts.
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `others` are written for characters of `&<>"'/` instead of the usual entities; without them `/` stays as it is. */
export function escapeHtml(text: string, others: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/[&<>"'/]/g, (character) => others[character] ?? entities[character] ?? character);
}

type ShownValue = readonly [string, string | number | boolean];

/** `script` are statements, already escaped; `values` are shown to people, and below them `more`, which is markup. */
export function page(
  title: string,
  script: readonly string[],
  values: readonly ShownValue[],
  more: readonly string[] = [],
): string {
  return [...pagePieces(title, script, [values], more)].join('');
}

/** The same piece by piece, for long ones: a piece for each of `script`, which may be several lines, and for each list of values. */
export function* pagePieces(
  title: string,
  script: Iterable<string>,
  values: Iterable<readonly ShownValue[]>,
  more: readonly string[],
): Iterable<string> {
  yield `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${escapeHtml(title)}</title>\n`;
  yield '<script type="text/javascript">\n';
  for (const statements of script) yield `${statements}\n`;
  yield `</script>\n</head>\n<body>\n<h1>${escapeHtml(title)}</h1>\n<dl>\n`;
  for (const list of values) yield list.map(formatShown).join('');
  yield `</dl>\n${more.map((line) => `${line}\n`).join('')}</body>\n</html>\n`;
}

function formatShown([name, value]: ShownValue): string {
  return `<dt>${escapeHtml(name)}</dt>\n<dd><pre>${escapeHtml(String(value))}</pre></dd>\n`;
}
