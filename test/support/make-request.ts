// Certificate requests for tests: PKCS#10 in PEM with a fresh key and chosen names.
import { generateKeyPairSync, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { encodePem } from '#codecs/pem';
import { assembleCertificationRequest, encodeCertificationRequestInfo } from '#codecs/pkcs';
import { encodeNameText, findSignatureAlgorithm } from '#codecs/x509';

/** Subject `O=EXAMPLE.TEST, CN=name`; RSA-2048 unless `keys` brings others (RSA or EC). */
export function makeRequestPem(name: string, keys: KeyPairKeyObjectResult = sharedKeys()): string {
  const infoDer = encodeCertificationRequestInfo({
    subjectDer: encodeNameText(`CN=${name},O=EXAMPLE.TEST`),
    subjectPublicKeyInfoDer: keys.publicKey.export({ type: 'spki', format: 'der' }),
  });
  const algorithm = findSignatureAlgorithm(
    keys.publicKey.asymmetricKeyType === 'rsa' ? 'SHA256withRSA' : 'SHA256withEC',
  );
  const request = assembleCertificationRequest(
    infoDer,
    algorithm?.der ?? Buffer.alloc(0),
    sign('sha256', infoDer, keys.privateKey),
  );
  return encodePem('CERTIFICATE REQUEST', request);
}

let shared: KeyPairKeyObjectResult | null = null;

/** Making RSA keys is slow and nothing here depends on their being different. */
function sharedKeys(): KeyPairKeyObjectResult {
  shared ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return shared;
}
