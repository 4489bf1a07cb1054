// Why an answer about users and groups differs on purpose (gateway/dialects/DIVERGENCES.md).
import type { Reply } from '../../golden/dialects/replay-gateway.ts';
import type { Step } from './two-sides.ts';

/** Dogtag's exceptions name their class to clients; what is below it is inside. */
const isInside = (text: string) =>
  /(?:java|javax|org)\.(?:[a-z]+\.)+[A-Z]|NullPointerException|NumberFormatException|IOException|Index \d+ out of/.test(
    text,
  );

/** Null when nothing explains it. */
export function explainDifference(
  { method }: Step,
  theirs: Reply,
  ours: Reply,
  differences: readonly string[],
): string | null {
  const [said, answered] = [theirs.body.toString(), ours.body.toString()];
  if (isInside(answered)) return null;
  if (theirs.status === 500 && ours.status >= 400 && isInside(said))
    return 'a fault that shows its insides is refused cleanly';
  if (theirs.status === ours.status && isInside(said)) return 'the words of Java’s parsers are not repeated';
  const isCaching = differences.every((line) => /^(?:cache-control|expires): /.test(line));
  if (isCaching && (method === 'OPTIONS' || ours.status === 404 || ours.status === 405))
    return 'of paths and methods that do not exist nothing is said to caches';
  if (theirs.status === 400 && ours.status === 404 && said.includes('HTTP Status 400'))
    return 'a path that is no UTF-8 is one that does not exist';
  if (isLingering(said, answered)) return 'a user who goes leaves his groups however the deed spelled him';
  return null;
}

/** Dogtag looks for members that are spelled exactly so. */
function isLingering(said: string, answered: string): boolean {
  const idsIn = (text: string) => [...text.matchAll(/"id":"([^"]*)"/g)].map(([, id]) => id);
  const more = idsIn(said).filter((id) => !idsIn(answered).includes(id));
  return said.includes('"Member"') && more.length === 1 && more[0] === 'retag-roster-one';
}
