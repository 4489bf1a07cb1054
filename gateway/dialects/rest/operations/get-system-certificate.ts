// GET /ca/rest/config/cert/signing and config/cert/transport: the host authority's certificate, and the one for which clients wrap keys that are to be
// archived (Dogtag's CASystemCertService). Clients keep them and ask whether they are still the same.
import { type CertificateData, certificateData } from '#codecs/dogtag-rest';
import {
  encodeCertificatePem,
  formatJavaDate,
  javaIntegerHash,
  javaTextHash,
  joinJavaHashes,
} from '#codecs/dogtag-text';
import { decodePem } from '#codecs/pem';
import { encodeCertificateChain } from '#codecs/pkcs';
import { decodeCertificate, formatName } from '#codecs/x509';
import type { DialectContext } from '../../dialect-settings.ts';
import { connectorNotFound, emptyAnswer } from '../error-response.ts';
import type { RestRequest } from '../rest-dialect.ts';
import { answerWith, type RestAnswer, type RestOperation } from '../rest-operation.ts';

export const getSigningCertificate: RestOperation = async ({ request, ra, settings }) => {
  const { certificateDer, chainDer } = await ra.describeAuthority(null);
  return answerIfChanged(request, dataOf(certificateDer, chainDer, request, settings));
};

export const getTransportCertificate: RestOperation = async ({ request, ra, settings }) => {
  const pem = settings.product.keyArchival?.transportCertificatePem;
  if (pem === undefined) throw connectorNotFound();
  const certificateDer = decodePem(pem, 'CERTIFICATE');
  const { chainDer } = await ra.describeAuthority(null);
  return answerIfChanged(request, dataOf(certificateDer, [certificateDer, ...chainDer], request, settings));
};

function dataOf(
  certificateDer: Uint8Array,
  chainDer: readonly Uint8Array[],
  { baseUrl, path, queryText }: RestRequest,
  { zone, release }: DialectContext,
): CertificateData {
  const { serialNumber, issuerDer, subjectDer, notBefore, notAfter } = decodeCertificate(certificateDer, {
    rules: 'ber',
  });
  const chain = encodeCertificateChain(chainDer, { order: 'given', content: release.chainContent });
  return {
    id: serialNumber,
    issuer: formatName(issuerDer),
    subject: formatName(subjectDer),
    prettyPrint: null,
    encoded: encodeCertificatePem(certificateDer),
    chain: Buffer.from(chain).toString('base64'),
    notBefore: formatJavaDate(notBefore, zone),
    notAfter: formatJavaDate(notAfter, zone),
    status: null,
    revokedOn: null,
    revokedBy: null,
    revocationReason: null,
    nonce: null,
    link: { rel: 'self', href: `${baseUrl}${path}${queryText === null ? '' : `?${queryText}`}`, type: null },
  };
}

function answerIfChanged({ headers }: RestRequest, data: CertificateData): RestAnswer {
  const tag = `"${entityTagOf(data)}"`;
  const caching = { ETag: tag, 'Cache-Control': 'no-transform, max-age=1000' };
  const known = (headers['if-none-match'] ?? '').split(',').map((one) => one.trim());
  if (known.includes(tag) || known.includes('*')) return () => emptyAnswer(304, caching);
  return answerWith(certificateData, data, { headers: caching });
}

/** The hash code of Dogtag's CertData, so that what clients keep stays fresh whoever answers. */
function entityTagOf({ id, encoded, issuer, notAfter, notBefore, chain, subject }: CertificateData): number {
  const of = (text: string | null) => (text === null ? null : javaTextHash(text));
  const idHash = joinJavaHashes([javaIntegerHash(id ?? 0n)]);
  const texts = [of(encoded), of(issuer), null, of(notAfter), of(notBefore), of(chain), null];
  return joinJavaHashes([...texts, idHash, null, of(subject), null, null]);
}
