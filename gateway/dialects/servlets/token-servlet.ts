// Servlets for token processors (Dogtag's TPS): they answer with two fields of a form, status and error.
import type { GatewayResponse, OperationHandler } from '../../routing/operation.ts';
import type { RefusalEncoder } from '../../routing/refusal.ts';
import { encodeContainerRefusal } from '../container/container-refusal.ts';
import type { DialectContext } from '../dialect-settings.ts';
import type { ServletCall } from './servlet-call.ts';
import { faultOf, ServletFault } from './servlet-fault.ts';

/** May throw ServletFault or CaError; both are told as status 3. */
export function tokenHandler(
  operation: (call: ServletCall) => Promise<void>,
  settings: DialectContext,
): OperationHandler {
  return async (request, caller, ra) => {
    try {
      await operation({ request, caller, ra, settings });
      return answerStatus(0, '');
    } catch (error) {
      const fault = faultOf(error, settings.product.containerName);
      return fault instanceof ServletFault ? answerStatus(3, fault.message) : fault;
    }
  };
}

/** Not encoded as a form would be, whatever its type says: processors cut it up as it is. */
function answerStatus(status: 0 | 3, error: string): GatewayResponse {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(`status=${status}&error=${error}`),
  };
}

export function createTokenRefusalEncoder({ product: { containerName } }: DialectContext): RefusalEncoder {
  return (refusal, request) => {
    switch (refusal.kind) {
      case 'authentication-required': {
        const anonymous = 'You did not provide a valid certificate for this operation';
        return answerStatus(3, refusal.hasCertificate ? 'Invalid Credential.' : anonymous);
      }
      case 'not-authorized':
        return answerStatus(3, 'unauthorized');
      default:
        return encodeContainerRefusal(refusal, request.path, containerName);
    }
  };
}
