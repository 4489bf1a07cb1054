// What may be mirrored, and what is struck out of an exchange before anybody but our own handlers sees it.
import type { UnauthenticatedRequest } from '../routing/gateway-request.ts';
import type { GatewayResponse } from '../routing/operation.ts';
import type { OperationName } from '../routing/operation-names.ts';

/** Null: mirrored. Otherwise why not, for the documentation and reports. */
export const mirrorExceptions: Readonly<Partial<Record<OperationName, string>>> = {
  'rest-install-token': "the answer is a token that opens Dogtag's configuration",
  'servlet-call-with-token': "such a token is in the request, and passwords of Dogtag's are in the answer",
  'servlet-token-authenticate': 'the same token is in the request',
  'servlet-get-cookie': 'a password is in the request, and such a token in the answer',
  'servlet-get-ocsp-info': 'it counts what its own process has done',
  'servlet-get-statistics': 'it counts what its own process has done',
};

export const struckOut = '***';

const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);
/** Fields of forms and members of bodies that hold passwords, PINs or keys; names vary with authentication plug-ins. */
const secretField = /pass(?:wd|word|phrase)|^pwd$|^pin$|secret|challenge|private/i;

export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secretHeaders.has(name.toLowerCase()) ? struckOut : value]),
  );
}

/** Headers that neither side's handlers choose: the listener and the container put them around every answer. */
const transportHeaders: ReadonlySet<string> = new Set(['date', 'content-length', 'connection', 'keep-alive']);

/** The answer without secrets and without what says nothing about who answered. */
export function redactResponse(response: GatewayResponse): GatewayResponse {
  const headers = Object.entries(response.headers).flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    if (transportHeaders.has(lower)) return [];
    return [[name, secretHeaders.has(lower) ? struckOut : value] as const];
  });
  return { ...response, headers: Object.fromEntries(headers) };
}

/** Path and query with the values of secret fields struck out. */
export function redactTarget({ path, queryText }: Pick<UnauthenticatedRequest, 'path' | 'queryText'>): string {
  return queryText === null ? path : `${path}?${redactForm(queryText)}`;
}

/** The body with secret fields struck out; bytes as they came where there are none, or where it is of no known form. */
export function redactBody({ headers, body }: Pick<UnauthenticatedRequest, 'headers' | 'body'>): Buffer {
  if (body.length === 0) return body;
  const type = headers['content-type']?.toLowerCase() ?? '';
  const text = body.toString('latin1');
  if (type.startsWith('application/x-www-form-urlencoded')) return unlessSame(body, text, redactForm(text));
  if (type.includes('json')) return redactJson(body);
  if (type.includes('xml')) return unlessSame(body, text, redactXml(text));
  return body;
}

function unlessSame(body: Buffer, before: string, after: string): Buffer {
  return before === after ? body : Buffer.from(after, 'latin1');
}

function redactForm(text: string): string {
  return text
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals > 0 && secretField.test(pair.slice(0, equals)) ? `${pair.slice(0, equals)}=${struckOut}` : pair;
    })
    .join('&');
}

function redactXml(text: string): string {
  return text
    .replace(/<([\w:.-]*)>([^<]*)<\/\1>/g, (whole, name: string) =>
      secretField.test(name) ? `<${name}>${struckOut}</${name}>` : whole,
    )
    .replace(/(<Attribute name="([^"]*)"[^>]*>\s*(?:<Value>)?)[^<]+/g, (whole, opening: string, name: string) =>
      secretField.test(name) ? `${opening}${struckOut}` : whole,
    );
}

function redactJson(body: Buffer): Buffer {
  try {
    let isChanged = false;
    const strike = (value: unknown): unknown => {
      if (value === '') return value;
      isChanged = true;
      return struckOut;
    };
    const walk = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(walk);
      if (typeof value !== 'object' || value === null) return value;
      const isNamedSecret = 'name' in value && typeof value.name === 'string' && secretField.test(value.name);
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => {
          const isSecret = secretField.test(name) || (isNamedSecret && /^value$/i.test(name));
          return [name, isSecret && typeof member !== 'object' ? strike(member) : walk(member)];
        }),
      );
    };
    const redacted = walk(JSON.parse(body.toString('utf8')));
    return isChanged ? Buffer.from(JSON.stringify(redacted)) : body;
  } catch {
    // What is no JSON cannot be searched for secrets and is of no use to a comparison either.
    return Buffer.from(struckOut);
  }
}
