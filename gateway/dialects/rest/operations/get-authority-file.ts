// GET /ca/rest/authorities/{id}/cert and /chain: an authority's certificate, and the path up to its trust anchor, as DER or in PEM.
import { chooseMediaType, identifyBodyForm } from '#codecs/dogtag-rest';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import { encodeCertificateChain } from '#codecs/pkcs';
import type { AuthorityDescription } from '../../../contract.ts';
import type { GatewayResponse, OperationHandler } from '../../../routing/operation.ts';
import { asCaError } from '../../ca-error.ts';
import { errorPage } from '../../container/error-page.ts';
import type { DialectContext } from '../../dialect-settings.ts';
import type { ReleaseTraits } from '../../release.ts';
import { getNamedAuthority, hostAlias } from '../authority-bodies.ts';
import { emptyAnswer, notAcceptable, RestRefusal, refusalOfCaError } from '../error-response.ts';
import type { RestDialect } from '../rest-dialect.ts';
import { isOctets, type RestDialects } from '../rest-dialects.ts';
import { labelled } from '../rest-operation.ts';

interface AuthorityFile {
  readonly derType: 'application/pkix-cert' | 'application/pkcs7-mime';
  readonly pemLabel: string;
  readonly encode: (authority: AuthorityDescription, release: ReleaseTraits) => Buffer;
}

const pemType = 'application/x-pem-file';

export const authorityCertificate: AuthorityFile = {
  derType: 'application/pkix-cert',
  pemLabel: 'CERTIFICATE',
  encode: ({ certificateDer }) => Buffer.from(certificateDer),
};

export const authorityChain: AuthorityFile = {
  derType: 'application/pkcs7-mime',
  pemLabel: 'PKCS7',
  encode: ({ chainDer }, { chainContent: content }) => encodeCertificateChain(chainDer, { order: 'sorted', content }),
};

/** Neither JSON nor XML is to be had of it, but a refusal is XML in 10.x, and JSON later. */
export function authorityFileHandler(
  file: AuthorityFile,
  { product: { containerName }, release }: DialectContext,
  dialects: RestDialects,
): OperationHandler {
  return async ({ parameters, headers, api = 'v1' }, _caller, ra) => {
    const dialect = dialects[api];
    const type = chooseMediaType(
      headers.accept,
      release.entities === 'jaxb' ? [pemType, file.derType] : [file.derType, pemType],
    );
    const sent = api === 'v2' ? 'json' : judgeSentType(headers['content-type'], file);
    if (type === 'malformed' || sent === 'malformed') return errorPage(400, containerName);
    if (type === 'unacceptable') {
      const refused = notAcceptable(`Certificate format not supported: ${headers.accept}`);
      return labelled(api === 'v2' ? refused.encode('json', dialect) : emptyAnswer(406), dialect);
    }
    if (sent === 'unsupported') return labelled(emptyAnswer(415), dialect);
    try {
      const id = parameters.id ?? '';
      // 10.x knows the alias of an authority, and not of its files.
      const isAlias = id === hostAlias && release.entities === 'jackson';
      const authority = isAlias ? await ra.describeAuthority(null) : await getNamedAuthority(id, ra);
      return labelled(answer(type, file, authority, dialect, release), dialect);
    } catch (error) {
      const refusal = error instanceof RestRefusal ? error : refusalOfCaError(asCaError(error));
      return labelled(await refusal.encode(release.entities === 'jaxb' ? 'xml' : 'json', dialect), dialect);
    }
  };
}

/** Nobody reads a body, but version 1 wants its type to be one of those that the resource gives out or takes elsewhere. */
function judgeSentType(
  contentType: string | undefined,
  { derType }: AuthorityFile,
): ReturnType<typeof identifyBodyForm> {
  if (contentType === undefined || isOctets(contentType)) return 'json';
  const form = identifyBodyForm(contentType);
  const isFile = chooseMediaType(contentType, [pemType, derType]) !== 'unacceptable';
  return form === 'unsupported' && isFile ? 'json' : form;
}

function answer(
  type: string,
  { pemLabel, encode }: AuthorityFile,
  authority: AuthorityDescription,
  { api, encodeText }: RestDialect,
  release: ReleaseTraits,
): GatewayResponse {
  const der = encode(authority, release);
  if (type !== pemType) return { status: 200, headers: { 'Content-Type': type }, body: der };
  const pem = `-----BEGIN ${pemLabel}-----\n${encodeBase64Lines(der)}-----END ${pemLabel}-----\n`;
  // Version 2 writes it as it writes its entities.
  const labelledType = api === 'v2' ? `${type};charset=ISO-8859-1` : type;
  return { status: 200, headers: { 'Content-Type': labelledType }, body: encodeText(pem, true) };
}
