// Which form a request's body has and which the answer shall have, as RESTEasy chooses for resources that produce XML and JSON.

export type BodyForm = 'json' | 'xml';

/** The form that the Accept header asks for; 'unacceptable' when it allows neither, 'malformed' when it cannot be read. */
export function chooseBodyForm(accept: string | undefined): BodyForm | 'unacceptable' | 'malformed' {
  const ranges = parseMediaRanges(accept ?? '*/*');
  if (ranges === null) return 'malformed';
  for (const range of ranges) {
    if (range.name === 'application/json') return 'json';
    // XML stands first in what Dogtag's resources produce, so every wildcard means XML.
    if (range.name === 'application/xml' || range.name === 'application/*' || range.name === '*/*') return 'xml';
  }
  return ranges.length === 0 ? 'xml' : 'unacceptable';
}

/** The same from 11.0 on, where JSON stands first. */
export function chooseLaterBodyForm(accept: string | undefined): BodyForm | 'unacceptable' | 'malformed' {
  const ranges = parseMediaRanges(accept ?? '*/*');
  if (ranges === null) return 'malformed';
  for (const { name } of ranges) {
    if (name === 'application/json' || name === 'application/*' || name === '*/*') return 'json';
    if (name === 'application/xml') return 'xml';
  }
  return ranges.length === 0 ? 'json' : 'unacceptable';
}

/** The form of a request's body by its Content-Type; 'unsupported' when there is none or another one, 'malformed' when it is no media type, an empty one included. */
export function identifyBodyForm(contentType: string | undefined): BodyForm | 'unsupported' | 'malformed' {
  if (contentType === undefined) return 'unsupported';
  const name = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^[^\s/]+\/[^\s/]+$/.test(name)) return 'malformed';
  if (name === 'application/json') return 'json';
  return name === 'application/xml' || name === 'application/*' || name === '*/*' ? 'xml' : 'unsupported';
}

/**
 * Which of the offered types the Accept header likes best: by quality, then by the more specific range, then by the order in which they are offered.
 * 'unacceptable' when it allows none, 'malformed' when it cannot be read.
 */
export function chooseMediaType<Offered extends string>(
  accept: string | undefined,
  offered: readonly Offered[],
): Offered | 'unacceptable' | 'malformed' {
  const ranges = parseMediaRanges(accept ?? '*/*');
  if (ranges === null) return 'malformed';
  if (ranges.length === 0) return offered[0] ?? 'unacceptable';
  const rankOf = (type: string) => ranges.findIndex(({ name }) => matches(name, type));
  const weigh = (type: string) => ranges[rankOf(type)];
  const best = offered
    .filter((type) => rankOf(type) >= 0)
    // A stable sort: what is offered first wins where nothing else tells them apart.
    .toSorted((one, other) => {
      const [a, b] = [weigh(one), weigh(other)];
      return (b?.quality ?? 0) - (a?.quality ?? 0) || (a?.wildcards ?? 0) - (b?.wildcards ?? 0);
    });
  return best[0] ?? 'unacceptable';
}

function matches(range: string, type: string): boolean {
  return range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
}

interface MediaRange {
  readonly name: string;
  readonly quality: number;
  readonly wildcards: number;
}

/** Best first: by quality, then the more specific, then the earlier. A quality of zero is not an exclusion to RESTEasy. */
function parseMediaRanges(accept: string): MediaRange[] | null {
  const ranges: MediaRange[] = [];
  for (const item of accept.split(',')) {
    const [written = '', ...parameters] = item.split(';').map((part) => part.trim());
    if (written === '' && parameters.length === 0) continue;
    const name = written === '*' ? '*/*' : written.toLowerCase();
    const quality = parseQuality(parameters);
    if (!/^[^\s/]+\/[^\s/]+$/.test(name) || quality === null) return null;
    ranges.push({ name, quality, wildcards: name.split('*').length - 1 });
  }
  return ranges.sort((a, b) => b.quality - a.quality || a.wildcards - b.wildcards);
}

function parseQuality(parameters: readonly string[]): number | null {
  const written = parameters.find((parameter) => /^q\s*=/i.test(parameter));
  if (written === undefined) return 1;
  const value = written.slice(written.indexOf('=') + 1).trim();
  return /^(?:0|1|[01]?\.[0-9]+|1\.)$/.test(value) ? Number(value) : null;
}
