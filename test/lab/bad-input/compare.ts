// Whether two answers to the same bad question are the same, but for numbers of each side's own; and which differences have a reason.
import type { Reply } from '#test/conversation-client';

export interface Difference {
  readonly what: string;
  readonly theirs: string;
  readonly ours: string;
}

export interface Compared {
  readonly differences: readonly Difference[];
  /** Why they differ on purpose (gateway/dialects/DIVERGENCES.md); null when nothing explains it. */
  readonly reason: string | null;
}

const headersCompared = ['content-type', 'allow', 'location', 'www-authenticate'];

export function compareReplies(theirs: Reply, ours: Reply): Compared {
  const differences: Difference[] = [];
  const note = (what: string, one: string, other: string) => {
    if (one !== other) differences.push({ what, theirs: one.slice(0, 600), ours: other.slice(0, 600) });
  };
  note('status', String(theirs.status), String(ours.status));
  for (const name of headersCompared) note(name, headerOf(theirs, name), headerOf(ours, name));
  note('body', bodyOf(theirs), bodyOf(ours));
  return { differences, reason: differences.length === 0 ? null : findReason(theirs, ours) };
}

function headerOf({ rawHeaders }: Reply, wanted: string): string {
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === wanted) return withoutOwnNumbers(rawHeaders[index + 1] ?? '');
  return '';
}

/** Of a page for people only the variables of its script count: they are Dogtag's, the page around them is each side's own. */
function bodyOf({ text }: Reply): string {
  const script = /<script[^>]*>\n?([\s\S]*?)<\/script>/i.exec(text)?.[1];
  if (script === undefined) return withoutOwnNumbers(text);
  const variables = [...script.matchAll(/^\s*([\w.]+)\s*=\s*(.*);\s*$/gm)].map(([, name, value]) => `${name}=${value}`);
  return withoutOwnNumbers(variables.sort().join('\n'));
}

/** Ports, and numbers that each side gives itself: long ones here, those of the lab from one hexadecimal or two decimal digits on. */
function withoutOwnNumbers(text: string): string {
  return text
    .replaceAll(/(pki\.example\.test:)\d+/g, '$1PORT')
    .replaceAll(/(0x|#)[0-9a-f]+/g, '$1NUMBER')
    .replaceAll(/\b\d{2,}\b/g, 'NUMBER')
    .replaceAll(/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} NUMBER [^"<\n]*/g, 'DATE');
}

const isInside = (text: string) =>
  /(?:java|javax|org|com)\.(?:[a-z]+\.)+[A-Z]|Root Cause|NullPointerException|\bat [a-z.]+\(/.test(text);

function findReason(theirs: Reply, ours: Reply): string | null {
  if (theirs.status === 500 && ours.status >= 400 && ours.status < 500 && isInside(theirs.text))
    return 'a fault of Dogtag’s that shows its insides is refused cleanly';
  if (theirs.status === 500 && ours.status === 500 && isInside(theirs.text) && !isInside(ours.text))
    return 'an error page without the exception';
  if (theirs.status === ours.status && isInside(theirs.text) && !isInside(ours.text))
    return 'the words of Java’s parsers are not repeated';
  if (ours.text.includes('The request in the body is'))
    return 'a decision about one request with the body of another is refused';
  if (theirs.text.includes('fixed.requestStatus = "2"') && ours.status === 200 && ours.text === '')
    return 'no page in place of an OCSP answer, as from a Dogtag whose audit log is off';
  if (/: null["<]/.test(theirs.text) && theirs.status === ours.status) return 'a null of Java’s is not repeated';
  if (theirs.status < 500 && ours.status === 400 && /DOCTYPE|entit/i.test(ours.text))
    return 'a document type is refused whatever it says';
  return null;
}
