// Base64 as JSS writes it: lines of 76 characters, each ended by carriage return and line feed, the last one too.

/** Empty for no octets. */
export function encodeBase64Lines(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('base64')
    .replaceAll(/.{1,76}/g, '$&\r\n');
}

/** PEM with Dogtag's mixture of line ends: line feeds around the brackets, CRLF inside. Some clients cut it up by exactly these. */
export function encodeCertificatePem(certificateDer: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${encodeBase64Lines(certificateDer)}-----END CERTIFICATE-----\n`;
}
