// Names of key algorithms and curves in the profile language (JSS AlgorithmId, Dogtag CryptoUtil.ecOIDs).
import type { SubjectPublicKeyInfo } from '#codecs/x509';
import { hasChange } from './dogtag-version.ts';

const algorithmNames: Partial<Record<SubjectPublicKeyInfo['kind'], string>> = { rsa: 'RSA', ec: 'EC', dsa: 'DSA' };

/** `RSA`, `EC`, `DSA`, `ML-DSA-65`; `OID.1.2.3` for what the Dogtag of that version has no name for, as every Dogtag for Ed25519. */
export function keyAlgorithmName(key: SubjectPublicKeyInfo, dogtagVersion: string | undefined): string {
  const isKnown = numberedKey(key, dogtagVersion) !== null;
  return algorithmNames[key.kind] ?? (isKnown ? key.kind.toUpperCase() : `OID.${key.algorithmOid}`);
}

/** A family of keys whose members the profile language tells apart by the number at the end of their names. */
export interface NumberedKey {
  /** `keyType` of the key constraint. */
  readonly keyType: 'MLDSA' | 'MLKEM';
  /** `44`, `768`: stands where others have a length. */
  readonly parameter: string;
}

/** Null for every other key, and for all where the Dogtag of that version does not know the family. */
export function numberedKey({ kind }: SubjectPublicKeyInfo, dogtagVersion: string | undefined): NumberedKey | null {
  const [, family, parameter = ''] = /^ml-(dsa|kem)-(\d+)$/.exec(kind) ?? [];
  if (family === 'dsa' && hasChange(dogtagVersion, 'ml-dsa')) return { keyType: 'MLDSA', parameter };
  if (family === 'kem' && hasChange(dogtagVersion, 'ml-kem')) return { keyType: 'MLKEM', parameter };
  return null;
}

/** Length in bits as Dogtag counts it: an RSA modulus by whole octets. Null where it is not known. */
export function keyLength({ kind, bits }: SubjectPublicKeyInfo): number | null {
  return kind === 'rsa' && bits !== null ? Math.ceil(bits / 8) * 8 : bits;
}

/** By OID; the names that profiles may use for a curve, in the order in which they are shown. */
const curves: Readonly<Record<string, readonly string[]>> = {
  '1.2.840.10045.3.1.7': ['nistp256', 'secp256r1'],
  '1.3.132.0.34': ['nistp384', 'secp384r1'],
  '1.3.132.0.35': ['nistp521', 'secp521r1'],
  '1.3.132.0.1': ['sect163k1', 'nistk163'],
  '1.3.132.0.2': ['sect163r1'],
  '1.3.132.0.15': ['sect163r2', 'nistb163'],
  '1.3.132.0.24': ['sect193r1'],
  '1.3.132.0.25': ['sect193r2'],
  '1.3.132.0.26': ['sect233k1', 'nistk233'],
  '1.3.132.0.27': ['sect233r1', 'nistb233'],
  '1.3.132.0.3': ['sect239k1'],
  '1.3.132.0.16': ['sect283k1', 'nistk283'],
  '1.3.132.0.17': ['sect283r1', 'nistb283'],
  '1.3.132.0.36': ['sect409k1', 'nistk409'],
  '1.3.132.0.37': ['sect409r1', 'nistb409'],
  '1.3.132.0.38': ['sect571k1', 'nistk571'],
  '1.3.132.0.39': ['sect571r1', 'nistb571'],
  '1.3.132.0.9': ['secp160k1'],
  '1.3.132.0.8': ['secp160r1'],
  '1.3.132.0.30': ['secp160r2'],
  '1.3.132.0.31': ['secp192k1'],
  '1.2.840.10045.3.1.1': ['secp192r1', 'nistp192', 'prime192v1'],
  '1.3.132.0.32': ['secp224k1'],
  '1.3.132.0.33': ['secp224r1', 'nistp224'],
  '1.3.132.0.10': ['secp256k1'],
  '1.2.840.10045.3.1.2': ['prime192v2'],
  '1.2.840.10045.3.1.3': ['prime192v3'],
  '1.2.840.10045.3.1.4': ['prime239v1'],
  '1.2.840.10045.3.1.5': ['prime239v2'],
  '1.2.840.10045.3.1.6': ['prime239v3'],
  '1.2.840.10045.3.0.1': ['c2pnb163v1'],
  '1.2.840.10045.3.0.2': ['c2pnb163v2'],
  '1.2.840.10045.3.0.3': ['c2pnb163v3'],
  '1.2.840.10045.3.0.4': ['c2pnb176v1'],
  '1.2.840.10045.3.0.5': ['c2tnb191v1'],
  '1.2.840.10045.3.0.6': ['c2tnb191v2'],
  '1.2.840.10045.3.0.7': ['c2tnb191v3'],
  '1.2.840.10045.3.0.10': ['c2pnb208w1'],
  '1.2.840.10045.3.0.11': ['c2tnb239v1'],
  '1.2.840.10045.3.0.12': ['c2tnb239v2'],
  '1.2.840.10045.3.0.13': ['c2tnb239v3'],
  '1.2.840.10045.3.0.16': ['c2pnb272w1'],
  '1.2.840.10045.3.0.17': ['c2pnb304w1'],
  '1.2.840.10045.3.0.19': ['c2pnb368w1'],
  '1.2.840.10045.3.0.20': ['c2tnb431r1'],
};

/** Empty for an unknown curve, and for a key without a named one. */
export function curveNames(curveOid: string | null): readonly string[] {
  return curveOid === null ? [] : (curves[curveOid] ?? []);
}
