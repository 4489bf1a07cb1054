// Takes an authority whose key was exported elsewhere (Dogtag's PKCS#12) into the record: same certificate, same key.
import {
  type Certificate,
  decodeBasicConstraints,
  decodeCertificate,
  decodeKeyUsage,
  decodeSubjectPublicKeyInfo,
  extensionOids,
  findExtension,
  formatName,
} from '#codecs/x509';
import type { Clock } from '#platform';
import { CaError } from '../errors.ts';
import { type AuthorityDescription, type AuthorityId, type CertificateRecord, serialNumber } from '../model/index.ts';
import type { Store } from '../store.ts';
import { buildChain } from './chain.ts';

export interface AddAuthorityOrder {
  readonly id: AuthorityId;
  readonly isHostAuthority: boolean;
  readonly parentId: AuthorityId | null;
  readonly description: string | null;
  readonly certificateDer: Uint8Array;
  /** Whatever else the file held; issuers are taken from it. */
  readonly otherCertificatesDer: readonly Uint8Array[];
  /** User id of who adds it. */
  readonly addedBy: string;
}

export interface AddAuthorityServices {
  readonly store: Pick<Store, 'authorities' | 'certificates'>;
  readonly clock: Clock;
}

/**
 * Records the authority and, where it is self-signed and not there yet, its own certificate. Doing it again changes nothing. Throws CaError
 * `internal` when the certificate is none of an authority, or when another one is recorded under that id.
 */
export async function addAuthority(
  order: AddAuthorityOrder,
  services: AddAuthorityServices,
): Promise<AuthorityDescription> {
  const { store, clock } = services;
  const certificate = decodeAuthority(order.certificateDer);
  const description = describeAuthority(order, certificate);
  const own = ownCertificateRecord(description, certificate, clock);
  const isSelfSigned = certificate.issuerDer.equals(certificate.subjectDer);
  const isNew = isSelfSigned && (await store.certificates.find(own.serialNumber)) === null;
  await store.authorities.record(description, isNew ? own : null, [
    {
      name: 'authority-added',
      outcome: 'success',
      actor: order.addedBy,
      remoteAddress: null,
      details: {
        authorityId: order.id,
        subject: description.subject,
        serialNumber: String(description.serialNumber),
      },
    },
  ]);
  return description;
}

/** Throws CaError `internal` for a certificate that must not issue others. */
export function decodeAuthority(certificateDer: Uint8Array): Certificate {
  let certificate: Certificate;
  try {
    certificate = decodeCertificate(certificateDer, { rules: 'ber' });
  } catch (cause) {
    throw new CaError('internal', 'the certificate of the authority cannot be read', { cause });
  }
  const constraints = findExtension(certificate.extensions, extensionOids.basicConstraints);
  const usage = findExtension(certificate.extensions, extensionOids.keyUsage);
  const isAuthority = constraints !== null && decodeBasicConstraints(constraints.valueDer).cA;
  const maySign = usage === null || decodeKeyUsage(usage.valueDer).has('keyCertSign');
  if (!isAuthority || !maySign)
    throw new CaError('internal', `${formatName(certificate.subjectDer)} is no certificate of an authority`);
  return certificate;
}

/** The authority as the record keeps it. */
export function describeAuthority(
  order: Omit<AddAuthorityOrder, 'addedBy'>,
  certificate: Certificate,
): AuthorityDescription {
  return {
    id: order.id,
    isHostAuthority: order.isHostAuthority,
    parentId: order.parentId,
    subject: formatName(certificate.subjectDer),
    issuer: formatName(certificate.issuerDer),
    serialNumber: certificate.serialNumber,
    enabled: true,
    description: order.description,
    ready: true,
    certificateDer: certificate.der,
    chainDer: buildChain(certificate.der, order.otherCertificatesDer),
  };
}

/** A self-signed authority's own certificate among the certificates that it issued. */
export function ownCertificateRecord(
  authority: AuthorityDescription,
  certificate: Certificate,
  clock: Clock,
): CertificateRecord {
  const key = decodeSubjectPublicKeyInfo(certificate.subjectPublicKeyInfoDer);
  return {
    serialNumber: serialNumber(certificate.serialNumber),
    authorityId: authority.id,
    certificateDer: certificate.der,
    issuer: authority.issuer,
    subject: authority.subject,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    keyAlgorithmOid: key.algorithmOid,
    keyBits: key.kind === 'rsa' ? key.bits : null,
    issuedAt: clock.now(),
    issuedBy: 'system',
    requestId: null,
    profileId: null,
    revocation: null,
    origin: 'native',
  };
}
