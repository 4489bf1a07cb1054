// The self tests that a CA of Dogtag has, and what they ask of this one: that its authority is there, verifies, and is valid.
import { X509Certificate } from 'node:crypto';
import type { AuthorityDescription, RaClient } from '../../contract.ts';

export interface SelfTest {
  readonly id: string;
  readonly isRunAtStartup: boolean;
  /** Null when the authority passes, else why not. */
  check(authority: AuthorityDescription, now: Date): string | null;
}

/** In the order in which Dogtag lists them. */
export const selfTests: readonly SelfTest[] = [
  {
    id: 'CAValidity',
    isRunAtStartup: false,
    check: (authority, now) => {
      const { validFromDate, validToDate } = new X509Certificate(authority.certificateDer);
      if (now < validFromDate) return 'The CA certificate is not yet valid';
      return now > validToDate ? 'The CA certificate has expired' : null;
    },
  },
  {
    id: 'CAPresence',
    isRunAtStartup: true,
    check: ({ enabled }) => (enabled ? null : 'The CA is disabled'),
  },
  {
    id: 'SystemCertsVerification',
    isRunAtStartup: true,
    check: ({ certificateDer, chainDer, ready }) => {
      if (!ready) return 'The key of the CA certificate is not there';
      const certificate = new X509Certificate(certificateDer);
      const issuer = chainDer
        .map((der) => new X509Certificate(der))
        .find((one) => one.subject === certificate.issuer && certificate.verify(one.publicKey));
      // The chain of a CA whose root is not kept ends with it.
      return issuer === undefined && certificate.issuer === certificate.subject
        ? 'The CA certificate does not verify'
        : null;
    },
  },
];

/** In which they are run all together. */
export const selfTestRunOrder: readonly string[] = ['CAPresence', 'SystemCertsVerification', 'CAValidity'];

export function findSelfTest(id: string): SelfTest | null {
  return selfTests.find((test) => test.id === id) ?? null;
}

/** What is wrong; null when nothing is. Rejects with the authority's CaError when it cannot be asked. */
export async function runSelfTest(id: string, ra: RaClient, now: Date): Promise<string | null> {
  const test = findSelfTest(id);
  if (test === null) return `The self test plugin property named ${id} does not exist.`;
  return test.check(await ra.describeAuthority(null), now);
}
