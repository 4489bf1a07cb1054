// Values of extensions as one line of text, for reports that people read.
import {
  decodeAuthorityKeyIdentifier,
  decodeBasicConstraints,
  decodeExtKeyUsage,
  decodeGeneralNames,
  decodeInfoAccess,
  decodeKeyUsage,
  decodeNetscapeCertType,
  decodeNetscapeComment,
  decodeSubjectKeyIdentifier,
  extensionOids,
  formatGeneralName,
} from './extensions/index.ts';

const describers: Readonly<Record<string, (valueDer: Uint8Array) => string>> = {
  [extensionOids.keyUsage]: (der) => [...decodeKeyUsage(der)].join(', '),
  [extensionOids.extKeyUsage]: (der) => decodeExtKeyUsage(der).join(', '),
  [extensionOids.subjectAltName]: describeNames,
  [extensionOids.issuerAltName]: describeNames,
  [extensionOids.subjectKeyIdentifier]: (der) => decodeSubjectKeyIdentifier(der).toString('hex'),
  [extensionOids.authorityKeyIdentifier]: describeAuthorityKeyIdentifier,
  [extensionOids.basicConstraints]: describeBasicConstraints,
  [extensionOids.authorityInfoAccess]: describeInfoAccess,
  [extensionOids.subjectInfoAccess]: describeInfoAccess,
  [extensionOids.netscapeCertType]: (der) => [...decodeNetscapeCertType(der)].join(', '),
  [extensionOids.netscapeComment]: (der) => decodeNetscapeComment(der),
};

/** Text of a value, or its bytes in hexadecimal where it is of no known kind or cannot be decoded. Never throws. */
export function describeExtensionValue(oid: string, valueDer: Uint8Array): string {
  try {
    const describe = describers[oid];
    if (describe !== undefined) return describe(valueDer);
  } catch {
    // A value that cannot be decoded is shown as it is.
  }
  return Buffer.from(valueDer).toString('hex');
}

function describeNames(valueDer: Uint8Array): string {
  return decodeGeneralNames(valueDer).map(formatGeneralName).join(', ');
}

function describeAuthorityKeyIdentifier(valueDer: Uint8Array): string {
  const { keyIdentifier, authorityCertIssuer, authorityCertSerialNumber } = decodeAuthorityKeyIdentifier(valueDer);
  const parts: string[] = [];
  if (keyIdentifier !== null) parts.push(Buffer.from(keyIdentifier).toString('hex'));
  if (authorityCertIssuer !== null) parts.push(authorityCertIssuer.map(formatGeneralName).join(', '));
  if (authorityCertSerialNumber !== null) parts.push(`serial ${authorityCertSerialNumber}`);
  return parts.join(', ');
}

function describeBasicConstraints(valueDer: Uint8Array): string {
  const { cA, pathLenConstraint } = decodeBasicConstraints(valueDer);
  return `cA ${cA}${pathLenConstraint === null ? '' : `, path length ${pathLenConstraint}`}`;
}

function describeInfoAccess(valueDer: Uint8Array): string {
  return decodeInfoAccess(valueDer)
    .map(({ methodOid, location }) => `${methodOid} ${formatGeneralName(location)}`)
    .join(', ');
}
