// Pages of a list, and the links to those beside them, made from the address that the client used.
import type { Link } from '#codecs/dogtag-rest';
import type { GatewayRequest } from '../../routing/operation.ts';

export interface PageBounds {
  readonly start: number;
  readonly size: number;
  readonly total: number;
}

/** `prev` and `next`, where there are any. Numbers of 32 bits wrap around, as Dogtag's do. */
export function pageLinks(request: GatewayRequest, { start, size, total }: PageBounds): Link[] {
  const links: Link[] = [];
  if (start > 0) links.push(link(request, 'prev', Math.max((start - size) | 0, 0)));
  const end = (start + size) | 0;
  if (end < total) links.push(link(request, 'next', end));
  return links;
}

/** The entries of a page; none where start and size add up to more than 32 bits hold. */
export function slicePage<T>(all: readonly T[], start: number, size: number): readonly T[] {
  return all.slice(start, Math.max((start + size) | 0, start));
}

/** Every `start` of the query gives way to one at its end (RESTEasy's replaceQueryParam); the rest stays as it was written. */
function link({ baseUrl, path, queryText }: GatewayRequest, rel: string, start: number): Link {
  const kept = (queryText ?? '')
    .split('&')
    .filter((pair) => pair !== '' && pair !== 'start' && !pair.startsWith('start='));
  return { rel, href: `${baseUrl}${path}?${[...kept, `start=${start}`].join('&')}`, type: null };
}
