// TLS certificates for the trial, from the recorded laboratory's throw-away CA key; a real installation obtains its own from its authority.
import { createPrivateKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { encodePem } from '#codecs/pem';
import { decodePkcs12 } from '#codecs/pkcs';
import {
  assembleCertificate,
  decodeCertificate,
  encodeExtKeyUsage,
  encodeGeneralNames,
  encodeNameText,
  encodeTbsCertificate,
  extensionOids,
  findSignatureAlgorithm,
} from '#codecs/x509';
import { type Clock, randomBytes } from '#platform';

export interface ThrowawayTls {
  readonly certificatePem: string;
  readonly keyPem: string;
}

const dayMs = 86_400_000;

/** Makes server certificates, good for a month from the present. Throws Pkcs12Error for a file that can't be read. */
export function openThrowawayIssuer(
  pkcs12: Uint8Array,
  password: string,
  clock: Clock,
): (hostNames: readonly string[]) => ThrowawayTls {
  const { keys, certificates } = decodePkcs12(pkcs12, password);
  const [key] = keys;
  const [authority] = certificates;
  if (key === undefined || authority === undefined) throw new Error('the recorded CA key file is empty');
  const authorityKey = createPrivateKey({ key: Buffer.from(key.pkcs8Der), format: 'der', type: 'pkcs8' });
  const { subjectDer } = decodeCertificate(authority.certificateDer);
  return (hostNames) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const certificatePem = encodePem('CERTIFICATE', certify(publicKey, authorityKey, subjectDer, hostNames, clock));
    return { certificatePem, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  };
}

function certify(
  publicKey: KeyObject,
  authorityKey: KeyObject,
  issuerDer: Uint8Array,
  hostNames: readonly string[],
  clock: Clock,
): Buffer {
  const nowMs = Math.floor(clock.now().getTime() / 1000) * 1000;
  const algorithm = findSignatureAlgorithm('SHA256withRSA');
  if (algorithm === null) throw new Error('SHA256withRSA is not known');
  const serverAuthentication = '1.3.6.1.5.5.7.3.1';
  const tbs = encodeTbsCertificate(
    {
      version: 2,
      subjectDer: encodeNameText(`CN=${hostNames[0]},O=TRIAL`),
      issuerDer,
      subjectPublicKeyInfoDer: publicKey.export({ type: 'spki', format: 'der' }),
      notBefore: new Date(nowMs - dayMs),
      notAfter: new Date(nowMs + 30 * dayMs),
      signatureAlgorithm: algorithm.name,
      extensions: [
        {
          oid: extensionOids.subjectAltName,
          critical: false,
          valueDer: encodeGeneralNames(hostNames.map((value) => ({ kind: 'dNSName', value }))),
        },
        { oid: extensionOids.extKeyUsage, critical: false, valueDer: encodeExtKeyUsage([serverAuthentication]) },
      ],
    },
    BigInt(`0x7f${randomBytes(16).toString('hex')}`),
  );
  return assembleCertificate(tbs, algorithm.der, createSign('sha256').update(tbs).sign(authorityKey));
}
