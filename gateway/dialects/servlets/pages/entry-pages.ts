// /ca/services and /ca/agent/header: where people begin (Dogtag's MainPageServlet and IndexServlet).
import type { GatewayResponse } from '../../../routing/operation.ts';
import type { ServletCall } from '../servlet-call.ts';
import { answerTemplatePage } from '../template-servlet.ts';
import { linksMarkup } from './form-markup.ts';

/** Page and title, beside `/ca/agent/ca/`. */
const agentPages = [
  ['queryBySerial.html', 'List Certificates'],
  ['srchCert.html', 'Search for Certificates'],
  ['srchRevokeCert.html', 'Revoke Certificates'],
  ['listRequests.html', 'List Requests'],
  ['getInfo?template=/agent/ca/toDisplayCRL', 'Certificate Revocation Lists'],
  ['profileList', 'Certificate Profiles'],
] as const;

const publicPages = [
  ['profileList', 'Certificate Profiles'],
  ['listCerts?direction=begin&maxCount=20', 'List Certificates'],
  ['getCAChain?op=displayIND', 'CA Certificate Chain'],
  ['getCRL?op=displayCRL&crlDisplayType=crlHeader&crlIssuingPoint=MasterCRL', 'Certificate Revocation List'],
] as const;

export async function services({ request: { baseUrl, isSecure } }: ServletCall): Promise<GatewayResponse> {
  const { hostname, port } = new URL(baseUrl);
  const entry = (type: string, uri: string) =>
    [
      ['type', type],
      ['prefix', isSecure ? 'https' : 'http'],
      ['port', Number(port || (isSecure ? 443 : 80))],
      ['host', hostname],
      ['uri', uri],
    ] as const;
  const answer = {
    header: [['totalRecordCount', 2] as const],
    fixed: [],
    records: [entry('ee', 'ca/ee/ca'), entry('agent', 'ca/agent/ca')],
  };
  const links = publicPages.map(([address, label]) => [`/ca/ee/ca/${address}`, label] as const);
  return answerTemplatePage(
    'Certificate Manager',
    answer,
    linksMarkup([...links, ['/ca/agent/header', 'Agent Services']]),
  );
}

export async function agentHeader(): Promise<GatewayResponse> {
  const answer = {
    header: [['totalCount', 1] as const],
    fixed: [],
    records: [
      [
        ['type', 'CertificateAuthority'],
        ['id', 'ca'],
      ] as const,
    ],
  };
  const links = agentPages.map(([address, label]) => [`/ca/agent/ca/${address}`, label] as const);
  return answerTemplatePage('Agent Services', answer, linksMarkup(links));
}
