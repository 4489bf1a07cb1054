// Signature algorithms by the names of Dogtag's profile language, with the AlgorithmIdentifier bytes that JSS writes for each (JSS AlgorithmId).
import {
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeSequence,
  openDer,
} from '#codecs/der';

/** Kinds of keys that sign, by the names that node:crypto has for them. */
export const signatureKeyKinds = [
  'rsa',
  'ec',
  'dsa',
  'ed25519',
  'ed448',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
] as const;
export type SignatureKeyKind = (typeof signatureKeyKinds)[number];
export type SignatureHash = 'md2' | 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export interface SignatureAlgorithm {
  /** Name in the profile language, such as `SHA256withRSA`. */
  readonly name: string;
  readonly oid: string;
  /** Which kind of key signs with it. */
  readonly keyKind: SignatureKeyKind;
  /** Null where the algorithm hashes by itself. */
  readonly hash: SignatureHash | null;
  /** Octets of salt for RSASSA-PSS, else null. */
  readonly pssSaltBytes: number | null;
  /** AlgorithmIdentifier as it stands in certificates and CRLs. */
  readonly der: Buffer;
}

type Parameters = 'null' | 'absent' | 'pss';
type Row = readonly [name: string, oid: string, SignatureKeyKind, SignatureHash | null, Parameters];

const pssOid = '1.2.840.113549.1.1.10';
const mgf1Oid = '1.2.840.113549.1.1.8';

// NULL for ecdsa-with-SHA1 contradicts RFC 5758 section 3.2, but is what JSS writes: it leaves parameters out for SHA-2 with EC only.
const rows: readonly Row[] = [
  ['SHA1withRSA', '1.2.840.113549.1.1.5', 'rsa', 'sha1', 'null'],
  ['SHA256withRSA', '1.2.840.113549.1.1.11', 'rsa', 'sha256', 'null'],
  ['SHA384withRSA', '1.2.840.113549.1.1.12', 'rsa', 'sha384', 'null'],
  ['SHA512withRSA', '1.2.840.113549.1.1.13', 'rsa', 'sha512', 'null'],
  // Nothing of today signs with it or verifies it; profiles may name it still, and their requests then come as far as the signature.
  ['MD2withRSA', '1.2.840.113549.1.1.2', 'rsa', 'md2', 'null'],
  ['MD5withRSA', '1.2.840.113549.1.1.4', 'rsa', 'md5', 'null'],
  ['SHA256withRSA/PSS', pssOid, 'rsa', 'sha256', 'pss'],
  ['SHA384withRSA/PSS', pssOid, 'rsa', 'sha384', 'pss'],
  ['SHA512withRSA/PSS', pssOid, 'rsa', 'sha512', 'pss'],
  ['SHA1withEC', '1.2.840.10045.4.1', 'ec', 'sha1', 'null'],
  ['SHA224withEC', '1.2.840.10045.4.3.1', 'ec', 'sha224', 'absent'],
  ['SHA256withEC', '1.2.840.10045.4.3.2', 'ec', 'sha256', 'absent'],
  ['SHA384withEC', '1.2.840.10045.4.3.3', 'ec', 'sha384', 'absent'],
  ['SHA512withEC', '1.2.840.10045.4.3.4', 'ec', 'sha512', 'absent'],
  ['SHA1withDSA', '1.2.840.10040.4.3', 'dsa', 'sha1', 'null'],
  ['Ed25519', '1.3.101.112', 'ed25519', null, 'absent'],
  ['Ed448', '1.3.101.113', 'ed448', null, 'absent'],
  ['ML-DSA-44', '2.16.840.1.101.3.4.3.17', 'ml-dsa-44', null, 'absent'],
  ['ML-DSA-65', '2.16.840.1.101.3.4.3.18', 'ml-dsa-65', null, 'absent'],
  ['ML-DSA-87', '2.16.840.1.101.3.4.3.19', 'ml-dsa-87', null, 'absent'],
];

const hashes: Readonly<Record<SignatureHash, { oid: string; bytes: number }>> = {
  md2: { oid: '1.2.840.113549.2.2', bytes: 16 },
  md5: { oid: '1.2.840.113549.2.5', bytes: 16 },
  sha1: { oid: '1.3.14.3.2.26', bytes: 20 },
  sha224: { oid: '2.16.840.1.101.3.4.2.4', bytes: 28 },
  sha256: { oid: '2.16.840.1.101.3.4.2.1', bytes: 32 },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', bytes: 48 },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', bytes: 64 },
};

/** Other spellings that JSS takes, besides an OID and `SHA256/RSA` for `SHA256withRSA`. */
const aliases: Readonly<Record<string, string>> = { SHAwithDSA: 'SHA1withDSA' };

/** All algorithms known here. */
export const signatureAlgorithms: readonly SignatureAlgorithm[] = rows.map(
  ([name, oid, keyKind, hash, parameters]) => ({
    name,
    oid,
    keyKind,
    hash,
    pssSaltBytes: parameters === 'pss' && hash !== null ? hashes[hash].bytes : null,
    der: encodeSequence(encodeObjectIdentifier(oid), ...encodeParameters(parameters, hash)),
  }),
);

const byName = new Map(
  signatureAlgorithms.flatMap((algorithm) => [
    [algorithm.name, algorithm] as const,
    [algorithm.name.replace(/^(SHA\d*|MD[25])with(RSA|EC|DSA)$/, '$1/$2'), algorithm] as const,
  ]),
);
const byDer = new Map(signatureAlgorithms.map((algorithm) => [algorithm.der.toString('latin1'), algorithm]));
const byOid = new Map(
  signatureAlgorithms.filter((algorithm) => algorithm.oid !== pssOid).map((algorithm) => [algorithm.oid, algorithm]),
);

/** The algorithm that a kind of key signs with where nobody has chosen: with SHA-256 where it needs a digest, by itself where it has one. */
export function usualSignatureAlgorithm(keyKind: SignatureKeyKind | null): string {
  const own = rows.find(([, , kind, hash]) => kind === keyKind && hash === null)?.[0];
  return own ?? (keyKind === 'ec' ? 'SHA256withEC' : 'SHA256withRSA');
}

/** The algorithm of that name (`SHA256withRSA`, `SHA256/RSA`, or its OID), or null. */
export function findSignatureAlgorithm(name: string): SignatureAlgorithm | null {
  return byName.get(aliases[name] ?? name) ?? byOid.get(name) ?? null;
}

/**
 * The algorithm that an AlgorithmIdentifier names, or null. Its parameters may be NULL or absent whatever the standard says; those of
 * RSASSA-PSS must be the ones that JSS writes, because others would need another way to verify. Throws DerError.
 */
export function identifySignatureAlgorithm(algorithmDer: Uint8Array): SignatureAlgorithm | null {
  const exact = byDer.get(Buffer.from(algorithmDer).toString('latin1'));
  if (exact !== undefined) return exact;
  const sequence = openDer(algorithmDer).enterSequence('AlgorithmIdentifier');
  const oid = sequence.readObjectIdentifier('algorithm');
  const algorithm = byOid.get(oid) ?? null;
  if (algorithm === null || sequence.isAtEnd) return algorithm;
  sequence.readNull('parameters');
  sequence.assertEnd('AlgorithmIdentifier');
  return algorithm;
}

/** Object identifier of a digest algorithm. */
export function signatureHashOid(hash: SignatureHash): string {
  return hashes[hash].oid;
}

/** The digest algorithm of that object identifier, or null. */
export function findSignatureHash(oid: string): SignatureHash | null {
  for (const [hash, row] of Object.entries(hashes)) if (row.oid === oid) return hash as SignatureHash;
  return null;
}

/** Name of the algorithm of an AlgorithmIdentifier as JSS prints it: `SHA256withRSA`, else `OID.1.2.3`. Throws DerError. */
export function formatSignatureAlgorithm(algorithmDer: Uint8Array): string {
  const algorithm = findQuietly(algorithmDer);
  if (algorithm !== null) return algorithm.name;
  return `OID.${openDer(algorithmDer).enterSequence('AlgorithmIdentifier').readObjectIdentifier('algorithm')}`;
}

function findQuietly(algorithmDer: Uint8Array): SignatureAlgorithm | null {
  try {
    return identifySignatureAlgorithm(algorithmDer);
  } catch {
    return null;
  }
}

function encodeParameters(parameters: Parameters, hash: SignatureHash | null): Buffer[] {
  if (parameters === 'absent') return [];
  if (parameters === 'null' || hash === null) return [encodeNull()];
  const hashAlgorithm = encodeSequence(encodeObjectIdentifier(hashes[hash].oid), encodeNull());
  // trailerField is its default and therefore absent.
  return [
    encodeSequence(
      encodeExplicit(0, hashAlgorithm),
      encodeExplicit(1, encodeSequence(encodeObjectIdentifier(mgf1Oid), hashAlgorithm)),
      encodeExplicit(2, encodeInteger(hashes[hash].bytes)),
    ),
  ];
}
