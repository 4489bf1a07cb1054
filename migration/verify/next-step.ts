// What somebody who is told of a difference can do about it.

const takeOver = 'run retag import, which takes over what Dogtag says, and verify again';
const derived = 'the record was changed: restore it from a backup, or import into an empty data folder';
const byPart: Readonly<Record<string, string>> = {
  missing: 'run retag import, which takes it in or says why it has to refuse it, and verify again',
  unreadable: 'mend the entry in the directory, run retag import and verify again',
  repeated: 'see which of the two entries Dogtag means and remove the other one from the directory',
  signature:
    'find the bytes that were signed (its owner has them, and so has a backup of the directory) and put them in their place; until then nobody can prove this certificate',
};
const byKindAndPart: Readonly<Record<string, string>> = {
  'certificate subject': derived,
  'certificate issuer': derived,
  'certificate notBefore': derived,
  'certificate notAfter': derived,
  'certificate key': derived,
  'certificate extra':
    'look for it in a backup of the directory, from which it has gone; the record keeps it, and nothing here removes it',
  'request extra':
    'look for it in a backup of the directory, from which it has gone; the record keeps it, and nothing here removes it',
  'crl highest number': takeOver,
  'crl crlDer': takeOver,
  'crl signature': "have Dogtag make the CRL anew (updateCRL on its agent's pages), run retag import and verify again",
  'crl missing in the CRL':
    "have Dogtag make the CRL anew (updateCRL on its agent's pages), run retag import and verify again; if it is still missing, see who revoked it in the record (retag audit verify)",
  'crl extra in the CRL': 'run retag import, so that the record learns of the revocation, and verify again',
  'crl entry': "have Dogtag make the CRL anew (updateCRL on its agent's pages), run retag import and verify again",
};
const extraName = 'run retag import, which removes here what Dogtag no longer has, and verify again';

/** For kinds as in a verification, `crl` for CRLs. */
export function nextStepFor(kind: string, part: string): string {
  const special = `${kind} ${part}`;
  if (Object.hasOwn(byKindAndPart, special)) return byKindAndPart[special] ?? takeOver;
  if (part === 'extra') return extraName;
  return Object.hasOwn(byPart, part) ? (byPart[part] ?? takeOver) : takeOver;
}

/** For two certificates under one number; each problem is null where the signature is good. */
export function nextStepForBytes(sourceProblem: string | null, recordProblem: string | null): string {
  if (sourceProblem === null && recordProblem !== null) return derived;
  if (sourceProblem !== null && recordProblem === null)
    return 'the directory was changed: put the bytes of the record, which are the signed ones, back into its entry';
  if (sourceProblem === null)
    return 'two certificates were issued under one number: find out who uses which, and revoke the number at Dogtag';
  return 'neither copy is what was signed: restore both from backups';
}
