// Judges certificates: are the bytes a certificate, is it the one that the entry claims, did the issuer really sign it, does its revocation make sense.
import {
  type CertificateRecord,
  type Revocation,
  revocationReasons,
  type StoredAuthority,
  serialNumber,
} from '#ca-core/engine';
import {
  type Certificate,
  decodeCertificate,
  decodeSubjectPublicKeyInfo,
  formatName,
  identifySignatureAlgorithm,
  type SignatureAlgorithm,
} from '#codecs/x509';
import type { ImportedCertificate } from './intake.ts';
import {
  formerAuthority,
  type IssuerRegistry,
  isAuthorityCertificate,
  type KnownIssuer,
  publicKeyOf,
} from './issuer-registry.ts';
import { EntryFindings, reasonOf } from './judgement.ts';
import { verifySignature } from './verify-signature.ts';

export interface JudgedCertificate {
  readonly fact: ImportedCertificate;
  readonly findings: EntryFindings;
  /** What is to be stored; null when it is refused. */
  readonly accepted: { readonly record: CertificateRecord; readonly decoded: Certificate } | null;
}

export interface JudgedCertificates {
  /** In the order of the facts. */
  readonly certificates: readonly JudgedCertificate[];
  /** Issuers that are no authorities, but must be known as such for the certificates to be stored. */
  readonly formerAuthorities: readonly StoredAuthority[];
}

/** A fact with what its bytes say, before its signature was looked at. */
interface Decoded {
  readonly fact: ImportedCertificate;
  readonly findings: EntryFindings;
  readonly certificate: Certificate;
  readonly algorithm: SignatureAlgorithm;
  readonly issuerText: string;
}

/** Certificates of issuers first, so that those they issued find them whatever the order of the facts. */
export async function judgeCertificates(
  facts: readonly ImportedCertificate[],
  registry: IssuerRegistry,
  now: Date,
): Promise<JudgedCertificates> {
  const issuerTexts = new Map<string, string>();
  const judged = new Map<ImportedCertificate, JudgedCertificate>();
  const waiting: Decoded[] = [];
  for (const fact of facts) {
    const findings = new EntryFindings(fact.provenance);
    const decoded = decodeFact(fact, findings, issuerTexts);
    if (decoded === null) judged.set(fact, { fact, findings, accepted: null });
    else waiting.push(decoded);
  }
  const formerAuthorities: StoredAuthority[] = [];
  const conclude = (decoded: Decoded, issuer: KnownIssuer | null) => {
    const { fact, findings, certificate } = decoded;
    const accepted = issuer === null ? null : { record: toRecord(decoded, issuer, now), decoded: certificate };
    judged.set(fact, { fact, findings, accepted });
  };
  // 1. Issuers one after another, because each may have issued the next.
  const isIssuer = ({ certificate }: Decoded) => isAuthorityCertificate(certificate);
  for (const decoded of orderByIssuer(waiting.filter(isIssuer))) {
    const issuer = await findSigner(decoded, registry, formerAuthorities);
    conclude(decoded, issuer);
    if (issuer !== null) registry.offer(decoded.certificate);
  }
  // 2. All others at once; the few whose issuer is not known right away are looked into one by one.
  const others = waiting.filter((decoded) => !isIssuer(decoded));
  const known = await Promise.all(others.map((decoded) => findKnownSigner(decoded, registry)));
  for (const [index, decoded] of others.entries())
    conclude(decoded, known[index] ?? (await findSigner(decoded, registry, formerAuthorities)));
  const certificates = facts.flatMap((fact) => judged.get(fact) ?? []);
  return { certificates, formerAuthorities };
}

/** Issuers before what they issued, as far as that is among them; chains are short. */
function orderByIssuer(waiting: readonly Decoded[]): readonly Decoded[] {
  const subjects = new Set(waiting.map(({ certificate }) => certificate.subjectDer.toString('latin1')));
  const depth = (decoded: Decoded, seen: number): number => {
    const { issuerDer, subjectDer } = decoded.certificate;
    if (seen > 16 || issuerDer.equals(subjectDer) || !subjects.has(issuerDer.toString('latin1'))) return 0;
    const above = waiting.filter(({ certificate }) => certificate.subjectDer.equals(issuerDer));
    return 1 + Math.max(0, ...above.map((issuer) => depth(issuer, seen + 1)));
  };
  return waiting
    .map((decoded) => ({ decoded, depth: depth(decoded, 0) }))
    .toSorted((a, b) => a.depth - b.depth)
    .map(({ decoded }) => decoded);
}

function decodeFact(
  fact: ImportedCertificate,
  findings: EntryFindings,
  issuerTexts: Map<string, string>,
): Decoded | null {
  const certificate = decodeTolerantly(fact.certificateDer, findings);
  if (certificate === null) return null;
  if (certificate.serialNumber !== fact.claimedSerialNumber) {
    findings.refuse(
      'serial-differs-from-der',
      `the entry says serial number ${fact.claimedSerialNumber}, its certificate ${certificate.serialNumber}`,
    );
    return null;
  }
  try {
    const algorithm = identifySignatureAlgorithm(certificate.outerSignatureAlgorithmDer);
    if (algorithm === null) {
      findings.refuse('signature-algorithm-unknown', 'its signature is of an algorithm that is not known here');
      return null;
    }
    if (!certificate.outerSignatureAlgorithmDer.equals(certificate.signatureAlgorithmDer))
      findings.accept(
        'signature-algorithms-differ',
        'the algorithm inside the certificate is not the one beside its signature',
      );
    const place = certificate.issuerDer.toString('latin1');
    const issuerText = issuerTexts.get(place) ?? formatName(certificate.issuerDer);
    issuerTexts.set(place, issuerText);
    return { fact, findings, certificate, algorithm, issuerText };
  } catch (error) {
    findings.refuse('broken-der', `the certificate cannot be read: ${reasonOf(error)}`);
    return null;
  }
}

function decodeTolerantly(certificateDer: Uint8Array, findings: EntryFindings): Certificate | null {
  try {
    return decodeCertificate(certificateDer);
  } catch (strictError) {
    try {
      const certificate = decodeCertificate(certificateDer, { rules: 'ber' });
      findings.accept('not-strict-der', `the certificate is not encoded as DER demands: ${reasonOf(strictError)}`);
      return certificate;
    } catch (error) {
      findings.refuse('broken-der', `the certificate cannot be read: ${reasonOf(error)}`);
      return null;
    }
  }
}

/** The known issuer whose key made the signature, or null. */
async function findKnownSigner(decoded: Decoded, registry: IssuerRegistry): Promise<KnownIssuer | null> {
  const { certificate, findings, issuerText } = decoded;
  const sameName = registry.find(certificate.issuerDer);
  for (const issuer of sameName.length > 0 ? sameName : registry.findByText(issuerText)) {
    if (!(await isSignedBy(decoded, issuer))) continue;
    if (sameName.length === 0)
      findings.accept(
        'issuer-encoded-differently',
        `the name of its issuer ${issuerText} is encoded unlike the authority's own`,
      );
    if (!issuer.isCurrent)
      findings.accept('signed-with-former-key', `it was signed with a key that ${issuerText} no longer has`);
    return issuer;
  }
  return null;
}

/** The issuer whose key made the signature, or null with a finding that says why there is none. */
async function findSigner(
  decoded: Decoded,
  registry: IssuerRegistry,
  formerAuthorities: StoredAuthority[],
): Promise<KnownIssuer | null> {
  const { certificate, findings, issuerText } = decoded;
  const signer =
    (await findKnownSigner(decoded, registry)) ?? (await findFormerSigner(decoded, registry, formerAuthorities));
  if (signer !== null) return signer;
  const hasIssuer = registry.find(certificate.issuerDer).length > 0 || registry.findByText(issuerText).length > 0;
  if (hasIssuer) findings.refuse('bad-signature', `its signature was not made by ${issuerText}`);
  else if (isCertificateOfAuthority(decoded, registry))
    findings.refuse(
      'issued-elsewhere',
      `it certifies an authority here, but ${issuerText} issued it: it is kept with the authority, not under this number`,
    );
  else findings.refuse('unknown-issuer', `there is no authority ${issuerText}`);
  return null;
}

/** Self-signed authorities that are none here, and sub-CAs that were deleted: what they issued is real all the same. */
async function findFormerSigner(
  decoded: Decoded,
  registry: IssuerRegistry,
  formerAuthorities: StoredAuthority[],
): Promise<KnownIssuer | null> {
  const { certificate } = decoded;
  const isSelfIssued = certificate.issuerDer.equals(certificate.subjectDer) && isAuthorityCertificate(certificate);
  const candidates = [
    ...(isSelfIssued ? [certificate] : []),
    ...(await registry.findCandidates(certificate.issuerDer)),
  ];
  for (const candidate of candidates) {
    const key = publicKeyOf(candidate);
    if (key === null || !(await isSignedBy(decoded, { key }))) continue;
    const former = formerAuthority(candidate);
    const known = registry.find(certificate.issuerDer).find(({ authorityId }) => authorityId === former.id);
    if (known !== undefined) return known;
    await registry.learn(former);
    formerAuthorities.push(former);
    return registry.find(certificate.issuerDer).find(({ authorityId }) => authorityId === former.id) ?? null;
  }
  return null;
}

function isSignedBy({ certificate, algorithm }: Decoded, { key }: Pick<KnownIssuer, 'key'>): Promise<boolean> {
  return verifySignature(key, algorithm, certificate.tbsDer, certificate.signature);
}

function isCertificateOfAuthority({ certificate }: Decoded, registry: IssuerRegistry): boolean {
  return registry
    .find(certificate.subjectDer)
    .some(({ subjectPublicKeyInfoDer }) => subjectPublicKeyInfoDer.equals(certificate.subjectPublicKeyInfoDer));
}

function toRecord(
  { fact, findings, certificate, issuerText }: Decoded,
  issuer: KnownIssuer,
  now: Date,
): CertificateRecord {
  const { notBefore, notAfter } = certificate;
  if (certificate.serialNumber <= 0n)
    findings.accept(
      'serial-not-positive',
      `its serial number is ${certificate.serialNumber}, which RFC 5280 does not allow`,
    );
  if (notAfter < notBefore) findings.accept('validity-inverted', 'it ends before it begins');
  // Of each one, since no order of reading may matter: an import that was interrupted judges some of them twice.
  if (issuer.isFormer)
    findings.accept(
      'issuer-is-no-authority',
      `${issuerText}, which issued it, is no authority of the source (any more)`,
    );
  return {
    serialNumber: serialNumber(certificate.serialNumber),
    authorityId: issuer.authorityId,
    certificateDer: certificate.der,
    issuer: issuerText,
    subject: formatName(certificate.subjectDer),
    notBefore,
    notAfter,
    ...describeKey(certificate, findings),
    issuedAt: fact.issuedAt ?? notBefore,
    issuedBy: fact.issuedBy,
    requestId: fact.requestId,
    profileId: fact.profileId,
    revocation: fact.revocation === null ? null : judgeRevocation(fact.revocation, certificate, findings, now),
    origin: 'imported',
  };
}

function describeKey(
  { subjectPublicKeyInfoDer }: Certificate,
  findings: EntryFindings,
): Pick<CertificateRecord, 'keyAlgorithmOid' | 'keyBits'> {
  try {
    const key = decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer);
    return { keyAlgorithmOid: key.algorithmOid, keyBits: key.kind === 'rsa' ? key.bits : null };
  } catch (error) {
    findings.accept('public-key-unreadable', `its public key cannot be read: ${reasonOf(error)}`);
    return { keyAlgorithmOid: '', keyBits: null };
  }
}

const knownReasons: ReadonlySet<number> = new Set(Object.values(revocationReasons));
const clockDifferenceMs = 24 * 3600 * 1000;

/** A certificate that was revoked stays revoked, however odd the words about it; what is impossible in a CRL is put right. */
function judgeRevocation(
  revocation: Revocation,
  { notBefore }: Certificate,
  findings: EntryFindings,
  now: Date,
): Revocation {
  const { reason, revokedAt, invalidityDate } = revocation;
  if (revokedAt < notBefore)
    findings.accept('revoked-before-valid', `it was revoked on ${revokedAt.toISOString()}, before it became valid`);
  if (revokedAt.getTime() > now.getTime() + clockDifferenceMs)
    findings.accept('revoked-in-the-future', `it is revoked on ${revokedAt.toISOString()}, which is still to come`);
  if (invalidityDate !== null && invalidityDate > revokedAt)
    findings.accept('invalid-after-revocation', 'the date from which it is to be held invalid is after its revocation');
  if (knownReasons.has(reason) && reason !== revocationReasons.removeFromCRL) return revocation;
  findings.accept(
    'revocation-reason-impossible',
    `reason ${reason} is none that a revoked certificate can have; it is kept as unspecified`,
  );
  return { ...revocation, reason: revocationReasons.unspecified };
}
