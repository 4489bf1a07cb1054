// Judges authorities: is the certificate one of an issuer, who issued it, and is it still the authority that is known here.
import { isDeepStrictEqual } from 'node:util';
import { CaError, type ImportWriter, type StoredAuthority } from '#ca-core/engine';
import { type Certificate, decodeCertificate, formatName, identifySignatureAlgorithm } from '#codecs/x509';
import type { Finding, ImportedAuthority, ImportedCertificate } from './intake.ts';
import { type IssuerRegistry, isAuthorityCertificate, publicKeyOf } from './issuer-registry.ts';
import { EntryFindings, type Outcome, reasonOf } from './judgement.ts';
import { verifySignature } from './verify-signature.ts';

export interface JudgedAuthority {
  readonly fact: ImportedAuthority;
  readonly findings: EntryFindings;
  /** What is to be stored; null when it is refused. */
  readonly accepted: StoredAuthority | null;
}

/** `certificates` of the same batch and `findCertificate` are where the certificate is looked for when the fact does not bring it. */
export async function judgeAuthorities(
  facts: readonly ImportedAuthority[],
  certificates: readonly ImportedCertificate[],
  registry: IssuerRegistry,
  findCertificate: (serialNumber: bigint) => Promise<Uint8Array | null>,
): Promise<readonly JudgedAuthority[]> {
  const judged: JudgedAuthority[] = [];
  for (const fact of facts) {
    const findings = new EntryFindings(fact.provenance);
    const certificateDer = fact.certificateDer ?? (await locate(fact, certificates, findCertificate));
    const accepted = await judge(fact, certificateDer, registry, findings);
    if (accepted !== null) await registry.learn(accepted);
    judged.push({ fact, findings, accepted });
  }
  return judged;
}

async function locate(
  { certificateSerial }: ImportedAuthority,
  certificates: readonly ImportedCertificate[],
  findCertificate: (serialNumber: bigint) => Promise<Uint8Array | null>,
): Promise<Uint8Array | null> {
  if (certificateSerial === null) return null;
  const inBatch = certificates.find(({ claimedSerialNumber }) => claimedSerialNumber === certificateSerial);
  return inBatch?.certificateDer ?? (await findCertificate(certificateSerial));
}

/** The authority as it is to be stored, or null with a finding. */
async function judge(
  fact: ImportedAuthority,
  certificateDer: Uint8Array | null,
  registry: IssuerRegistry,
  findings: EntryFindings,
): Promise<StoredAuthority | null> {
  const told = await describe(fact, certificateDer, registry, findings);
  return told !== null && fitsAmong(registry.authorities, told, findings) ? told : null;
}

/** Whether it can be an authority beside those that are known; one that can't must not vouch for certificates either. */
function fitsAmong(known: readonly StoredAuthority[], told: StoredAuthority, findings: EntryFindings): boolean {
  const otherHost = known.find(({ isHostAuthority, id }) => isHostAuthority && id !== told.id);
  if (told.isHostAuthority && otherHost !== undefined) {
    findings.refuse('second-host-authority', `${otherHost.subject} (${otherHost.id}) is the host authority already`);
    return false;
  }
  const earlier = known.find(({ id }) => id === told.id);
  return earlier === undefined || isSuccessor(earlier, told, findings);
}

async function describe(
  fact: ImportedAuthority,
  certificateDer: Uint8Array | null,
  registry: IssuerRegistry,
  findings: EntryFindings,
): Promise<StoredAuthority | null> {
  const { id, isHostAuthority, parentId, enabled, description, certificateSerial } = fact;
  const { toldSubject, keyNickname, keyHosts } = fact;
  const told = { id, isHostAuthority, parentId, enabled, description, toldSubject, keyNickname, keyHosts };
  const base = { ...told, isFormer: false, origin: 'imported' as const };
  if (id === '') {
    findings.refuse('authority-without-id', 'it has no id');
    return null;
  }
  if (certificateDer === null) {
    findings.accept(
      'authority-without-certificate',
      'its certificate is not known yet; until it is, nothing can be said of what it issued',
    );
    return { ...base, subject: '', issuer: '', serialNumber: certificateSerial, certificateDer: null };
  }
  const certificate = decode(certificateDer, findings);
  if (certificate === null) return null;
  if (certificateSerial !== null && certificateSerial !== certificate.serialNumber)
    findings.accept(
      'authority-serial-differs',
      `the entry names serial number ${certificateSerial}, its certificate has ${certificate.serialNumber}`,
    );
  if (!(await isCertified(certificate, registry, findings))) return null;
  return {
    ...base,
    subject: formatName(certificate.subjectDer),
    issuer: formatName(certificate.issuerDer),
    serialNumber: certificate.serialNumber,
    certificateDer: certificate.der,
  };
}

function decode(certificateDer: Uint8Array, findings: EntryFindings): Certificate | null {
  try {
    const certificate = decodeCertificate(certificateDer, { rules: 'ber' });
    if (!isAuthorityCertificate(certificate))
      findings.refuse(
        'not-a-ca-certificate',
        `${formatName(certificate.subjectDer)} is not allowed to issue certificates`,
      );
    else if (publicKeyOf(certificate) === null)
      findings.refuse('public-key-unknown', 'its key is of a kind that is not known here');
    else return certificate;
  } catch (error) {
    findings.refuse('broken-der', `its certificate cannot be read: ${reasonOf(error)}`);
  }
  return null;
}

/** Whether the signature on its certificate holds; one by an issuer that is not here can't be checked and is taken at its word. */
async function isCertified(
  certificate: Certificate,
  registry: IssuerRegistry,
  findings: EntryFindings,
): Promise<boolean> {
  const isSelfSigned = certificate.issuerDer.equals(certificate.subjectDer);
  const issuer = formatName(certificate.issuerDer);
  const own = isSelfSigned ? publicKeyOf(certificate) : null;
  const keys = [...(own === null ? [] : [own]), ...registry.find(certificate.issuerDer).map(({ key }) => key)];
  const algorithm = identifySignatureAlgorithm(certificate.outerSignatureAlgorithmDer);
  if (algorithm === null) {
    findings.refuse(
      'signature-algorithm-unknown',
      'the signature on its certificate is of an algorithm that is not known here',
    );
    return false;
  }
  for (const key of keys)
    if (await verifySignature(key, algorithm, certificate.tbsDer, certificate.signature)) return true;
  if (keys.length > 0) {
    findings.refuse('bad-signature', `the signature on its certificate was not made by ${issuer}`);
    return false;
  }
  findings.accept('issuer-is-elsewhere', `its certificate was issued by ${issuer}, which is no authority here`);
  return true;
}

/** What became of each, in order. Throws CaError `internal` when another process has stored what does not go with them. */
export async function writeAuthorities(
  writer: ImportWriter,
  authorities: readonly JudgedAuthority[],
  formerAuthorities: readonly StoredAuthority[],
): Promise<{ readonly outcomes: readonly Outcome[]; readonly findings: readonly Finding[] }> {
  if (authorities.length + formerAuthorities.length === 0) return { outcomes: [], findings: [] };
  const stored = new Map((await writer.authorities.read()).map((authority) => [authority.id, authority]));
  for (const former of formerAuthorities)
    if (!stored.has(former.id)) {
      await writer.authorities.write(former);
      stored.set(former.id, former);
    }
  const outcomes: Outcome[] = [];
  for (const { fact, accepted } of authorities) {
    if (accepted !== null && !fitsAmong([...stored.values()], accepted, new EntryFindings(fact.provenance)))
      throw new CaError('internal', 'The authorities were changed meanwhile; try again', { subject: accepted.id });
    outcomes.push(accepted === null ? 'refused' : await writeAuthority(writer, accepted, stored));
  }
  return { outcomes, findings: [] };
}

async function writeAuthority(
  writer: ImportWriter,
  told: StoredAuthority,
  stored: Map<string, StoredAuthority>,
): Promise<Outcome> {
  const known = stored.get(told.id);
  // What was not told again stays: a source that does not hold the certificate does not take it away.
  const merged = known !== undefined && told.certificateDer === null ? { ...told, ...certificateOf(known) } : told;
  if (known !== undefined && isSameAuthority(known, merged)) return 'unchanged';
  await writer.authorities.write(merged);
  stored.set(merged.id, merged);
  if (merged.certificateDer !== null) await adoptFormer(writer, merged, stored);
  return known === undefined ? 'inserted' : 'updated';
}

const certificateOf = ({ subject, issuer, serialNumber, certificateDer }: StoredAuthority) => ({
  subject,
  issuer,
  serialNumber,
  certificateDer,
});

/** Whether `told` can be the same authority later on: renewed, even with another key, but under its name. */
function isSuccessor(known: StoredAuthority, told: StoredAuthority, noted: EntryFindings): boolean {
  if (known.certificateDer === null || told.certificateDer === null) return true;
  if (known.certificateDer.equals(told.certificateDer)) return true;
  const before = decodeCertificate(known.certificateDer, { rules: 'ber' });
  const after = decodeCertificate(told.certificateDer, { rules: 'ber' });
  if (!before.subjectDer.equals(after.subjectDer)) {
    noted.refuse('authority-name-differs', `it is recorded as ${known.subject}; ${told.subject} is another authority`);
    return false;
  }
  if (!before.subjectPublicKeyInfoDer.equals(after.subjectPublicKeyInfoDer))
    noted.accept('authority-rekeyed', `${told.subject} has another key than before`);
  return true;
}

function isSameAuthority(left: StoredAuthority, right: StoredAuthority): boolean {
  const { certificateDer: leftDer, ...leftRest } = left;
  const { certificateDer: rightDer, ...rightRest } = right;
  const isSameDer = leftDer === null || rightDer === null ? leftDer === rightDer : leftDer.equals(rightDer);
  return isSameDer && isDeepStrictEqual(leftRest, rightRest);
}

/** Certificates that came before the authority that issued them were put under a former one of the same name and key. */
async function adoptFormer(
  writer: ImportWriter,
  authority: StoredAuthority,
  stored: Map<string, StoredAuthority>,
): Promise<void> {
  for (const former of stored.values()) {
    if (!former.isFormer || former.id === authority.id || former.subject !== authority.subject) continue;
    if (former.certificateDer === null || authority.certificateDer === null) continue;
    const key = (certificateDer: Buffer) => decodeCertificate(certificateDer, { rules: 'ber' }).subjectPublicKeyInfoDer;
    if (!key(former.certificateDer).equals(key(authority.certificateDer))) continue;
    await writer.authorities.adopt(former.id, authority.id);
    stored.delete(former.id);
  }
}
