// Facts of a request by their names in the profile language, wherever the record keeps them.
import type { RequestRecord } from '../contract.ts';

/** What the requester sent or the profile noted; null when there is nothing of that name. Names have no case: directories change it. */
export function findRequestFact({ inputs, attributes }: RequestRecord, name: string): string | null {
  return findIn(inputs, name) ?? findIn(attributes, name);
}

function findIn(facts: Readonly<Record<string, string>>, name: string): string | null {
  if (Object.hasOwn(facts, name)) return facts[name] ?? null;
  const wanted = name.toLowerCase();
  for (const [key, value] of Object.entries(facts)) if (key.toLowerCase() === wanted) return value;
  return null;
}
