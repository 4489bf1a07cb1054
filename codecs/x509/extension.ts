// The frame around every extension of certificates, CRLs and CRL entries (RFC 5280 section 4.2): OID, criticality, value.
import {
  DerError,
  type DerReader,
  encodeBoolean,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  tags,
} from '#codecs/der';

export interface CertificateExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** Content of extnValue, still DER. */
  readonly valueDer: Buffer;
}

const extensionsMax = 1024;

/** Extensions from `SEQUENCE OF Extension`, next in `reader`. An explicit FALSE for critical is let pass. Throws DerError. */
export function readExtensions(reader: DerReader): CertificateExtension[] {
  const sequence = reader.enterSequence('extensions');
  const extensions: CertificateExtension[] = [];
  while (!sequence.isAtEnd) {
    if (extensions.length >= extensionsMax) throw new DerError(`more than ${extensionsMax} extensions`);
    const extension = sequence.enterSequence('extension');
    const oid = extension.readObjectIdentifier('extnID');
    const critical = extension.peekTag() === tags.boolean ? extension.readBoolean('critical') : false;
    const valueDer = extension.readOctetString('extnValue');
    extension.assertEnd('extension');
    extensions.push({ oid, critical, valueDer });
  }
  return extensions;
}

/** One Extension; critical is written only when true. */
export function encodeExtension(extension: {
  readonly oid: string;
  readonly critical: boolean;
  readonly valueDer: Uint8Array;
}): Buffer {
  const oid = encodeObjectIdentifier(extension.oid);
  const value = encodeOctetString(extension.valueDer);
  return extension.critical ? encodeSequence(oid, encodeBoolean(true), value) : encodeSequence(oid, value);
}

/** The first extension with this OID, or null. */
export function findExtension<E extends { readonly oid: string }>(extensions: readonly E[], oid: string): E | null {
  return extensions.find((extension) => extension.oid === oid) ?? null;
}
