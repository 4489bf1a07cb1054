// What a client can tell two answers apart by without knowing what is in the record: status, type and the shape of the body.
import type { RawAnswer } from '../gateway/raw-exchange.ts';

export interface AnswerShape {
  readonly status: number;
  readonly contentType: string;
  readonly shape: string;
}

/** `null`: the connection was ended without an answer. */
export function shapeOf(answer: RawAnswer | null): AnswerShape {
  if (answer === null) return { status: 0, contentType: '', shape: 'no answer' };
  const contentType = headerOf(answer, 'content-type');
  return {
    status: Number(answer.statusLine.split(' ')[1]),
    contentType: contentType.toLowerCase().replaceAll(' ', ''),
    shape: bodyShape(contentType, answer.body),
  };
}

export function headerOf({ headers }: RawAnswer, wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
}

/** Empty in every page of Dogtag's. */
const scaffolding = /^(?:header|record)\.(?:HTTP_PARAMS|HTTP_HEADERS|AUTH_TOKEN|SERVER_ATTRS|recordSet)$/;

function bodyShape(contentType: string, body: Buffer): string {
  const text = body.toString('utf8');
  if (body.length === 0) return 'empty';
  if (contentType.includes('json')) return jsonShape(text);
  if (contentType.includes('xml')) return [...new Set(text.match(/<[A-Za-z]\w*/g) ?? [])].sort().join(' ');
  const variables = [...text.matchAll(/^\s*((?:header|fixed|result|record)\.\w+)\s*=/gm)]
    .map(([, name]) => name)
    .filter((name) => !scaffolding.test(name ?? ''));
  if (variables.length > 0) return [...new Set(variables)].sort().join(' ');
  return contentType === '' ? 'bare octets' : 'octets';
}

function jsonShape(text: string): string {
  try {
    const paths = new Set<string>();
    collect(JSON.parse(text), '', paths);
    return [...paths].sort().join(' ');
  } catch {
    return 'no JSON';
  }
}

/** Members by their names; of lists the members of all entries together; the class of an error by its value. */
function collect(value: unknown, path: string, paths: Set<string>): void {
  if (Array.isArray(value)) for (const entry of value) collect(entry, `${path}[]`, paths);
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) collect(member, `${path}.${name}`, paths);
  else if (path === '.ClassName') paths.add(`${path}=${String(value)}`);
  else paths.add(path);
}
