// Finds the row of a request by its path's segments, as fast for the hundredth row as for the first.
import type { RequestTarget } from './request-target.ts';
import type { Route } from './route-table.ts';

export type RouteMatch =
  | { readonly kind: 'operation'; readonly route: Route; readonly parameters: Readonly<Record<string, string>> }
  /** The path is known, the method is not; these are the methods it has. */
  | { readonly kind: 'other-method'; readonly routes: readonly Route[]; readonly allow: readonly string[] }
  | { readonly kind: 'unknown' };

interface Node {
  readonly literals: Map<string, Node>;
  captures: { readonly name: string; readonly choices: ReadonlySet<string> | null; readonly node: Node }[];
  rest: { readonly name: string; readonly routes: Route[] } | null;
  readonly routes: Route[];
}

interface Found {
  readonly routes: readonly Route[];
  readonly captures: readonly (readonly [name: string, encoded: string])[];
}

const unknown: RouteMatch = { kind: 'unknown' };

export interface RouteMatcher {
  match(method: string, target: RequestTarget): RouteMatch;
}

/** A matcher for these rows. Throws when two rows claim the same path and method. */
export function createRouteMatcher(routes: readonly Route[]): RouteMatcher {
  const rest = buildTree(routes.filter((route) => route.dialect === 'rest'));
  const version2 = buildTreePerMethod(routes.filter((route) => route.dialect === 'rest-v2'));
  const servlets = buildTree(routes.filter(({ dialect }) => dialect !== 'rest' && dialect !== 'rest-v2'));
  return {
    match: (method, target) => {
      // What the container refuses, no application ever sees.
      if (target.servletSegments === null) return unknown;
      // REST resources are matched by the path as sent (RESTEasy); only its ;parameters and one trailing slash are ignored.
      const resource = find(rest, target.restSegments);
      if (resource !== null) return select(method, resource, decodeCapture);
      // Servlets are mapped by the path as the container understands it: decoded, without dots and doubled slashes.
      const { servletSegments } = target;
      const second = findPerMethod(version2, method, servletSegments);
      if (second !== null) return second;
      const servlet = find(servlets, servletSegments);
      return servlet === null
        ? unknown
        : select(method, servlet, (value) => restAsSent(target.path, servletSegments, value));
    },
  };
}

/** Version 2 looks for a path among those of the method alone, so that GET certs/search asks for the certificate `search`. */
function findPerMethod(
  trees: ReadonlyMap<string, Node>,
  method: string,
  segments: readonly string[],
): RouteMatch | null {
  const tree = trees.get(method);
  const found = tree === undefined ? null : find(tree, segments);
  const [route] = found?.routes ?? [];
  // The container has decoded these segments already.
  if (found !== null && route !== undefined)
    return { kind: 'operation', route, parameters: Object.fromEntries(found.captures) };
  const others = [...trees].flatMap(([other, node]) => {
    const [there] = find(node, segments)?.routes ?? [];
    return there === undefined ? [] : [{ other, there }];
  });
  if (others.length === 0) return null;
  return { kind: 'other-method', routes: others.map(({ there }) => there), allow: others.map(({ other }) => other) };
}

function buildTreePerMethod(routes: readonly Route[]): ReadonlyMap<string, Node> {
  const methods = new Set(routes.flatMap((route) => route.methods ?? []));
  return new Map(
    [...methods].map((method) => [method, buildTree(routes.filter((route) => route.methods?.includes(method)))]),
  );
}

function select(method: string, { routes, captures }: Found, decode: (encoded: string) => string | null): RouteMatch {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const route = routes.find(({ methods }) => methods === null || methods.includes(wanted));
  if (route === undefined) return { kind: 'other-method', routes, allow: allowOf(routes) };
  const parameters: Record<string, string> = {};
  for (const [name, encoded] of captures) {
    const value = decode(encoded);
    if (value === null) return unknown;
    // A servlet's rest of a path has slashes of its own.
    if (route.dialect === 'rest' && value.includes('/') && route.namesMayHoldSlashes !== true) return unknown;
    parameters[name] = value;
  }
  return { kind: 'operation', route, parameters };
}

/** In the order in which RESTEasy names them, which is that of a Java hash set. */
const methodOrder = ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH'];

function allowOf(routes: readonly Route[]): string[] {
  const methods = new Set(routes.flatMap((route) => route.methods ?? []));
  if (methods.has('GET')) methods.add('HEAD');
  methods.add('OPTIONS');
  return methodOrder.filter((method) => methods.has(method));
}

/** Null where a segment is not valid percent-encoding: Dogtag knows no such resource. */
function decodeCapture(encoded: string): string | null {
  if (!encoded.includes('%')) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

/** The rest of a path as the client wrote it; encoded anew where what comes before it was written in an odd way. */
function restAsSent(path: string, segments: readonly string[], value: string): string {
  const depth = segments.length - value.split('/').length;
  const sent = path.slice(1).split('/');
  const isPlain = segments.slice(0, depth).every((segment, index) => segment === sent[index]);
  return isPlain ? sent.slice(depth).join('/') : encodeURIComponent(value);
}

function find(root: Node, segments: readonly string[]): Found | null {
  const captures: [string, string][] = [];
  let node = root;
  for (const [index, segment] of segments.entries()) {
    const literal = node.literals.get(segment);
    if (literal !== undefined) {
      node = literal;
      continue;
    }
    if (node.rest !== null) {
      captures.push([node.rest.name, segments.slice(index).join('/')]);
      return { routes: node.rest.routes, captures };
    }
    const capture = node.captures.find(({ choices }) => choices === null || choices.has(segment));
    if (capture === undefined || segment === '') return null;
    captures.push([capture.name, segment]);
    node = capture.node;
  }
  return node.routes.length === 0 ? null : { routes: node.routes, captures };
}

function emptyNode(): Node {
  return { literals: new Map(), captures: [], rest: null, routes: [] };
}

function buildTree(routes: readonly Route[]): Node {
  const root = emptyNode();
  for (const route of routes) for (const path of route.paths) place(root, route, path);
  return root;
}

function place(root: Node, route: Route, path: string): void {
  let node = root;
  for (const segment of path.slice(1).split('/')) {
    const { name, choices, isRest } =
      /^\{(?<name>\w+)(?::(?<choices>[\w.|]+))?(?<isRest>\*)?\}$/.exec(segment)?.groups ?? {};
    if (name === undefined) {
      const next = node.literals.get(segment) ?? emptyNode();
      node.literals.set(segment, next);
      node = next;
    } else if (isRest === undefined) {
      const next = node.captures.find((capture) => capture.name === name)?.node ?? emptyNode();
      if (!node.captures.some((capture) => capture.name === name))
        node.captures.push({ name, choices: choices === undefined ? null : new Set(choices.split('|')), node: next });
      node = next;
    } else {
      node.rest ??= { name, routes: [] };
      add(node.rest.routes, route, path);
      return;
    }
  }
  add(node.routes, route, path);
}

function add(routes: Route[], route: Route, path: string): void {
  const doubled = routes.find(
    ({ methods }) => methods === null || route.methods === null || methods.some((one) => route.methods?.includes(one)),
  );
  if (doubled !== undefined) throw new Error(`${doubled.name} and ${route.name} both claim ${path}`);
  routes.push(route);
}
