// What of Dogtag's version number decides how it answers: one setting, and everything that follows from it.
import type { PrintStyle } from '#codecs/dogtag-pretty-print';

export interface ReleaseTraits {
  /** How REST entities are written: by JAXB in 10.x, by Jackson from 11.0 on. */
  readonly entities: 'jaxb' | 'jackson';
  /** Whether there is version 2 of the REST interface. */
  readonly hasVersion2: boolean;
  /** Whether version 1 says of itself that it will go. */
  readonly deprecatesVersion1: boolean;
  /** The servlets that clients read before they know anything: getStatus and getCertChain. */
  readonly bootstrapAnswers: 'xml' | 'json';
  /** What stands in the place of the content that a certificate chain in PKCS#7 does not have. */
  readonly chainContent: 'empty' | 'absent';
  /** Which library prints certificates for people. */
  readonly prettyPrint: PrintStyle;
  /** Whether guarded paths forbid shared caches by an expiry date, too. */
  readonly expiresGuardedPaths: boolean;
  /** Whether an OCSP request for a certificate of nobody's is answered `unknown`, rather than not at all. */
  readonly answersUnknownCertificates: boolean;
  /** Whether pages of listCerts are told by their places in the list, rather than by numbers of certificates. */
  readonly listsByPosition: boolean;
}

/** What version 1 of the REST interface says of itself on every answer where it is deprecated. */
export const deprecationHeaders = {
  Deprecation: 'true',
  Link: '<https://github.com/dogtagpki/pki/wiki/REST-API-v2>; rel="alternate"',
} as const;

/** The traits of a version such as `10.10.2`; digits that are missing count as zero. */
export function traitsOfRelease(version: string): ReleaseTraits {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const isAtLeast = (otherMajor: number, otherMinor: number) =>
    major > otherMajor || (major === otherMajor && minor >= otherMinor);
  const isLater = isAtLeast(11, 0);
  return {
    entities: isLater ? 'jackson' : 'jaxb',
    hasVersion2: isAtLeast(11, 6),
    deprecatesVersion1: isAtLeast(11, 10),
    bootstrapAnswers: isLater ? 'json' : 'xml',
    chainContent: isLater ? 'absent' : 'empty',
    prettyPrint: isLater ? 'jss-5' : 'jss-4',
    expiresGuardedPaths: !isLater,
    answersUnknownCertificates: isLater,
    listsByPosition: isAtLeast(11, 5),
  };
}
