// A small throwaway CA for tests that need true certificates and CRLs quickly (P-256, fresh key each time).
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { encodeBoolean, encodeObjectIdentifier, encodeSequence } from '#codecs/der';
import { assembleCertificate, encodeNameText, encodeTbsCertificate, findSignatureAlgorithm } from '#codecs/x509';

export interface SampleCertificateWish {
  readonly serialNumber: bigint;
  readonly subject?: string;
  readonly issuer?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly isAuthority?: boolean;
  /** Purposes of the extended key usage extension, which is absent without them. */
  readonly purposes?: readonly string[];
  /** Whose key it certifies; this authority's own without it. */
  readonly of?: SampleAuthority;
}

export interface SampleAuthority {
  readonly name: string;
  readonly certificateDer: Buffer;
  readonly privateKeyPem: string;
  /** A certificate signed by this authority; subjects that it does not name get `CN=sample-<serial>,O=SAMPLE`. */
  issue(wish: SampleCertificateWish): Buffer;
}

const basicConstraintsOid = '2.5.29.19';
const extendedKeyUsageOid = '2.5.29.37';

/** `name` is its subject as text, most specific first. Its own certificate has serial number 1. */
export function createSampleAuthority(name = 'CN=Sample Authority,O=SAMPLE'): SampleAuthority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subjectPublicKeyInfoDer = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = findSignatureAlgorithm('SHA256withEC');
  if (algorithm === null) throw new Error('SHA256withEC is unknown');
  const issue = (wish: SampleCertificateWish): Buffer => {
    const tbsDer = encodeTbsCertificate(
      {
        version: 2,
        subjectDer: encodeNameText(wish.subject ?? `CN=sample-${wish.serialNumber},O=SAMPLE`),
        issuerDer: encodeNameText(wish.issuer ?? name),
        subjectPublicKeyInfoDer: wish.of === undefined ? subjectPublicKeyInfoDer : publicKeyOf(wish.of),
        notBefore: wish.notBefore ?? new Date('2026-01-01T00:00:00Z'),
        notAfter: wish.notAfter ?? new Date('2028-07-01T00:00:00Z'),
        signatureAlgorithm: algorithm.name,
        extensions: extensionsOf(wish),
      },
      wish.serialNumber,
    );
    return assembleCertificate(tbsDer, algorithm.der, sign('sha256', tbsDer, privateKey));
  };
  return {
    name,
    certificateDer: issue({ serialNumber: 1n, subject: name, isAuthority: true }),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    issue,
  };
}

function extensionsOf({ isAuthority, purposes }: SampleCertificateWish) {
  const authority = { oid: basicConstraintsOid, critical: true, valueDer: encodeSequence(encodeBoolean(true)) };
  const usage = (oids: readonly string[]) => ({
    oid: extendedKeyUsageOid,
    critical: false,
    valueDer: encodeSequence(...oids.map((oid) => encodeObjectIdentifier(oid))),
  });
  return [...(isAuthority ? [authority] : []), ...(purposes === undefined ? [] : [usage(purposes)])];
}

function publicKeyOf({ certificateDer }: SampleAuthority): Buffer {
  return new X509Certificate(certificateDer).publicKey.export({ type: 'spki', format: 'der' });
}
