// What must hold for every certificate, whatever its profile says: the last look at a TBSCertificate before a real signature.
import { isOneElement } from '#codecs/der';
import { decodeTbsCertificate, type TbsCertificate } from '#codecs/x509';
import type { CertificateDraft } from './certificate-draft.ts';

/** RFC 5280 section 4.1.2.2: positive and at most 20 octets, the sign bit included. */
const serialNumberMax = (1n << 159n) - 1n;
const validityYearsMax = 100;

/**
 * Reads the encoded TBSCertificate back and compares it with what was agreed, so that a fault in the encoder cannot be signed. Returns
 * what is wrong, in words fit for the requester; empty when it may be signed.
 */
export function checkTbsCertificate(
  tbsCertificateDer: Uint8Array,
  draft: CertificateDraft,
  serialNumber: bigint,
): readonly string[] {
  let tbs: TbsCertificate;
  try {
    tbs = decodeTbsCertificate(tbsCertificateDer);
  } catch (error) {
    return [`the certificate would not be readable: ${error instanceof Error ? error.message : 'unknown fault'}`];
  }
  return [
    ...checkSerialNumber(tbs, serialNumber),
    ...checkValidity(tbs, draft),
    ...checkNamesAndKey(tbs, draft),
    ...checkExtensions(tbs, draft),
  ];
}

function checkSerialNumber(tbs: TbsCertificate, expected: bigint): string[] {
  const findings: string[] = [];
  if (tbs.serialNumber !== expected) findings.push('serial number is not the reserved one');
  if (tbs.serialNumber <= 0n) findings.push('serial number is not positive');
  if (tbs.serialNumber > serialNumberMax) findings.push('serial number is longer than 20 octets');
  return findings;
}

function checkValidity(tbs: TbsCertificate, draft: CertificateDraft): string[] {
  const findings: string[] = [];
  const { notBefore, notAfter } = tbs;
  if (notBefore.getTime() !== draft.notBefore?.getTime()) findings.push('notBefore is not the agreed one');
  if (notAfter.getTime() !== draft.notAfter?.getTime()) findings.push('notAfter is not the agreed one');
  if (notAfter < notBefore) findings.push('notAfter is before notBefore');
  // Year 9999 is RFC 5280's own way of saying that a certificate has no expiry (section 4.1.2.5).
  const years = notAfter.getUTCFullYear() - notBefore.getUTCFullYear();
  if (years > validityYearsMax && notAfter.getUTCFullYear() !== 9999)
    findings.push(`validity is longer than ${validityYearsMax} years`);
  return findings;
}

function checkNamesAndKey(tbs: TbsCertificate, draft: CertificateDraft): string[] {
  const findings: string[] = [];
  if (tbs.version !== draft.version) findings.push('version is not the agreed one');
  if (!tbs.issuerDer.equals(draft.issuerDer)) findings.push('issuer is not the agreed one');
  if (draft.subjectDer === null || !tbs.subjectDer.equals(draft.subjectDer))
    findings.push('subject is not the agreed one');
  const { subjectPublicKeyInfoDer } = draft;
  if (subjectPublicKeyInfoDer === null || !tbs.subjectPublicKeyInfoDer.equals(subjectPublicKeyInfoDer))
    findings.push('public key is not the agreed one');
  return findings;
}

function checkExtensions(tbs: TbsCertificate, draft: CertificateDraft): string[] {
  const findings: string[] = [];
  const seen = new Set<string>();
  for (const [index, { oid, critical, valueDer }] of tbs.extensions.entries()) {
    if (seen.has(oid)) findings.push(`extension ${oid} occurs twice`);
    seen.add(oid);
    const agreed = draft.extensions[index];
    if (agreed?.oid !== oid || agreed.critical !== critical || !valueDer.equals(agreed.valueDer))
      findings.push(`extension ${oid} is not the agreed one`);
    if (!isOneElement(valueDer)) findings.push(`extension ${oid} holds no DER value`);
  }
  if (tbs.extensions.length !== draft.extensions.length) findings.push('an agreed extension is missing');
  return findings;
}

/** Only the frame: what is inside is the affair of the profile, and clients' own extensions may hold anything. */
