// /ca/admin/ca/getStatus: whether this server is ready; installers and monitors wait for it.
import type { XmlResponseItem } from '#codecs/dogtag-servlets';
import type { ServletCall } from '../servlet-call.ts';

export async function getStatus({ ra, settings }: ServletCall): Promise<readonly XmlResponseItem[]> {
  // Who asks wants to know whether certificates can be had, not whether a port is open.
  await ra.describeAuthority(null);
  return [
    ['State', '1'],
    ['Type', 'CA'],
    ['Status', 'running'],
    ['Version', settings.product.version],
    ['ProductVersion', settings.product.name],
  ];
}
