// Lists of users and groups: filters of three characters at least, pages, and the links beside them.
import type { BodyOf, BodySchema } from '#codecs/dogtag-rest';
import { badRequest } from './error-response.ts';
import { pageLinks } from './pages.ts';
import type { RestRequest } from './rest-dialect.ts';
import { answerWithCollection, findQueryText, type RestAnswer, readQueryInteger } from './rest-operation.ts';

const filterLengthMin = 3;
const defaultSize = 20;

/** Null when there is none. Throws RestRefusal. */
export function readFilter(request: RestRequest): string | null {
  const filter = findQueryText(request, 'filter');
  if (filter !== null && filter.length < filterLengthMin) throw badRequest('Filter is too short.');
  return filter;
}

/** Whether a value has the filter's text in it, as a directory compares: without regard to case and to the number of spaces. */
export function containsFolded(value: string | null, filter: string): boolean {
  return value !== null && foldInner(value.trim()).includes(foldInner(filter));
}

function foldInner(text: string): string {
  return text.replaceAll(/\s+/g, ' ').toLowerCase();
}

export interface Page {
  readonly start: number;
  readonly size: number;
}

/** Throws RestRefusal. */
export function readPage(request: RestRequest): Page {
  return { start: readQueryInteger(request, 'start', 0), size: readQueryInteger(request, 'size', defaultSize) };
}

/** A negative start shortens the first page, as Dogtag's counting does. */
export function answerPage<T, S extends BodySchema>(
  request: RestRequest,
  { start, size }: Page,
  all: readonly T[],
  schema: S,
  encode: (item: T) => BodyOf<S>,
): RestAnswer {
  const first = Math.max(start, 0);
  const entries = all.slice(first, Math.max((start + size) | 0, first)).map(encode);
  return answerWithCollection(schema, {
    total: all.length,
    entries,
    links: pageLinks(request, { start, size, total: all.length }),
  });
}
