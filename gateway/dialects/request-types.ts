// The kinds of requests in Dogtag's words.
import type { RequestKind } from '../contract.ts';

const names: Readonly<Record<RequestKind, string>> = {
  enrollment: 'enrollment',
  renewal: 'renewal',
  revocation: 'revocation',
  release: 'unrevocation',
};
const kinds: ReadonlyMap<string, RequestKind> = new Map(
  (['enrollment', 'renewal', 'revocation', 'release'] as const).map((kind) => [names[kind], kind]),
);

export function requestTypeName(kind: RequestKind): string {
  return names[kind];
}

/** Undefined for types of which there are no requests here. */
export function findRequestKind(typeName: string): RequestKind | undefined {
  return kinds.get(typeName);
}
