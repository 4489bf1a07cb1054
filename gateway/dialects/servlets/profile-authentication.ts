// How the profile servlets describe the authentication that a profile demands: Dogtag's installed instances, in the words of its plug-ins.
import type { ArgsetSet } from '#codecs/dogtag-servlets';

interface AuthenticationDescription {
  readonly name: string;
  readonly text: string;
  /** Whether a browser must show a certificate before it submits. */
  readonly needsCertificate: boolean;
}

const agents = { name: 'Agent Authentication', text: 'This plugin authenticates agents using a certificate.' };
const cmc: AuthenticationDescription = {
  name: 'CMC Authentication',
  text: 'This plugin does the authentication by checking the signature of the signed CMC request.',
  needsCertificate: false,
};

/** Several plug-ins have kept the words of the one for agents. */
const descriptions: ReadonlyMap<string, AuthenticationDescription> = new Map([
  ['AgentCertAuth', { ...agents, needsCertificate: true }],
  ['raCertAuth', { ...agents, needsCertificate: true }],
  [
    'SSLclientCertAuth',
    {
      name: 'SSL Client Authentication',
      text: 'This plugin authenticates users using a certificate.',
      needsCertificate: true,
    },
  ],
  ['CMCAuth', cmc],
  ['CMCUserSignedAuth', cmc],
  ['TokenAuth', { ...agents, needsCertificate: false }],
  ['flatFileAuth', { ...agents, needsCertificate: false }],
]);

/** Nothing where an agent decides later; null for an instance that is not installed. */
export function authenticationValues(instance: string | null): ArgsetSet['set'] | null {
  if (instance === null || instance === '') return [];
  const description = descriptions.get(instance);
  if (description === undefined) return null;
  return [
    // None of them has fields of its own to be shown.
    ['authList', { list: [] }],
    ['authName', description.name],
    ['authDesc', description.text],
    ['authIsSSLClientRequired', String(description.needsCertificate)],
  ];
}
