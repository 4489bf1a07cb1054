// Who signs a corpus: the recorded CA with its own throw-away key, and three issuers whose keys follow from the seed.
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodePkcs12 } from '#codecs/pkcs';
import {
  assembleCertificate,
  encodeNameText,
  encodeTbsCertificate,
  findSignatureAlgorithm,
  formatName,
  type TbsCertificateContent,
} from '#codecs/x509';
import { SeededNumbers } from './seeded-numbers.ts';
import { makeSeededRsaKey } from './seeded-rsa-key.ts';

export interface CorpusIssuer {
  readonly nameText: string;
  readonly nameDer: Buffer;
  readonly key: KeyObject;
}

export interface CorpusIssuers {
  readonly host: CorpusIssuer;
  /** A lightweight authority of the directory. */
  readonly subAuthority: CorpusIssuer;
  /** One that the directory no longer has, but for its certificate. */
  readonly formerAuthority: CorpusIssuer;
  /** One of whom the directory knows nothing. */
  readonly foreign: CorpusIssuer;
}

/** PKCS#1 v1.5, because it gives the same signature each time; it is Dogtag's default as well. */
const signatureAlgorithm = 'SHA256withRSA';

/** `authority` is the certificate whose key must be in the PKCS#12 file. Throws Pkcs12Error, or RangeError when the key is another. */
export function openCorpusIssuers(
  seed: number,
  authority: { readonly subjectDer: Buffer; readonly subjectPublicKeyInfoDer: Buffer },
  pkcs12File: string,
  password: string,
): CorpusIssuers {
  const { keys } = decodePkcs12(readFileSync(pkcs12File), password);
  const key = keys
    .map(({ pkcs8Der }) => createPrivateKey({ key: pkcs8Der, format: 'der', type: 'pkcs8' }))
    .find((candidate) => publicKeyInfoOf(candidate).equals(authority.subjectPublicKeyInfoDer));
  if (key === undefined) throw new RangeError(`${pkcs12File} does not hold the key of the CA in the directory`);
  const seeded = (name: string): CorpusIssuer => {
    const nameText = `CN=${name},OU=Corpus ${seed},O=EXAMPLE.TEST`;
    return { nameText, nameDer: encodeNameText(nameText), key: makeSeededRsaKey(new SeededNumbers(seed, 'key', name)) };
  };
  return {
    host: { nameText: formatName(authority.subjectDer), nameDer: authority.subjectDer, key },
    subAuthority: seeded('Corpus Sub-CA'),
    formerAuthority: seeded('Deleted Sub-CA'),
    foreign: seeded('Foreign CA'),
  };
}

/** SubjectPublicKeyInfo of an issuer's key. */
export function publicKeyInfoOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

/** Really signs; the issuer's name is put into the content. Throws DerError for content that lacks a part. */
export function issueCertificate(
  issuer: CorpusIssuer,
  content: Omit<TbsCertificateContent, 'issuerDer' | 'signatureAlgorithm'>,
  serialNumber: bigint,
): Buffer {
  const algorithm = findSignatureAlgorithm(signatureAlgorithm);
  if (algorithm === null) throw new RangeError(`${signatureAlgorithm} is unknown`);
  const tbsDer = encodeTbsCertificate({ ...content, issuerDer: issuer.nameDer, signatureAlgorithm }, serialNumber);
  return assembleCertificate(tbsDer, algorithm.der, sign(algorithm.hash, tbsDer, issuer.key));
}
