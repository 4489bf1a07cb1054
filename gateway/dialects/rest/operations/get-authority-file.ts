// GET /ca/rest/authorities/{id}/cert and /chain: an authority's certificate, and the path up to its trust anchor, as DER or in PEM.
import { chooseMediaType } from '#codecs/dogtag-rest';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import { encodeCertificateChain } from '#codecs/pkcs';
import type { AuthorityDescription } from '../../../contract.ts';
import type { GatewayResponse, OperationHandler } from '../../../routing/operation.ts';
import { asCaError } from '../../ca-error.ts';
import { errorPage } from '../../container/error-page.ts';
import type { DialectContext } from '../../dialect-settings.ts';
import { getNamedAuthority } from '../authority-bodies.ts';
import { emptyAnswer, RestRefusal, refusalOfCaError } from '../error-response.ts';
import type { RestDialects } from '../rest-dialects.ts';
import { labelled } from '../rest-operation.ts';

interface AuthorityFile {
  readonly derType: 'application/pkix-cert' | 'application/pkcs7-mime';
  readonly pemLabel: string;
  readonly encode: (authority: AuthorityDescription) => Buffer;
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
  encode: ({ chainDer }) => encodeCertificateChain(chainDer, { order: 'given', content: 'empty' }),
};

/** Neither JSON nor XML is to be had of it, but a refusal is XML. */
export function authorityFileHandler(
  file: AuthorityFile,
  { product: { containerName } }: DialectContext,
  dialects: RestDialects,
): OperationHandler {
  return async ({ parameters, headers, api = 'v1' }, _caller, ra) => {
    const dialect = dialects[api];
    const type = chooseMediaType(headers.accept, [pemType, file.derType]);
    if (type === 'malformed') return errorPage(400, containerName);
    if (type === 'unacceptable') return labelled(emptyAnswer(406), dialect);
    try {
      const authority = await getNamedAuthority(parameters.id ?? '', ra);
      return labelled(answer(type, file, authority), dialect);
    } catch (error) {
      const refusal = error instanceof RestRefusal ? error : refusalOfCaError(asCaError(error));
      return labelled(await refusal.encode(api === 'v1' ? 'xml' : 'json', dialect), dialect);
    }
  };
}

function answer(type: string, { pemLabel, encode }: AuthorityFile, authority: AuthorityDescription): GatewayResponse {
  const der = encode(authority);
  const pem = `-----BEGIN ${pemLabel}-----\n${encodeBase64Lines(der)}-----END ${pemLabel}-----\n`;
  return { status: 200, headers: { 'Content-Type': type }, body: type === pemType ? Buffer.from(pem) : der };
}
