// dynamicVars.js: what the scripts of Dogtag's own pages want to know of the server (Dogtag's DynamicVariablesServlet).
import type { GatewayResponse } from '../../../routing/operation.ts';
import type { ServletCall } from '../servlet-call.ts';

/** Plugins for authentication that a plain installation shows, in its order. */
const authenticationPlugins = [
  'AgentCertAuth',
  'AgentCertAuth',
  'SSLclientCertAuth',
  'FlatFileAuth',
  'TokenAuth',
  'SessionAuthentication',
  'CMCAuth',
  'CMCUserSignedAuth',
] as const;

export async function dynamicVariables({ request, settings: { clock } }: ServletCall): Promise<GatewayResponse> {
  const lines = [
    'clacrlurl="";',
    'authmanager = new Array();',
    ...authenticationPlugins.map((name, index) => `authmanager[${index}]="${name}";`),
    `http="${!request.isSecure}";`,
    'subsystemname="ca";',
    `serverdate=${clock.now().getTime()};`,
  ];
  const headers = { Pragma: 'no-cache', 'Content-Type': 'application/x-javascript' };
  return { status: 200, headers, body: Buffer.from(`${lines.join('\n')}\n`) };
}
