// profileSubmitCMCFull, profileSubmitCMCSimple and their kin: PKI Requests of CMC over HTTP (RFC 5273), as Dogtag's ProfileSubmitCMCServlet takes them.
import { CmcSigners } from '../../../access/cmc-signers.ts';
import type { ProfileId } from '../../../contract.ts';
import { cmcProfileOf } from '../../../routing/cmc-paths.ts';
import type { GatewayRequest, GatewayResponse, OperationHandler } from '../../../routing/operation.ts';
import type { DialectContext } from '../../dialect-settings.ts';
import { faultOf, ServletFault } from '../servlet-fault.ts';

/** Every answer is a success to HTTP; what it says is in its body. Where Dogtag breaks off, there is none. */
const nothing: GatewayResponse = { status: 200, headers: {}, body: Buffer.alloc(0) };

export function profileSubmitCmcHandler(
  kind: 'full' | 'simple',
  { clock, product: { containerName } }: DialectContext,
): OperationHandler {
  const signers = new CmcSigners(clock);
  return async (request, caller, ra) => {
    try {
      const submission = {
        profileId: cmcProfileOf(request) as ProfileId,
        kind,
        requestDer: request.body,
        inputs: inputsOf(request),
        signer: await signers.find(request.body, ra, caller.remoteAddress),
      };
      const responseDer = await ra.answerCmc(submission, caller);
      if (responseDer === null) return nothing;
      const headers = { 'Content-Type': 'application/pkcs7-mime' };
      return { status: 200, headers, body: Buffer.from(responseDer) };
    } catch (error) {
      // Refusals are responses, which the authority signs; what is left is why there is none.
      const fault = faultOf(error, containerName);
      return fault instanceof ServletFault ? nothing : fault;
    }
  };
}

/** The body is the message, so that inputs can only stand in the address. */
function inputsOf({ query }: GatewayRequest): Record<string, string> {
  const inputs: Record<string, string> = Object.create(null);
  for (const [name, [value]] of query) if (value !== undefined) inputs[name] = value;
  return inputs;
}
