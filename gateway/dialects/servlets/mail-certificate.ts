// Whether Dogtag's pages offer a certificate to mail clients.
import { decodeCertificate, decodeKeyUsage, decodeNetscapeCertType, extensionOids } from '#codecs/x509';

/** What signs or encrypts data, or says that it is for mail. */
export function isForMail(certificateDer: Uint8Array): boolean {
  return decodeCertificate(certificateDer, { rules: 'ber' }).extensions.some(({ oid, valueDer }) => {
    if (oid === extensionOids.netscapeCertType) return read(decodeNetscapeCertType, valueDer).has('smime');
    if (oid !== extensionOids.keyUsage) return false;
    const usages = read(decodeKeyUsage, valueDer);
    return usages.has('digitalSignature') || usages.has('dataEncipherment');
  });
}

/** A certificate is shown whatever its extensions hold. */
function read<T>(decode: (valueDer: Uint8Array) => ReadonlySet<T>, valueDer: Uint8Array): ReadonlySet<T> {
  try {
    return decode(valueDer);
  } catch {
    return new Set();
  }
}
