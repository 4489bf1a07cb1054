// The pages people see when they ask without xml=true. Dogtag's own templates are not ours to copy; the variables in their scripts are facts.
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** `script` are statements, already escaped; `values` are shown to people, and below them `more`, which is markup. */
export function page(
  title: string,
  script: readonly string[],
  values: readonly (readonly [string, string | number | boolean])[],
  more: readonly string[] = [],
): string {
  const rows = values.map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt>\n<dd><pre>${escapeHtml(String(value))}</pre></dd>`,
  );
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<title>${escapeHtml(title)}</title>`,
    '<script type="text/javascript">',
    ...script,
    '</script>',
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    '<dl>',
    ...rows,
    '</dl>',
    ...more,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
