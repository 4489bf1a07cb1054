// Refusals of the access layer in the words of the REST interface.
import { chooseBodyForm } from '#codecs/dogtag-rest';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';
import {
  badRequest,
  emptyAnswer,
  failure,
  forbidden,
  type RestRefusal,
  tooLarge,
  unavailable,
} from './error-response.ts';

export function createRestRefusalEncoder({ product: { containerName } }: DialectContext): RefusalEncoder {
  return (refusal, request) => {
    const encode = (answer: RestRefusal) => {
      const form = chooseBodyForm(request.headers.accept);
      return answer.encode(form === 'json' ? 'json' : 'xml');
    };
    switch (refusal.kind) {
      // The container asks for a login itself, before there is any interface.
      case 'authentication-required':
      case 'confidential-required':
        return encodeContainerRefusal(refusal, request.path, containerName);
      case 'not-authorized':
        return encode(forbidden('Authorization Error'));
      case 'not-found':
        return emptyAnswer(404);
      case 'method-not-allowed':
        return emptyAnswer(405, { Allow: refusal.allow.join(', ') });
      case 'body-too-large':
        return encode(tooLarge(`The body is larger than ${refusal.bodyBytesMax} bytes`));
      case 'malformed-request':
        return encode(badRequest(refusal.message));
      case 'upstream-unavailable':
        return encode(unavailable('The certificate authority cannot be reached at the moment'));
      case 'internal':
        return encode(failure(`Internal Server Error in request ${refusal.requestId}`));
    }
  };
}
