// Refusals of the access layer in the words of the REST interface.
import type { GatewayResponse } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';
import { badRequest, emptyAnswer, failure, forbidden, tooLarge, unavailable } from './error-response.ts';
import { refusesOctets } from './raw-profiles.ts';
import type { RestDialect, RestRefusal } from './rest-dialect.ts';
import { restDialectsOf } from './rest-dialects.ts';
import { labelled } from './rest-operation.ts';

/** Paths of the key recovery authority are only ever forwarded. */
function subsystemOf(path: string): string {
  return path.startsWith('/kra/') ? 'key recovery authority' : 'certificate authority';
}

export function createRestRefusalEncoder(settings: DialectContext, api: RestDialect['api']): RefusalEncoder {
  const { containerName } = settings.product;
  const dialect = restDialectsOf(settings)[api];
  const formOf = (headers: { readonly accept: string }) => {
    const negotiated = dialect.negotiate(headers, false);
    return 'form' in negotiated ? negotiated.form : null;
  };
  return (refusal, request) => {
    const encode = (answer: RestRefusal) => {
      // Media types that cannot be read are refused before anything else is looked at; those that do not fit only afterwards.
      const whole = dialect.negotiate(request.headers, false);
      if ('refused' in whole && whole.refused.status === 400) return labelled(whole.refused, dialect);
      const form = formOf({ accept: request.headers.accept ?? '*/*' }) ?? formOf({ accept: '*/*' }) ?? 'json';
      return labelled(answer.encode(form, dialect), dialect);
    };
    const nothing = (status: number, headers: GatewayResponse['headers'] = {}) =>
      labelled(
        emptyAnswer(status, api === 'v2' ? { 'Content-Type': 'application/json', ...headers } : headers),
        dialect,
      );
    switch (refusal.kind) {
      // Where the container asks for a login itself, there is no interface yet; where it does not, the interface has words of its own.
      case 'authentication-required':
        return encode(forbidden('No user principal provided.'));
      case 'confidential-required':
        return encodeContainerRefusal(refusal, request.path, containerName);
      case 'not-authorized':
        // The one resource that says itself what it gives out; that is looked at before who may have it.
        if (request.operation === 'rest-get-audit-file' && api === 'v1' && refusesOctets(request.headers.accept))
          return nothing(406);
        return encode(forbidden('Authorization Error'));
      case 'not-found':
        return nothing(404);
      case 'method-not-allowed':
        // Version 2 puts a colon into the header's name, which clients read as a part of its value.
        return nothing(405, { Allow: `${api === 'v2' ? ': ' : ''}${refusal.allow.join(', ')}` });
      case 'body-too-large':
        return encode(tooLarge(`The body is larger than ${refusal.bodyBytesMax} bytes`));
      case 'malformed-request':
        return encode(badRequest(refusal.message));
      case 'switched-off':
      case 'upstream-unavailable':
        return encode(unavailable(`The ${subsystemOf(request.path)} cannot be reached at the moment`));
      case 'no-upstream':
        return encode(unavailable(`There is no ${subsystemOf(request.path)} behind this server`));
      case 'internal':
        return encode(failure(`Internal Server Error in request ${refusal.requestId}`));
    }
  };
}
