// Looks again at signatures that the intake has judged once: what is in the record may have been changed there since.
import type { KeyObject } from 'node:crypto';
import type { ImportLedger } from '#ca-core/engine';
import {
  type Certificate,
  type CertificateList,
  decodeCertificate,
  decodeCertificateList,
  formatName,
  identifySignatureAlgorithm,
} from '#codecs/x509';
import { IssuerRegistry, isAuthorityCertificate, publicKeyOf } from './issuer-registry.ts';
import { reasonOf } from './judgement.ts';
import { verifySignature } from './verify-signature.ts';

type Signed = Certificate | CertificateList;

/** Another process may add an authority meanwhile; whoever finds no issuer looks again, but not for each of a million certificates. */
const lookAgainMs = 2_000;
/** Issuers that the registry was asked about and does not know; more of them are forgotten and asked for again. */
const strangersMax = 1_000;

/** See Intake.checkSignature. Any number of checks may run at once: the work is on the thread pool. */
export class SignatureChecker {
  readonly #registry: IssuerRegistry;
  #loading: Promise<void> | null = null;
  #loadedAtMs = 0;
  #strangers = 0;

  constructor(ledger: Pick<ImportLedger, 'readAuthorities' | 'findBySubject'>) {
    this.#registry = new IssuerRegistry(ledger);
  }

  async check(kind: 'certificate' | 'crl', der: Uint8Array): Promise<string | null> {
    let signed: Signed;
    try {
      signed = kind === 'certificate' ? decodeTolerantly(der) : decodeCertificateList(der, { rules: 'ber' });
    } catch (error) {
      return `cannot be read: ${reasonOf(error)}`;
    }
    this.#loading ??= this.#load();
    await this.#loading;
    if (await this.#isGood(signed)) return null;
    if (performance.now() - this.#loadedAtMs > lookAgainMs) {
      this.#loading = this.#load();
      await this.#loading;
      if (await this.#isGood(signed)) return null;
    }
    return this.#explain(signed);
  }

  async #load(): Promise<void> {
    this.#loadedAtMs = performance.now();
    try {
      await this.#registry.load();
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  async #isGood(signed: Signed): Promise<boolean> {
    for (const key of this.#knownKeys(signed.issuerDer)) if (await isSignedWith(key, signed)) return true;
    // Issuers that are no authority here: sub-CAs that were deleted, and roots that sign for themselves.
    if (this.#strangers++ % strangersMax === strangersMax - 1) await this.#load();
    const recorded = isName(signed.issuerDer) ? await this.#registry.findCandidates(signed.issuerDer) : [];
    const candidates = [...ownIssuer(signed), ...recorded];
    for (const candidate of candidates) {
      const key = publicKeyOf(candidate);
      if (key !== null && (await isSignedWith(key, signed))) return true;
    }
    return false;
  }

  #knownKeys(issuerDer: Buffer): readonly KeyObject[] {
    const known = this.#registry.find(issuerDer);
    return (known.length > 0 ? known : this.#registry.findByText(nameOf(issuerDer))).map(({ key }) => key);
  }

  #explain({ issuerDer, outerSignatureAlgorithmDer }: Signed): string {
    const issuer = nameOf(issuerDer);
    if (identifyQuietly(outerSignatureAlgorithmDer) === null)
      return 'is signed with an algorithm that is not known here';
    if (this.#knownKeys(issuerDer).length > 0) return `was not signed by ${issuer}`;
    return `names as its issuer ${issuer}, of whom there is no certificate`;
  }
}

async function isSignedWith(
  key: KeyObject,
  { outerSignatureAlgorithmDer, tbsDer, signature }: Signed,
): Promise<boolean> {
  const algorithm = identifyQuietly(outerSignatureAlgorithmDer);
  return algorithm !== null && (await verifySignature(key, algorithm, tbsDer, signature));
}

function ownIssuer(signed: Signed): Certificate[] {
  if (!('subjectDer' in signed)) return [];
  return signed.issuerDer.equals(signed.subjectDer) && isAuthorityCertificate(signed) ? [signed] : [];
}

function decodeTolerantly(certificateDer: Uint8Array): Certificate {
  try {
    return decodeCertificate(certificateDer);
  } catch {
    return decodeCertificate(certificateDer, { rules: 'ber' });
  }
}

function identifyQuietly(algorithmDer: Uint8Array) {
  try {
    return identifySignatureAlgorithm(algorithmDer);
  } catch {
    return null;
  }
}

function isName(nameDer: Uint8Array): boolean {
  try {
    formatName(nameDer);
    return true;
  } catch {
    return false;
  }
}

function nameOf(nameDer: Uint8Array): string {
  try {
    return formatName(nameDer);
  } catch {
    return 'a name that cannot be read';
  }
}
