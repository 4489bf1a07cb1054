// A fresh self-signed authority: its certificate has the content that Dogtag's own root gets (profile caCACert at installation).

import { createPublicKey } from 'node:crypto';
import type { Signer } from '#ca-core/signer';
import { findSignatureScheme, verifySignature } from '#ca-core/signer';
import {
  accessMethodOids,
  assembleCertificate,
  computeKeyIdentifier,
  decodeSubjectPublicKeyInfo,
  encodeAuthorityKeyIdentifier,
  encodeBasicConstraints,
  encodeInfoAccess,
  encodeKeyUsage,
  encodeNameText,
  encodeSubjectKeyIdentifier,
  encodeTbsCertificate,
  extensionOids,
  findSignatureAlgorithm,
} from '#codecs/x509';
import type { Clock } from '#platform';
import { decodeAuthority, describeAuthority, ownCertificateRecord } from '../authorities/add-authority.ts';
import { CaError } from '../errors.ts';
import type { AuthorityDescription, AuthorityId } from '../model/index.ts';
import type { Store } from '../store.ts';
import type { CertificateDraft, DraftExtension } from './certificate-draft.ts';
import { checkTbsCertificate } from './lint-certificate.ts';
import { signableBytes } from './prepare-certificate.ts';

export interface CertifyAuthorityOrder {
  readonly id: AuthorityId;
  /** Name of its key in the signer. */
  readonly keyId: string;
  /** Distinguished name as text, most specific part first, such as `CN=Certificate Authority,O=EXAMPLE.TEST`. */
  readonly subject: string;
  readonly serialNumber: bigint;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Null chooses by the key. */
  readonly signatureAlgorithm: string | null;
  /** Location of the OCSP responder that its certificate names; null for none. */
  readonly ocspUrl: string | null;
  readonly certifiedBy: string;
}

export interface CertifyAuthorityServices {
  readonly store: Pick<Store, 'authorities'>;
  readonly signer: Signer;
  readonly clock: Clock;
}

/** Makes the certificate, signed by its own key, and records the authority as the host authority. Throws CaError `internal`. */
export async function certifyAuthority(
  order: CertifyAuthorityOrder,
  services: CertifyAuthorityServices,
): Promise<AuthorityDescription> {
  const { store, signer, clock } = services;
  const key = (await signer.describe()).find(({ keyId }) => keyId === order.keyId);
  if (key === undefined) throw new CaError('internal', `the signer has no key ${order.keyId}`);
  const [firstAlgorithm = ''] = key.algorithms;
  const algorithm = findSignatureAlgorithm(order.signatureAlgorithm ?? firstAlgorithm);
  const scheme = findSignatureScheme(algorithm?.name ?? '');
  if (algorithm === null || scheme === null || !key.algorithms.includes(scheme.name))
    throw new CaError('internal', `key ${order.keyId} does not sign with ${order.signatureAlgorithm}`);
  const draft = draftAuthority(order, key.publicKeyDer, algorithm.name);
  const tbsCertificateDer = encodeTbsCertificate(draft, order.serialNumber);
  const findings = checkTbsCertificate(tbsCertificateDer, draft, order.serialNumber);
  if (findings.length > 0) throw new CaError('internal', `the authority cannot be certified: ${findings.join('; ')}`);
  const signature = await signer.sign(order.keyId, algorithm.name, signableBytes({ tbsCertificateDer }));
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKeyDer), format: 'der', type: 'spki' });
  if (!(await verifySignature(publicKey, scheme, tbsCertificateDer, signature)))
    throw new CaError('internal', 'the signature of the new authority does not verify');
  const certificate = decodeAuthority(assembleCertificate(tbsCertificateDer, algorithm.der, signature));
  const description = describeAuthority(
    {
      id: order.id,
      isHostAuthority: true,
      parentId: null,
      description: 'Host authority',
      certificateDer: certificate.der,
      otherCertificatesDer: [],
    },
    certificate,
  );
  await store.authorities.record(description, ownCertificateRecord(description, certificate, clock), [
    {
      name: 'authority-added',
      outcome: 'success',
      actor: order.certifiedBy,
      remoteAddress: null,
      details: { authorityId: order.id, subject: description.subject, serialNumber: String(order.serialNumber) },
    },
  ]);
  return description;
}

function draftAuthority(
  order: CertifyAuthorityOrder,
  publicKeyDer: Uint8Array,
  signatureAlgorithm: string,
): CertificateDraft {
  const keyIdentifier = computeKeyIdentifier(decodeSubjectPublicKeyInfo(publicKeyDer));
  const subjectDer = encodeSubject(order.subject);
  const extension = (oid: string, critical: boolean, valueDer: Uint8Array): DraftExtension => ({
    oid,
    critical,
    valueDer,
  });
  return {
    version: 2,
    subjectDer,
    issuerDer: subjectDer,
    subjectPublicKeyInfoDer: publicKeyDer,
    notBefore: order.notBefore,
    notAfter: order.notAfter,
    signatureAlgorithm,
    extensions: [
      extension(
        extensionOids.authorityKeyIdentifier,
        false,
        encodeAuthorityKeyIdentifier({ keyIdentifier, authorityCertIssuer: null, authorityCertSerialNumber: null }),
      ),
      extension(extensionOids.basicConstraints, true, encodeBasicConstraints({ cA: true, pathLenConstraint: null })),
      extension(
        extensionOids.keyUsage,
        true,
        encodeKeyUsage(new Set(['digitalSignature', 'nonRepudiation', 'keyCertSign', 'cRLSign'])),
      ),
      extension(extensionOids.subjectKeyIdentifier, false, encodeSubjectKeyIdentifier(keyIdentifier)),
      ...(order.ocspUrl === null
        ? []
        : [extension(extensionOids.authorityInfoAccess, false, encodeOcspLocation(order.ocspUrl))]),
    ],
  };
}

function encodeSubject(text: string): Buffer {
  try {
    return encodeNameText(text);
  } catch (cause) {
    throw new CaError('internal', `${JSON.stringify(text)} is no distinguished name`, { cause });
  }
}

function encodeOcspLocation(url: string): Buffer {
  return encodeInfoAccess([
    { methodOid: accessMethodOids.ocsp, location: { kind: 'uniformResourceIdentifier', value: url } },
  ]);
}
