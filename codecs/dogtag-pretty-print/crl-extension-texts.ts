// Extensions of CRLs and of their entries.
import { formatJavaDate, type JavaTimeZone } from '#codecs/dogtag-text';
import {
  decodeCrlNumber,
  decodeDeltaCrlIndicator,
  decodeHoldInstructionCode,
  decodeInvalidityDate,
  decodeIssuingDistributionPoint,
  decodeReasonCode,
  extensionOids,
  formatGeneralName,
  formatRelativeDistinguishedName,
  type IssuingDistributionPoint,
  reasonFlagNames,
} from '#codecs/x509';
import type { ExtensionText } from './extension-text.ts';
import { hexLines, indent, yesNo } from './text-lines.ts';

/** Names of the revocation reasons in JSS, which are not those of RFC 5280. */
const revocationReasonTexts: Readonly<Record<number, string>> = {
  0: 'Unspecified',
  1: 'Key_Compromise',
  2: 'CA_Compromise',
  3: 'Affiliation_Changed',
  4: 'Superseded',
  5: 'Cessation_of_Operation',
  6: 'Certificate_Hold',
  8: 'Remove_from_CRL',
  9: 'Privilege_Withdrawn',
  10: 'AA_Compromise',
};
const holdInstructions: Readonly<Record<string, string>> = {
  '1.2.840.10040.2.1': 'None',
  '1.2.840.10040.2.2': 'Call Issuer',
  '1.2.840.10040.2.3': 'Reject',
};

/** One line of `label` and what `read` makes of the value. */
function line(label: string, read: (valueDer: Buffer, zone: JavaTimeZone) => string): ExtensionText['format'] {
  return (valueDer, spaces, zone) => `${indent(spaces + 4)}${label}${read(valueDer, zone)}\n`;
}

function formatIssuingDistributionPoint(valueDer: Buffer, spaces: number): string {
  const point = decodeIssuingDistributionPoint(valueDer);
  const reasons =
    point.onlySomeReasons === null
      ? ''
      : `${indent(spaces + 4)}Only Some Reasons: 0x${hexLines(reasonOctets(point), 0)}`;
  return (
    formatPointName(point, spaces) +
    `${indent(spaces + 4)}Only Contains User Certificates: ${yesNo(point.onlyContainsUserCerts)}\n` +
    `${indent(spaces + 4)}Only Contains CA Certificates: ${yesNo(point.onlyContainsCaCerts)}\n${reasons}` +
    `${indent(spaces + 4)}Indirect CRL: ${yesNo(point.indirectCrl)}\n`
  );
}

function formatPointName(point: IssuingDistributionPoint, spaces: number): string {
  if (point.name === null) return '';
  const heading = `${indent(spaces + 4)}Distribution Point: \n`;
  if (!('fullName' in point.name)) {
    const name = formatRelativeDistinguishedName(point.name.nameRelativeToCrlIssuer);
    return `${heading}${indent(spaces + 8)}Name Relative To CRL Issuer: ${name}\n`;
  }
  const names = point.name.fullName.map((name) => `${indent(spaces + 12)}${formatGeneralName(name)}\n`);
  return `${heading}${indent(spaces + 8)}Full Name: \n${names.join('')}`;
}

/** The bits as they stand in the encoding. */
function reasonOctets(point: IssuingDistributionPoint): Buffer {
  const octets = Buffer.alloc(2);
  for (const [index, name] of reasonFlagNames.entries()) {
    if (point.onlySomeReasons?.has(name)) octets.writeUInt16BE(octets.readUInt16BE() | (0x8000 >> index));
  }
  return octets.readUInt8(1) === 0 ? octets.subarray(0, 1) : octets;
}

export const crlExtensionTexts: Readonly<Record<string, ExtensionText>> = {
  [extensionOids.cRLNumber]: { title: 'CRL Number', format: line('Number: ', (der) => String(decodeCrlNumber(der))) },
  [extensionOids.deltaCRLIndicator]: {
    title: 'Delta CRL Indicator',
    format: line('Base CRL Number: ', (der) => String(decodeDeltaCrlIndicator(der))),
  },
  [extensionOids.reasonCode]: {
    title: 'Revocation Reason',
    format: line('Reason: ', (der) => revocationReasonTexts[decodeReasonCode(der)] ?? String(decodeReasonCode(der))),
  },
  [extensionOids.invalidityDate]: {
    title: 'Invalidity Date',
    format: line('Invalidity Date: ', (der, zone) => formatJavaDate(decodeInvalidityDate(der), zone)),
  },
  [extensionOids.holdInstructionCode]: {
    title: 'Hold Instruction Code',
    format: line('Hold Instruction Code: ', (der) => holdInstructions[decodeHoldInstructionCode(der)] ?? 'Invalid'),
  },
  [extensionOids.issuingDistributionPoint]: {
    title: 'Issuing Distribution Point',
    format: formatIssuingDistributionPoint,
  },
};
