// Names for values that look alike, so that one cannot be passed for another.

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Certificate serial number, RFC 5280 section 4.1.2.2. Positive or, in old data, any INTEGER; hexadecimal or decimal only at edges. */
export type SerialNumber = Branded<bigint, 'SerialNumber'>;
/** Number of a request in the record (enrolment, renewal, revocation, release). */
export type RequestId = Branded<bigint, 'RequestId'>;
/** Name of a certificate profile, such as `caIPAserviceCert`. */
export type ProfileId = Branded<string, 'ProfileId'>;
/** UUID of an issuing authority; the host authority's is whatever the directory gave it. */
export type AuthorityId = Branded<string, 'AuthorityId'>;

export const serialNumber = (value: bigint): SerialNumber => value as SerialNumber;
export const requestId = (value: bigint): RequestId => value as RequestId;
export const profileId = (value: string): ProfileId => value as ProfileId;
export const authorityId = (value: string): AuthorityId => value as AuthorityId;
