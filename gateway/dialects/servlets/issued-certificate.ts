// The certificate that a request led to, in the forms in which profiles' outputs and servlets show it.
import { formatCertificate } from '#codecs/dogtag-pretty-print';
import type { ArgsetSet } from '#codecs/dogtag-servlets';
import { encodeBase64Lines, encodeCertificatePem, type JavaTimeZone } from '#codecs/dogtag-text';
import { type CertificateChainFormat, encodeCertificateChain } from '#codecs/pkcs';
import type { CertificateRecord, OutputDescription, RaClient, RequestRecord } from '../../contract.ts';
import type { ReleaseTraits } from '../release.ts';

/** Null while there is none. */
export async function findIssuedCertificate(record: RequestRecord, ra: RaClient): Promise<CertificateRecord | null> {
  const [serialNumber] = record.certificateSerials;
  const isIssuing = record.kind === 'enrollment' || record.kind === 'renewal';
  if (!isIssuing || record.state !== 'complete' || serialNumber === undefined) return null;
  return await ra.findCertificate(serialNumber);
}

/** The certificate with those above the host authority, as PKCS#7 in base64 with CRLF. A certificate of that chain is not doubled. */
export async function encodeChainLines(
  certificateDer: Uint8Array,
  ra: RaClient,
  { chainContent: content }: Pick<ReleaseTraits, 'chainContent'>,
  order: CertificateChainFormat['order'] = 'sorted',
): Promise<string> {
  const { chainDer } = await ra.describeAuthority(null);
  const isOwn = chainDer.some((der) => Buffer.compare(der, certificateDer) === 0);
  const chain = isOwn ? chainDer : [certificateDer, ...chainDer];
  return encodeBase64Lines(encodeCertificateChain(chain, { order, content }));
}

/** What some outputs need besides the certificate. */
export interface OutputMeans {
  readonly ra: RaClient;
  readonly zone: JavaTimeZone;
  readonly release: ReleaseTraits;
}

/** Every value of every output of the profile; empty as long as there is no certificate. */
export async function outputSets(
  outputs: readonly OutputDescription[],
  certificate: CertificateRecord | null,
  means: OutputMeans,
): Promise<ArgsetSet[]> {
  const sets: ArgsetSet[] = [];
  for (const { values } of outputs)
    for (const { name, descriptor } of values)
      sets.push({
        set: [
          ['outputId', name],
          ['outputSyntax', descriptor.syntax],
          ['outputConstraint', descriptor.constraint],
          ['outputName', descriptor.description],
          ['outputVal', certificate === null ? null : await outputValue(name, certificate.certificateDer, means)],
        ],
      });
  return sets;
}

/** Null for forms that only old browsers and tokens asked for. */
async function outputValue(name: string, certificateDer: Uint8Array, means: OutputMeans): Promise<string | null> {
  switch (name) {
    case 'pretty_cert':
      return formatCertificate(certificateDer, means.zone, means.release.prettyPrint);
    case 'b64_cert':
      return encodeCertificatePem(certificateDer);
    case 'pkcs7':
      return await encodeChainLines(certificateDer, means.ra, means.release);
    case 'der':
      return encodeBase64Lines(certificateDer);
    default:
      return null;
  }
}
