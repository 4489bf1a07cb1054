// What a key may be used for and where more is to be learnt: usages, constraints, key identifiers, access information.

import { formatLongDay, type JavaTimeZone } from '#codecs/dogtag-text';
import {
  accessMethodOids,
  decodeAuthorityKeyIdentifier,
  decodeBasicConstraints,
  decodeExtKeyUsage,
  decodeInfoAccess,
  decodeKeyUsage,
  decodeNetscapeCertType,
  decodeNetscapeComment,
  decodePrivateKeyUsagePeriod,
  decodeSubjectKeyIdentifier,
  extensionOids,
  formatGeneralName,
  type KeyUsageName,
  type NetscapeCertTypeName,
} from '#codecs/x509';
import type { ExtensionText } from './extension-text.ts';
import type { PrintStyle } from './print-style.ts';
import { hexLines, indent, yesNo } from './text-lines.ts';

const keyUsageTexts: Readonly<Record<KeyUsageName, string>> = {
  digitalSignature: 'Digital Signature ',
  nonRepudiation: 'Non Repudiation ',
  keyEncipherment: 'Key Encipherment ',
  dataEncipherment: 'Data Encipherment ',
  keyAgreement: 'Key Agreement ',
  keyCertSign: 'Key CertSign ',
  cRLSign: 'Crl Sign ',
  encipherOnly: 'Encipher Only ',
  decipherOnly: 'Decipher Only ',
};
const certificateTypeTexts: Readonly<Record<NetscapeCertTypeName, string | null>> = {
  sslClient: 'SSL Client ',
  sslServer: 'SSL Server ',
  smime: 'Secure Email ',
  objectSigning: 'Object Signing ',
  reserved: null,
  sslCA: 'SSL CA ',
  smimeCA: 'Secure Email CA ',
  objectSigningCA: 'ObjectSigning CA ',
};
const ocspSigningOid = '1.3.6.1.5.5.7.3.9';
/** Purposes that JSS 5 names. */
const purposeNames: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.8.2.2': 'ipsec Intermediate System Usage',
  '1.3.6.1.5.5.7.3.17': 'ipsec Internet Key Exchange',
  [ocspSigningOid]: 'OCSPSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
};

/** Lines at the same indentation. */
const lines = (spaces: number, texts: readonly string[]): string =>
  texts.map((text) => `${indent(spaces)}${text}\n`).join('');

function formatKeyUsage(valueDer: Buffer, spaces: number): string {
  const usages = decodeKeyUsage(valueDer);
  const texts = Object.entries(keyUsageTexts).flatMap(([name, text]) =>
    usages.has(name as KeyUsageName) ? [text] : [],
  );
  return `${indent(spaces + 4)}Key Usage: \n${lines(spaces + 8, texts)}`;
}

function formatCertificateType(valueDer: Buffer, spaces: number): string {
  const types = decodeNetscapeCertType(valueDer);
  const texts = Object.entries(certificateTypeTexts).flatMap(([name, text]) =>
    text !== null && types.has(name as NetscapeCertTypeName) ? [text] : [],
  );
  return `${indent(spaces + 4)}Certificate Usage: \n${lines(spaces + 8, texts)}`;
}

function formatExtKeyUsage(valueDer: Buffer, spaces: number, _zone: JavaTimeZone, style: PrintStyle): string {
  const texts = decodeExtKeyUsage(valueDer).map((oid) => {
    if (style === 'jss-4') return oid === ocspSigningOid ? 'OCSPSigning' : oid;
    return Object.hasOwn(purposeNames, oid) ? `${purposeNames[oid]} - ${oid}` : oid;
  });
  return `${indent(spaces + 4)}Extended Key Usage: \n${lines(spaces + 8, texts)}`;
}

function formatInfoAccess(valueDer: Buffer, spaces: number): string {
  const texts = decodeInfoAccess(valueDer).flatMap((description, index) => {
    const method = description.methodOid === accessMethodOids.ocsp ? 'ocsp' : description.methodOid;
    return [`Method #${index}: ${method}`, `Location #${index}: ${formatGeneralName(description.location)}`];
  });
  return `${indent(spaces + 4)}Access Description: \n${lines(spaces + 8, texts)}`;
}

/** The octets stand at a fixed place, whatever the indentation. */
function formatSubjectKeyIdentifier(valueDer: Buffer, spaces: number): string {
  return `${indent(spaces + 4)}Key Identifier: \n${hexLines(decodeSubjectKeyIdentifier(valueDer), 24)}`;
}

function formatAuthorityKeyIdentifier(valueDer: Buffer, spaces: number): string {
  const { keyIdentifier, authorityCertIssuer, authorityCertSerialNumber } = decodeAuthorityKeyIdentifier(valueDer);
  const key =
    keyIdentifier === null ? '' : `${indent(spaces + 4)}Key Identifier: \n${hexLines(keyIdentifier, spaces + 8)}`;
  const names = (authorityCertIssuer ?? []).map((name) => `Authority Name: ${formatGeneralName(name)}`);
  const serial = authorityCertSerialNumber?.toString(16).toUpperCase();
  return key + lines(spaces + 4, serial === undefined ? names : [...names, `Serial Number: 0x${serial}`]);
}

function formatBasicConstraints(valueDer: Buffer, spaces: number): string {
  const { cA, pathLenConstraint } = decodeBasicConstraints(valueDer);
  return lines(spaces + 4, [`Is CA: ${yesNo(cA)}`, `Path Length Constraint: ${pathLenConstraint ?? 'UNLIMITED'}`]);
}

function formatPrivateKeyUsagePeriod(valueDer: Buffer, spaces: number, zone: JavaTimeZone): string {
  const { notBefore, notAfter } = decodePrivateKeyUsagePeriod(valueDer);
  const day = (date: Date | null): string => (date === null ? '' : formatLongDay(date, zone));
  const dates = lines(spaces + 8, [`Not Before: ${day(notBefore)}`, `Not  After: ${day(notAfter)}`]);
  return `${indent(spaces + 4)}Validity:\n${dates}`;
}

function formatComment(valueDer: Buffer, spaces: number): string {
  return `${indent(spaces + 4)}Comment :\n${indent(spaces + 4)}${decodeNetscapeComment(valueDer).trim()}\n\n`;
}

export const usageExtensionTexts: Readonly<Record<string, ExtensionText>> = {
  [extensionOids.keyUsage]: { title: 'Key Usage:', format: formatKeyUsage },
  [extensionOids.netscapeCertType]: { title: 'Netscape Certificate Type', format: formatCertificateType },
  [extensionOids.extKeyUsage]: { title: 'Extended Key Usage:', format: formatExtKeyUsage },
  [extensionOids.authorityInfoAccess]: { title: 'Authority Info Access:', format: formatInfoAccess },
  [extensionOids.subjectInfoAccess]: { title: 'Subject Info Access:', format: formatInfoAccess },
  [extensionOids.subjectKeyIdentifier]: { title: 'Subject Key Identifier', format: formatSubjectKeyIdentifier },
  [extensionOids.authorityKeyIdentifier]: { title: 'Authority Key Identifier', format: formatAuthorityKeyIdentifier },
  [extensionOids.basicConstraints]: { title: 'Basic Constraints', format: formatBasicConstraints },
  [extensionOids.privateKeyUsagePeriod]: { title: 'Private Key Usage:', format: formatPrivateKeyUsagePeriod },
  [extensionOids.netscapeComment]: { title: 'Netscape Comment', format: formatComment },
  [extensionOids.ocspNoCheck]: { title: 'OCSP NoCheck:', format: () => '' },
};
