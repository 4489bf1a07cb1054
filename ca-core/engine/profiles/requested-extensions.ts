// Extensions as they come from a requester, brought into the form that Dogtag would put into a certificate, and kept in the record.
import { encodeConstructed, encodeExplicit, encodeNamedBits, openDer, tags } from '#codecs/der';
import {
  type CertificateExtension,
  decodeAuthorityKeyIdentifier,
  decodeBasicConstraints,
  decodeCertificatePolicies,
  decodeDistributionPoints,
  decodeExtKeyUsage,
  decodeGeneralNames,
  decodeInfoAccess,
  decodeNameConstraints,
  decodePolicyConstraints,
  decodePolicyMappings,
  decodePrivateKeyUsagePeriod,
  decodeSubjectDirectoryAttributes,
  decodeSubjectKeyIdentifier,
  encodeDistributionPoints,
  encodeExtension,
  encodeExtKeyUsage,
  encodeInfoAccess,
  extensionOids,
  readExtensions,
} from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { DraftExtension } from '../issuance/certificate-draft.ts';

type Reading = (valueDer: Buffer) => Uint8Array;

/** Reads a value for the sake of its errors, and keeps its bytes. */
const kept =
  (decode: (valueDer: Uint8Array) => unknown): Reading =>
  (valueDer) => {
    decode(valueDer);
    return valueDer;
  };

const points: Reading = (valueDer) => {
  // JSS prints "Big error" and goes on with an empty list when it cannot read this extension.
  try {
    return encodeDistributionPoints(decodeDistributionPoints(valueDer));
  } catch {
    return encodeDistributionPoints([]);
  }
};
const access: Reading = (valueDer) => encodeInfoAccess(decodeInfoAccess(valueDer));

/**
 * How JSS treats the extensions that it knows: it refuses the request when one cannot be read; most keep their bytes, some are written anew.
 * What it does not know is passed through, unless it is critical.
 */
const readings: Readonly<Record<string, Reading>> = {
  [extensionOids.subjectDirectoryAttributes]: kept(decodeSubjectDirectoryAttributes),
  [extensionOids.subjectKeyIdentifier]: kept(decodeSubjectKeyIdentifier),
  [extensionOids.keyUsage]: kept(readBitString),
  [extensionOids.privateKeyUsagePeriod]: kept(decodePrivateKeyUsagePeriod),
  [extensionOids.subjectAltName]: kept(decodeGeneralNames),
  [extensionOids.issuerAltName]: kept(decodeGeneralNames),
  [extensionOids.basicConstraints]: kept(decodeBasicConstraints),
  [extensionOids.nameConstraints]: kept(decodeNameConstraints),
  [extensionOids.cRLDistributionPoints]: points,
  [extensionOids.freshestCRL]: points,
  [extensionOids.certificatePolicies]: kept(decodeCertificatePolicies),
  [extensionOids.policyMappings]: kept(decodePolicyMappings),
  [extensionOids.authorityKeyIdentifier]: kept(decodeAuthorityKeyIdentifier),
  [extensionOids.policyConstraints]: kept(decodePolicyConstraints),
  [extensionOids.extKeyUsage]: (valueDer) => encodeExtKeyUsage(decodeExtKeyUsage(valueDer)),
  [extensionOids.authorityInfoAccess]: access,
  [extensionOids.subjectInfoAccess]: access,
  [extensionOids.ocspNoCheck]: (valueDer) => valueDer,
  [extensionOids.netscapeCertType]: (valueDer) => encodeNamedBits(openDer(valueDer).readNamedBits()),
  [extensionOids.netscapeComment]: kept((valueDer) => openDer(valueDer).readElement(tags.ia5String)),
};

function readBitString(valueDer: Uint8Array): void {
  openDer(valueDer).readBitString();
}

/** Throws CaError `malformed-request` when one cannot be read or is critical and unknown. */
export function acceptRequestedExtensions(extensions: readonly CertificateExtension[]): DraftExtension[] {
  return extensions.map(({ oid, critical, valueDer }) => {
    const reading = readings[oid];
    if (reading === undefined && critical) throw new CaError('malformed-request', 'Invalid Request');
    return { oid, critical, valueDer: reading === undefined ? valueDer : readOrRefuse(reading, valueDer) };
  });
}

function readOrRefuse(reading: Reading, valueDer: Buffer): Uint8Array {
  try {
    return reading(valueDer);
  } catch (error) {
    throw new CaError('malformed-request', 'Invalid Request', { cause: error });
  }
}

/** Bytes of the fact `req_extensions`: `[3] EXPLICIT Extensions`, as in a TBSCertificate. */
export function encodeRequestedExtensions(extensions: readonly DraftExtension[]): Buffer {
  return encodeExplicit(3, encodeConstructed(tags.sequence, extensions.map(encodeExtension)));
}

/** The fact back as extensions; without the tag as well, because Dogtag takes both. Throws DerError. */
export function decodeRequestedExtensions(bytes: Uint8Array): DraftExtension[] {
  const reader = openDer(bytes, { rules: 'ber' });
  return readExtensions(reader.findEntered(0xa3, 'extensions') ?? reader).map((extension) => ({ ...extension }));
}
