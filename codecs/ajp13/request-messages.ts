// What a web server begins a turn with: a forward request, or the question whether the container is there.
import { messageTypes } from './ajp-constants.ts';
import { AjpError } from './ajp-error.ts';
import { type AjpForwardRequest, decodeForwardRequest } from './forward-request.ts';

export type AjpRequestMessage =
  | { readonly type: 'forward'; readonly request: AjpForwardRequest }
  | { readonly type: 'ping' };

/**
 * Reads one payload from the web server. Throws malformed-packet, or unexpected-packet for a type that does not begin a turn. Shutdown (7) is
 * one of those: whoever may talk to us may not end us.
 */
export function decodeRequestMessage(payload: Buffer): AjpRequestMessage {
  const [type] = payload;
  switch (type) {
    case messageTypes.forwardRequest:
      return { type: 'forward', request: decodeForwardRequest(payload) };
    case messageTypes.ping:
      return { type: 'ping' };
    case undefined:
      throw new AjpError('malformed-packet', 'an AJP packet without a type');
    default:
      throw new AjpError('unexpected-packet', `AJP packet type ${type} from the web server`);
  }
}
