// Values as Dogtag writes them into its directory; the counterpart of what the decoders beside this file read.
import type { DirectoryTimeZone } from './time-zone.ts';

/** `20261123184101Z`, in local time of the server's zone whatever the Z says (DateMapper.java). Fractions of a second are dropped. */
export function formatDirectoryDate(instant: Date, zone: DirectoryTimeZone): string {
  const local = new Date(zone.localMs(Math.floor(instant.getTime() / 1000) * 1000));
  return `${local.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}

/** Base64 in lines of 76 characters, each but a lone one ended by CR LF, as com.netscape.cmsutil's encoder gives it. */
export function encodeBase64Value(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return text.length <= 76 ? text : text.replace(/(.{76})(?=.)/g, '$1\r\n');
}

/** `req_x509info` is `req--005fx509info`: everything but letters, digits and a hyphen between two of them (ExtAttrDynMapper.java). */
export function encodeExtensionDataKey(key: string): string {
  return key.replace(
    /[^A-Za-z0-9-]|(?<![A-Za-z0-9])-|-(?![A-Za-z0-9])/g,
    (character) => `--${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
