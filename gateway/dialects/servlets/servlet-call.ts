// What a servlet is given, and how it reads its parameters.
import type { Caller, RaClient } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import type { DialectContext } from '../dialect-settings.ts';

export interface ServletCall {
  readonly request: GatewayRequest;
  readonly caller: Caller;
  readonly ra: RaClient;
  readonly settings: DialectContext;
}

/** First value of a form field or query parameter; null when absent. */
export function findParameter({ form }: GatewayRequest, name: string): string | null {
  return form.get(name)?.[0] ?? null;
}

/** Exactly so, for most servlets. */
export function wantsXml(request: GatewayRequest): boolean {
  return findParameter(request, 'xml') === 'true';
}

/** Flags in forms: `true` and `on`, in any case. */
export function isChecked(request: GatewayRequest, name: string): boolean {
  return /^(?:true|on)$/i.test(findParameter(request, name) ?? '');
}
