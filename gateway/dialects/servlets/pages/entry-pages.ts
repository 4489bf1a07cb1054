// /ca/services, /ca/agent/header, /ca/index and the CA's folders: where people begin (Dogtag's MainPageServlet, IndexServlet and pages).
import { page } from '#codecs/dogtag-servlets';
import { entryFolders } from '../../../routing/entry-paths.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { parseRequestTarget } from '../../../routing/request-target.ts';
import { errorPage } from '../../container/error-page.ts';
import { type ServletCall, wantsXml } from '../servlet-call.ts';
import { answerTemplate, answerTemplatePage } from '../template-servlet.ts';
import { linksMarkup } from './form-markup.ts';

/** Page and title, beside `/ca/agent/ca/`. */
const agentPages = [
  ['queryBySerial.html', 'List Certificates'],
  ['srchCert.html', 'Search for Certificates'],
  ['srchRevokeCert.html', 'Revoke Certificates'],
  ['listRequests.html', 'List Requests'],
  ['getInfo?template=/agent/ca/toDisplayCRL', 'Certificate Revocation Lists'],
  ['profileList', 'Certificate Profiles'],
  ['monitor?startTime=-86400&interval=3600&numberOfIntervals=24', 'Certificates and Requests of Today'],
  ['updateDir.html', 'Update Directory Server'],
] as const;

const publicPages = [
  ['profileList', 'Certificate Profiles'],
  ['listCerts?direction=begin&maxCount=20', 'List Certificates'],
  ['getCAChain?op=displayIND', 'CA Certificate Chain'],
  ['getCRL?op=displayCRL&crlDisplayType=crlHeader&crlIssuingPoint=MasterCRL', 'Certificate Revocation List'],
] as const;

const servicesLink = ['/ca/services', 'Certificate Manager'] as const;
const agentLink = ['/ca/agent/header', 'Agent Services'] as const;
const publicLinks = publicPages.map(([address, label]) => [`/ca/ee/ca/${address}`, label] as const);
const agentLinks = agentPages.map(([address, label]) => [`/ca/agent/ca/${address}`, label] as const);

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
  return answerTemplatePage('Certificate Manager', answer, linksMarkup([...publicLinks, agentLink]));
}

/** /ca/index, whose form Dogtag has lost: it says so to everybody, and people are led on. */
export async function index({ request }: ServletCall): Promise<GatewayResponse> {
  const fixed = [
    ['unexpectedError', 'Error encountered while rendering a response.'] as const,
    ['requestStatus', '7'] as const,
  ];
  const answer = { header: [], fixed, records: [] };
  return wantsXml(request)
    ? answerTemplate(request, 'Certificate Manager', answer)
    : answerTemplatePage('Certificate Manager', answer, linksMarkup([servicesLink, agentLink]));
}

/** Folders of the CA: without a slash at the end they lead to themselves with one, as the container's do. */
export async function entryPage({ request, settings: { product } }: ServletCall): Promise<GatewayResponse> {
  const { method, queryText } = request;
  // As the container maps it: `//host/../ca` must not be repeated in an address, and `/ca/ee/x/..` is a folder.
  const path = `/${parseRequestTarget(request.path)?.servletSegments?.join('/') ?? 'ca/'}`;
  const isFolder = /(?:\/|\.jsp)$/.test(path);
  const allow = isFolder ? 'GET, HEAD, POST, OPTIONS' : 'OPTIONS, GET, HEAD, POST';
  if (method === 'OPTIONS') return { status: 200, headers: { Allow: allow }, body: Buffer.alloc(0) };
  if (!['GET', 'HEAD', 'POST'].includes(method)) {
    const refused = errorPage(405, product.containerName);
    return { ...refused, headers: { ...refused.headers, Allow: allow } };
  }
  if (!isFolder) {
    const folder = entryFolders.find((name) => name === `${path}/`) ?? '/ca/';
    const query = queryText === null ? '' : `?${queryText}`;
    return { status: 302, headers: { Location: `${folder}${query}` }, body: Buffer.alloc(0) };
  }
  const links = path.includes('/ee/ca')
    ? publicLinks
    : path.includes('/agent/ca')
      ? agentLinks
      : [servicesLink, agentLink];
  const headers = { 'Content-Type': 'text/html;charset=ISO-8859-1' };
  return { status: 200, headers, body: Buffer.from(page('Certificate Manager', [], [], linksMarkup(links))) };
}

export async function agentHeader({ request }: ServletCall): Promise<GatewayResponse> {
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
  return wantsXml(request)
    ? answerTemplate(request, 'Agent Services', answer)
    : answerTemplatePage('Agent Services', answer, linksMarkup(agentLinks));
}
