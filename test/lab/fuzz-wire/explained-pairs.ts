// Why our answer to a broken request is another than Dogtag's; gateway/dialects/DIVERGENCES.md tells more.
import type { RawAnswer } from '../gateway/raw-exchange.ts';
import type { AnswerShape } from './answer-shape.ts';
import type { MutatedRequest } from './mutate-request.ts';

interface Pair {
  readonly request: MutatedRequest;
  readonly theirs: AnswerShape;
  readonly ours: AnswerShape;
  readonly theirText: string;
  readonly ourText: string;
}

const reasons: readonly (readonly [reason: string, applies: (pair: Pair) => boolean])[] = [
  [
    'a method that HTTP does not know, or writes otherwise, is refused before anything else',
    ({ request, ours }) =>
      !/^(?:GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|PROPFIND)$/.test(request.method) && ours.status === 400,
  ],
  [
    'a request line that cannot be read is refused in plain words',
    ({ request: { method }, theirs, ours }) =>
      theirs.status === 400 &&
      ours.status === 400 &&
      (ours.contentType === 'text/plain;charset=utf-8' || (method === 'HEAD' && ours.contentType === '')),
  ],
  [
    'no page in place of an OCSP answer, as from a Dogtag whose audit log is off',
    ({ request, ours, theirText }) =>
      /^\/ca\/(?:o|%6f)csp/i.test(request.target) &&
      ours.shape === 'empty' &&
      (/fixed\.requestStatus = "2"|<requestStatus>2</.test(theirText) || request.method === 'HEAD'),
  ],
  [
    'an Accept header that is there and empty means XML, as none does',
    ({ request, ours }) => request.headers.includes('Accept: ') && ours.status < 500,
  ],
  [
    'where Dogtag breaks down with a page, the request is refused cleanly',
    ({ theirs, ours, theirText }) =>
      theirs.status === 500 && theirText.startsWith('<!doctype html>') && ours.status >= 400 && ours.status < 500,
  ],
  [
    'an install token without a subsystem is refused as version 2 refuses it',
    ({ request: { method, target }, theirs, ours, ourText }) =>
      target.includes('/installToken') &&
      theirs.status === 500 &&
      (ourText.includes('Missing subsystem parameter') || (method === 'HEAD' && ours.status === 400)),
  ],
  [
    'how long each of its steps took is Dogtag’s own to tell',
    ({ request: { target }, theirs, ours }) =>
      /\/getStats(?:\?|$)/.test(target) && ours.shape === theirs.shape.replaceAll(/record\.\w+ /g, ''),
  ],
  [
    'where Dogtag breaks down over a port without a choice of TLS, its headers tell of another page',
    ({ request: { method, target }, theirs, ours }) =>
      method === 'HEAD' && /\/ports(?:\?|$)/.test(target) && theirs.status === ours.status,
  ],
  [
    'a search that Dogtag cannot make is refused, instead of finding minus one certificates',
    ({ ours, theirText }) => theirText.startsWith('{"total":-1,') && ours.status === 400,
  ],
  [
    'a number of thousands of digits is no number of a certificate or request',
    ({ request, ours }) => /\d{1000}/.test(request.target) && ours.status === 404,
  ],
  [
    'a fault of Dogtag’s that shows its insides is refused in the dialect’s own words',
    ({ request: { method, target }, theirs, theirText, ourText }) =>
      (isInside(theirText) && !isInside(ourText)) ||
      // Of an answer to HEAD only the headers tell of that page.
      (method === 'HEAD' && /\/profileReview(?:\?|$)/.test(target) && theirs.contentType === 'text/html'),
  ],
  [
    'a list without a direction goes on in that of whoever asked Dogtag last, and upwards from nowhere there is nothing; here it begins at the beginning',
    ({ theirs, ours, request: { target } }) =>
      /\/listCerts(?:\?|$)/.test(target) &&
      !/[?&]direction=/.test(target) &&
      !theirs.shape.includes('record.') &&
      ours.shape.replaceAll(/record\.\w+ /g, '') === theirs.shape,
  ],
  [
    'an error page of the container without its version',
    ({ theirs, ours, theirText }) =>
      theirs.status === ours.status && theirs.status >= 400 && theirText.startsWith('<!doctype html>'),
  ],
];

/** Names of Java's own; those of Dogtag's exceptions are part of its interface. */
const isInside = (text: string) =>
  /\b(?!com\.netscape\.certsrv\.)(?:java|javax|org|com)\.(?:[a-z]+\.)+[A-Z]\w*Exception/.test(text);

export function explainPair(
  request: MutatedRequest,
  theirAnswer: RawAnswer | null,
  ourAnswer: RawAnswer | null,
  theirs: AnswerShape,
  ours: AnswerShape,
): string | null {
  const pair = {
    request,
    theirs,
    ours,
    theirText: theirAnswer?.body.toString('latin1') ?? '',
    ourText: ourAnswer?.body.toString('latin1') ?? '',
  };
  return reasons.find(([, applies]) => applies(pair))?.[0] ?? null;
}
