// What this server tells clients about itself: they were written for one Dogtag and choose what they send by its words.
import { findJavaTimeZone, type JavaTimeZone } from '#codecs/dogtag-text';
import type { Clock } from '#platform';

/** How keys are to be wrapped on their way to the key recovery authority (names as Dogtag's configuration has them). */
export interface KeyArchival {
  readonly mechanism: string;
  readonly encryptAlgorithm: string;
  readonly wrapAlgorithm: string;
}

/** What of Dogtag clients can see. */
export interface ProductDescription {
  /** `Dogtag Certificate System`, or the name of a branded build. */
  readonly name: string;
  /** Version that clients know here, such as `10.10.2`. */
  readonly version: string;
  /** Shown at the foot of the container's error pages. */
  readonly containerName: string;
  readonly banner: string | null;
  /** Null without a key recovery authority. */
  readonly keyArchival: KeyArchival | null;
}

/** A plain Dogtag 10.10.2 on Debian. */
export const dogtag10: ProductDescription = {
  name: 'Dogtag Certificate System',
  version: '10.10.2',
  containerName: 'Apache Tomcat/9.0.43 (Debian)',
  banner: null,
  keyArchival: null,
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
}

/** Throws RangeError for a time zone that Java does not know. */
export function readDialectSettings({ clock, timeZone, product }: DialectSettings): DialectContext {
  const zone = findJavaTimeZone(timeZone);
  if (zone === null) throw new RangeError(`unknown time zone ${timeZone}`);
  return { clock, zone, product };
}
