// /ca/ee/ca/getCertChain and /ca/admin/ca/getCertChain: the authority's chain, base64 in one line.
import type { XmlResponseItem } from '#codecs/dogtag-servlets';
import { encodeCertificateChain } from '#codecs/pkcs';
import type { ServletCall } from '../servlet-call.ts';

export async function getCertificateChain({ ra, settings }: ServletCall): Promise<readonly XmlResponseItem[]> {
  const { chainDer } = await ra.describeAuthority(null);
  const chain = encodeCertificateChain(chainDer, { order: 'sorted', content: settings.release.chainContent });
  return [
    ['Status', '0'],
    ['ChainBase64', chain.toString('base64')],
  ];
}
