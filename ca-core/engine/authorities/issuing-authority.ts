// One authority that certificates are issued under: its certificate, the facts that profiles and CRLs need of it, and its key's name.
import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  type Certificate,
  computeKeyIdentifier,
  decodeCertificate,
  decodeSubjectKeyIdentifier,
  decodeSubjectPublicKeyInfo,
  extensionOids,
  findExtension,
  formatName,
  identifySignatureAlgorithm,
  type SignatureKeyKind,
  signatureKeyKinds,
  usualSignatureAlgorithm,
} from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { AuthorityDescription } from '../model/index.ts';
import type { AuthorityFacts } from '../profiles/index.ts';

/** A key that can sign, as its holder shows it. */
export interface AuthorityKey {
  readonly keyId: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: Uint8Array;
  /** Signature algorithms by their names in the profile language. */
  readonly algorithms: readonly string[];
}

export interface IssuingAuthority {
  /** `ready` is true here when its key is there to sign. */
  readonly description: AuthorityDescription;
  readonly certificate: Certificate;
  /** Subject as text, which is the issuer of its certificates. */
  readonly subject: string;
  /** What profiles may know of it. */
  readonly facts: AuthorityFacts;
  readonly publicKey: KeyObject;
  /** Name of its key; null when no key here belongs to its certificate. */
  readonly keyId: string | null;
  /** What its key can sign with; empty without a key. */
  readonly signingAlgorithms: readonly string[];
  /** What it signs with when nothing else is asked for. */
  readonly defaultSigningAlgorithm: string;
}

/**
 * Joins an authority of the record with its key. `signingAlgorithm` overrides what it signs with by default. Throws CaError `internal`
 * when the certificate of the record can't be read or the key can't sign with the wanted algorithm.
 */
export function createIssuingAuthority(
  description: AuthorityDescription,
  keys: readonly AuthorityKey[],
  signingAlgorithm: string | null = null,
): IssuingAuthority {
  const certificate = decodeAuthorityCertificate(description);
  const { subjectPublicKeyInfoDer } = certificate;
  const key = keys.find(({ publicKeyDer }) => subjectPublicKeyInfoDer.equals(publicKeyDer)) ?? null;
  const publicKey = createPublicKey({ key: subjectPublicKeyInfoDer, format: 'der', type: 'spki' });
  const signingAlgorithms = key?.algorithms ?? [];
  if (signingAlgorithm !== null && key !== null && !signingAlgorithms.includes(signingAlgorithm))
    throw new CaError('internal', `authority ${description.id} cannot sign with ${signingAlgorithm}`);
  return {
    description: { ...description, ready: key !== null },
    certificate,
    subject: formatName(certificate.subjectDer),
    facts: {
      id: description.id,
      subjectDer: certificate.subjectDer,
      keyIdentifier: keyIdentifierOf(certificate),
      hasKeyIdentifier: findExtension(certificate.extensions, extensionOids.subjectKeyIdentifier) !== null,
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      signatureKeyKind: signatureKeyKindOf(publicKey),
    },
    publicKey,
    keyId: key?.keyId ?? null,
    signingAlgorithms,
    defaultSigningAlgorithm: signingAlgorithm ?? chooseDefault(certificate, publicKey, signingAlgorithms),
  };
}

function signatureKeyKindOf({ asymmetricKeyType }: KeyObject): SignatureKeyKind | null {
  // An RSA key that is bound to PSS signs with nothing that a profile calls RSA without it; no authority of Dogtag has one.
  return signatureKeyKinds.find((kind) => kind === asymmetricKeyType) ?? null;
}

/** Throws CaError `signer-unavailable` when the authority's key is not here. */
export function assertHasKey(authority: IssuingAuthority): string {
  if (authority.keyId === null)
    throw new CaError('signer-unavailable', 'The key of this authority is not available', {
      subject: authority.description.id,
    });
  return authority.keyId;
}

function decodeAuthorityCertificate({ id, certificateDer }: AuthorityDescription): Certificate {
  try {
    // Old authorities have sloppy encodings; they were accepted when they were imported.
    return decodeCertificate(certificateDer, { rules: 'ber' });
  } catch (cause) {
    throw new CaError('internal', `the certificate of authority ${id} cannot be read`, { subject: id, cause });
  }
}

function keyIdentifierOf({ extensions, subjectPublicKeyInfoDer }: Certificate): Buffer {
  const extension = findExtension(extensions, extensionOids.subjectKeyIdentifier);
  return extension === null
    ? computeKeyIdentifier(decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer))
    : decodeSubjectKeyIdentifier(extension.valueDer);
}

/**
 * A self-signed authority goes on with what signed its own certificate: Dogtag sets both to the same value when it is installed, and
 * keeps the other one in a file that is not in the directory.
 */
function chooseDefault(certificate: Certificate, publicKey: KeyObject, algorithms: readonly string[]): string {
  const own = identifySignatureAlgorithm(certificate.signatureAlgorithmDer)?.name;
  const isWeak = own?.startsWith('SHA1') ?? true;
  const isSelfSigned = certificate.issuerDer.equals(certificate.subjectDer);
  if (own !== undefined && !isWeak && isSelfSigned && (algorithms.length === 0 || algorithms.includes(own))) return own;
  return usualSignatureAlgorithm(signatureKeyKindOf(publicKey));
}
