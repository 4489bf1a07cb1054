// A PKCS#10 request (RFC 2986) for the gateway's own TLS certificate, with a key made for it here.
import { generateKeyPairSync, sign } from 'node:crypto';
import { encodePem } from '#codecs/pem';
import { assembleCertificationRequest, encodeCertificationRequestInfo } from '#codecs/pkcs';
import {
  type DistinguishedName,
  encodeGeneralNames,
  encodeName,
  encodeNameText,
  extensionOids,
  findSignatureAlgorithm,
  parseName,
} from '#codecs/x509';

export interface KeyWithRequest {
  /** PKCS#8, PEM. */
  readonly keyPem: string;
  readonly csrPem: string;
}

/** Dogtag's shipped server profiles take RSA keys of these lengths only, and clients of any age can check the signature. */
const keyBits = 2048;
const commonNameOid = '2.5.4.3';

/**
 * `hostNames` all stand in the subject alternative name; the first one also in the subject, beside what the authority's own
 * name has but its common name (`O=EXAMPLE.TEST`), as Dogtag names its own server certificate.
 */
export function makeServerCertificateRequest(hostNames: readonly string[], authorityName: string): KeyWithRequest {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: keyBits });
  const names = encodeGeneralNames(hostNames.map((value) => ({ kind: 'dNSName', value })));
  const infoDer = encodeCertificationRequestInfo({
    subjectDer: subjectFor(hostNames[0] ?? '', authorityName),
    subjectPublicKeyInfoDer: publicKey.export({ format: 'der', type: 'spki' }),
    extensions: [{ oid: extensionOids.subjectAltName, critical: false, valueDer: names }],
  });
  const algorithm = findSignatureAlgorithm('SHA256withRSA');
  if (algorithm === null) throw new TypeError('SHA256withRSA is missing from the table of algorithms');
  return {
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    csrPem: encodePem(
      'CERTIFICATE REQUEST',
      assembleCertificationRequest(infoDer, algorithm.der, sign('sha256', infoDer, privateKey)),
    ),
  };
}

function subjectFor(hostName: string, authorityName: string): Buffer {
  const organization = parseName(authorityName).filter((rdn) => rdn.every(({ oid }) => oid !== commonNameOid));
  const own: DistinguishedName = parseName(`CN=${hostName}`);
  return hostName === '' ? encodeNameText(authorityName) : encodeName([...organization, ...own]);
}
