// The entries of a CRL by their places, eight octets each: whoever wants some of hundreds of thousands need not decode and order the others.
import { openDer } from '#codecs/der';
import type { CertificateList } from './certificate-list.ts';
import { hashSerialNumber, orderByHash } from './order-revoked-certificates.ts';
import { type RevokedCertificate, readRevokedCertificate } from './revoked-certificate.ts';

export interface RevokedCertificateIndex {
  readonly count: number;
  /** From place `start` up to before `end` in the order of `orderRevokedCertificates`, as far as there are any. Throws DerError at a broken entry. */
  entries(start: number, end: number): IterableIterator<RevokedCertificate>;
  /** Whether the certificate of this number is listed. */
  includes(serialNumber: bigint): boolean;
}

const entriesAtOnce = 1000;

/** Yields after every thousand entries, so that the caller can do something else meanwhile. Throws DerError. */
export function* indexRevokedCertificates({
  der,
  revokedCertificatesDer,
}: Pick<CertificateList, 'der' | 'revokedCertificatesDer'>): Generator<undefined, RevokedCertificateIndex, undefined> {
  const [offsetsAsListed, hashesAsListed]: [number[], number[]] = [[], []];
  for (const entryDer of revokedCertificatesDer()) {
    offsetsAsListed.push(entryDer.byteOffset - der.byteOffset);
    hashesAsListed.push(hashSerialNumber(readSerialNumber(entryDer)));
    if (offsetsAsListed.length % entriesAtOnce === 0) yield;
  }
  const places = orderByHash(Int32Array.from(hashesAsListed));
  const offsets = Uint32Array.from(places, (place) => offsetsAsListed[place] ?? 0);
  const hashes = Int32Array.from(places, (place) => hashesAsListed[place] ?? 0);
  return {
    count: offsets.length,
    entries: function* (start, end) {
      for (const offset of offsets.subarray(start, Math.max(start, end)))
        yield readRevokedCertificate(openDer(der.subarray(offset), { rules: 'ber' }));
    },
    includes: (serialNumber) => {
      const hash = hashSerialNumber(serialNumber);
      for (let place = hashes.indexOf(hash); place >= 0; place = hashes.indexOf(hash, place + 1))
        if (readSerialNumber(der.subarray(offsets[place])) === serialNumber) return true;
      return false;
    },
  };
}

function readSerialNumber(entryDer: Uint8Array): bigint {
  return openDer(entryDer, { rules: 'ber' }).enterSequence('revoked certificate').readInteger('userCertificate');
}
