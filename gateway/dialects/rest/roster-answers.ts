// What clients are told of users and groups that they made or wanted to make.
import type { BodyOf, BodySchema, Link } from '#codecs/dogtag-rest';
import { isCaError } from '../ca-error.ts';
import { conflict } from './error-response.ts';
import { answerWith, type RestAnswer } from './rest-operation.ts';

/** 201, with the address of what has come to be. */
export function answerCreated<S extends BodySchema>(
  schema: S,
  body: BodyOf<S> & { readonly link: Link | null },
): RestAnswer {
  const encode = answerWith(schema, body, { status: 201 });
  return async (form, dialect) => {
    const response = await encode(form, dialect);
    const location = body.link === null ? {} : { Location: body.link.href };
    return { ...response, headers: { ...location, ...response.headers } };
  };
}

/** The same, but a name that is taken is refused in the words for entries, not for values. */
export async function entryExists<T>(deed: Promise<T>): Promise<T> {
  try {
    return await deed;
  } catch (error) {
    if (isCaError(error) && error.code === 'roster-conflict') throw conflict('Entry already exists.');
    throw error;
  }
}
