// The request line's target, taken apart the two ways in which Dogtag reads it: as sent (REST) and as its container maps it (servlets).

export interface RequestTarget {
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without the question mark; null when there is none. */
  readonly query: string | null;
  /** Segments as sent, without ;parameters and a trailing slash. */
  readonly restSegments: readonly string[];
  /** Segments after the container's decoding and tidying; null when the container refuses the path. */
  readonly servletSegments: readonly string[] | null;
  /** Authority of a target in absolute form, which outranks the Host header; else null. */
  readonly authority: string | null;
}

const absoluteForm = /^https?:\/\/([^/?#]*)/i;
const needsTidying = /[%;\\]|\/\/|\/\.\.?(?:\/|$)/;

/** What RFC 3986 has no place for; Tomcat refuses a request line with any of it (its HttpParser.isNotRequestTarget). */
const foreignCharacter = /[^\x21-\x7e]|["#<>\\^`{|}]/;

/** Null when the target is neither a path nor an absolute URL, or has a character that must not stand there. */
export function parseRequestTarget(target: string): RequestTarget | null {
  if (foreignCharacter.test(target)) return null;
  const absolute = absoluteForm.exec(target);
  const relative = absolute === null ? target : target.slice(absolute[0].length) || '/';
  if (!relative.startsWith('/') && !relative.startsWith('?')) return null;
  const question = relative.indexOf('?');
  const path = (question < 0 ? relative : relative.slice(0, question)) || '/';
  const isTidy = !needsTidying.test(path);
  const segments = path.slice(1).split('/');
  // The second is matched by the container, which does not know it with parameters.
  const restSegments = isTidy
    ? segments.slice()
    : segments.map((segment, index) => (index === 1 ? segment : withoutParameters(segment)));
  // A trailing slash; one with parameters behind it leads to nothing.
  if (restSegments.length > 1 && segments.at(-1) === '') restSegments.pop();
  return {
    path,
    query: question < 0 ? null : relative.slice(question + 1),
    restSegments,
    servletSegments: isTidy ? segments : tidy(segments),
    authority: absolute?.[1] ?? null,
  };
}

function withoutParameters(segment: string): string {
  const semicolon = segment.indexOf(';');
  return semicolon < 0 ? segment : segment.slice(0, semicolon);
}

/** Tomcat's CoyoteAdapter: parameters off, then decoded, then dots and doubled slashes resolved. */
function tidy(segments: readonly string[]): readonly string[] | null {
  const decoded = decodePath(segments.map(withoutParameters).join('/'));
  if (decoded === null || decoded.includes('\\') || decoded.includes('\0')) return null;
  const parts = decoded.split('/');
  const tidied: string[] = [];
  for (const [index, segment] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (segment === '..') {
      if (tidied.pop() === undefined) return null;
      if (isLast) tidied.push('');
    } else if (segment === '.' || segment === '') {
      if (isLast) tidied.push('');
    } else tidied.push(segment);
  }
  return tidied;
}

/** Why Dogtag's container refuses the path, in its words; for a target without servletSegments. */
export function explainRefusedPath({ path }: Pick<RequestTarget, 'path'>): string {
  const broken = /%(?![0-9a-f]{2})(.{0,2})/i.exec(path)?.[1];
  if (broken === undefined) return 'Invalid URI';
  return broken.length < 2 ? 'Invalid URI: End of file (EOF)' : 'Invalid URI: isHexDigit';
}

/** Percent-decodes octets and reads them as UTF-8; null where a percent sign is not followed by two digits. */
function decodePath(path: string): string | null {
  if (/%(?![0-9a-f]{2})/i.test(path)) return null;
  const octets = path.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Buffer.from(octets, 'latin1').toString('utf8');
}
