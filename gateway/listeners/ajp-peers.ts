// Who may connect over AJP, and which names an expression lets in.
import { BlockList, isIP } from 'node:net';
import { plainAddress } from './client-identity.ts';

/** Throws an Error naming the entry that is neither an address nor a network. */
export function peerList(peers: readonly string[]): BlockList {
  const list = new BlockList();
  for (const peer of peers) {
    const [address = '', prefix, ...rest] = peer.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const bits = prefix === undefined ? null : Number(prefix);
    const isNetwork =
      prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 'ipv6' ? 128 : 32));
    if (isIP(address) === 0 || rest.length > 0 || !isNetwork)
      throw new Error(`"${peer}" is neither an address nor a network such as 10.0.0.0/8`);
    if (bits === null) list.addAddress(address, family);
    else list.addSubnet(address, bits, family);
  }
  return list;
}

export function isPeer(peers: BlockList, remoteAddress: string): boolean {
  const address = plainAddress(remoteAddress);
  return peers.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** As Tomcat's patterns match: the whole name or nothing. Throws SyntaxError. */
export function wholeMatch(expression: string): RegExp {
  return new RegExp(`^(?:${expression})$`);
}
