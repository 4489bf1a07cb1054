// The TBSCertList of a full CRL with the content of Dogtag's MasterCRL: version 2, authority key identifier, CRL number, and for each
// entry its reason (unless unspecified) and invalidity date. Entries are encoded in slices, so that other work goes on meanwhile.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  encodeAuthorityKeyIdentifier,
  encodeCrlNumber,
  encodeTbsCertList,
  extensionOids,
  type RevokedCertificate,
  RevokedCertificatesEncoder,
} from '#codecs/x509';
import type { Revocation, SerialNumber } from '../model/index.ts';

export interface CrlContent {
  /** Name of the authority, exactly as in its certificate. */
  readonly issuerDer: Uint8Array;
  readonly authorityKeyIdentifier: Uint8Array;
  /** Name in the profile language. */
  readonly signatureAlgorithm: string;
  readonly crlNumber: bigint;
  readonly thisUpdate: Date;
  /** Null leaves the field out. */
  readonly nextUpdate: Date | null;
}

export interface CrlEntry {
  readonly serialNumber: SerialNumber;
  readonly revocation: Revocation;
  readonly notAfter: Date;
}

export interface BuiltCrl {
  readonly tbsCertListDer: Buffer;
  readonly entryCount: number;
}

const entriesPerTurn = 1000;

/** What a CRL of that moment says of a revoked certificate; null for one that had expired by then, which is left out unless told otherwise, as Dogtag does. */
export function crlEntryOf(
  { serialNumber, revocation, notAfter }: CrlEntry,
  thisUpdate: Date,
  includeExpired = false,
): RevokedCertificate | null {
  if (!includeExpired && notAfter < thisUpdate) return null;
  const { revokedAt: revocationDate, reason: reasonCode, invalidityDate } = revocation;
  return { serialNumber, revocationDate, reasonCode, invalidityDate };
}

export async function buildCrl(
  content: CrlContent,
  revokedCertificates: AsyncIterable<readonly CrlEntry[]>,
  includeExpired = false,
): Promise<BuiltCrl> {
  const entries = new RevokedCertificatesEncoder();
  for await (const batch of revokedCertificates) {
    for (const [index, revoked] of batch.entries()) {
      const entry = crlEntryOf(revoked, content.thisUpdate, includeExpired);
      if (entry !== null) entries.add(entry);
      if (index % entriesPerTurn === entriesPerTurn - 1) await nextTurn();
    }
  }
  const tbsCertListDer = encodeTbsCertList({
    ...content,
    revokedCertificates: entries,
    extensions: listExtensions(content),
  });
  return { tbsCertListDer, entryCount: entries.count };
}

function listExtensions({ authorityKeyIdentifier, crlNumber }: CrlContent) {
  const identifier = {
    keyIdentifier: authorityKeyIdentifier,
    authorityCertIssuer: null,
    authorityCertSerialNumber: null,
  };
  return [
    { oid: extensionOids.authorityKeyIdentifier, critical: false, valueDer: encodeAuthorityKeyIdentifier(identifier) },
    { oid: extensionOids.cRLNumber, critical: false, valueDer: encodeCrlNumber(crlNumber) },
  ];
}
