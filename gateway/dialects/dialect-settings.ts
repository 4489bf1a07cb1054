// What this server tells clients about itself: they were written for one Dogtag and choose what they send by its words.
import { findJavaTimeZone, type JavaTimeZone, type LongDateForm } from '#codecs/dogtag-text';
import type { Clock } from '#platform';
import { type ReleaseTraits, traitsOfRelease } from './release.ts';

/** How keys are to be wrapped on their way to the key recovery authority (names as Dogtag's configuration has them). */
export interface KeyArchival {
  readonly mechanism: string;
  readonly encryptAlgorithm: string;
  readonly wrapAlgorithm: string;
  /** How the key that wraps is itself wrapped with RSA: towards the key recovery authority, and by this one (11.x); `RSA` by default. */
  readonly rsaWrapAlgorithm?: string;
  readonly authorityRsaWrapAlgorithm?: string;
  /** The certificate that keys are wrapped for, in base64 without line ends; absent where it is not known. */
  readonly transportCertificate?: string;
}

/** What of Dogtag clients can see. */
export interface ProductDescription {
  /** `Dogtag Certificate System`, or the name of a branded build. */
  readonly name: string;
  /** Version that clients know here, such as `10.10.2`; everything is answered as by that release. */
  readonly version: string;
  /** Shown at the foot of the container's error pages. */
  readonly containerName: string;
  readonly banner: string | null;
  /** Null without a key recovery authority. */
  readonly keyArchival: KeyArchival | null;
  /** How its Java machine joins day and time; told by the version when it is not known. */
  readonly longDates?: LongDateForm;
}

/** A plain Dogtag 10.10.2 on Debian. */
export const dogtag10: ProductDescription = {
  name: 'Dogtag Certificate System',
  version: '10.10.2',
  containerName: 'Apache Tomcat/9.0.43 (Debian)',
  banner: null,
  keyArchival: null,
};

/** A plain Dogtag 11.10.1, the newest that was looked at. */
export const dogtag11: ProductDescription = {
  ...dogtag10,
  version: '11.10.1',
  containerName: 'Apache Tomcat/9.0.122 (Debian)',
};

export interface DialectSettings {
  readonly clock: Clock;
  /** IANA name of the zone of the machine that Dogtag ran on, in which it printed dates. */
  readonly timeZone: string;
  readonly product: ProductDescription;
}

/** What handlers are given of the settings. */
export interface DialectContext {
  readonly clock: Clock;
  readonly zone: JavaTimeZone;
  readonly product: ProductDescription;
  /** What follows from the product's version. */
  readonly release: ReleaseTraits;
}

/** Throws RangeError for a time zone that Java does not know. */
export function readDialectSettings({ clock, timeZone, product }: DialectSettings): DialectContext {
  const zone = findJavaTimeZone(timeZone);
  if (zone === null) throw new RangeError(`unknown time zone ${timeZone}`);
  const release = traitsOfRelease(product.version);
  const longDates = product.longDates ?? (release.entities === 'jaxb' ? 'at' : 'comma');
  return { clock, zone: { ...zone, longDates }, product, release };
}
