// Headers that concern one connection only (RFC 9110 section 7.6.1) and are therefore not passed on.

const ofOneConnection: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade']);

/**
 * `headers` are names and values in turns. Transfer-Encoding stays in requests (`keepTransferEncoding`), because Tomcat
 * reads forms sent in chunks only when it sees the header.
 */
export function withoutConnectionHeaders(
  headers: readonly string[],
  { keepTransferEncoding = false }: { keepTransferEncoding?: boolean } = {},
): string[] {
  const named = namesInConnectionHeader(headers);
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const lower = name.toLowerCase();
    if (ofOneConnection.has(lower) || named?.has(lower)) continue;
    if (lower === 'transfer-encoding' && !keepTransferEncoding) continue;
    kept.push(name, headers[index + 1] ?? '');
  }
  return kept;
}

function namesInConnectionHeader(headers: readonly string[]): ReadonlySet<string> | null {
  let names: Set<string> | null = null;
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() !== 'connection') continue;
    for (const token of (headers[index + 1] ?? '').split(',')) {
      const name = token.trim().toLowerCase();
      // These two would take the framing of the body away, whoever asks for it.
      if (name === '' || name === 'content-length' || name === 'transfer-encoding') continue;
      names ??= new Set();
      names.add(name);
    }
  }
  return names;
}
