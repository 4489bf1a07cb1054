// Members of JSON that came from somewhere else, without trusting its shape.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}

/** What is found along the path; what is not there is null. */
export function member(json: Json, ...path: readonly (string | number)[]): Json {
  let at = json;
  for (const step of path) {
    if (Array.isArray(at) && typeof step === 'number') at = at[step] ?? null;
    else if (isObject(at) && typeof step === 'string') at = at[step] ?? null;
    else return null;
  }
  return at;
}

export function textOf(json: Json): string | null {
  return typeof json === 'string' ? json : null;
}

export function listOf(json: Json): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

export function isObject(json: Json): json is { readonly [member: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
