// An extension as Dogtag prints it into the message about a duplicate one (toString of the JSS classes). Classes that misconfigured
// profiles are likely to repeat are printed in full; the others by OID and criticality.
import { openDer } from '#codecs/der';
import { decodeGeneralNames, extensionOids, keyUsageNames } from '#codecs/x509';
import type { DraftExtension } from '../issuance/certificate-draft.ts';
import { readBasicConstraints } from './basic-constraints-reading.ts';
import { generalNameLine } from './general-name-text.ts';

const keyUsageTexts: Readonly<Record<(typeof keyUsageNames)[number], string>> = {
  digitalSignature: 'DigitalSignature',
  nonRepudiation: 'Non_repudiation',
  keyEncipherment: 'Key_Encipherment',
  dataEncipherment: 'Data_Encipherment',
  keyAgreement: 'Key_Agreement',
  keyCertSign: 'Key_CertSign',
  cRLSign: 'Crl_Sign',
  encipherOnly: 'Encipher_Only',
  decipherOnly: 'Decipher_Only',
};

export function describeExtension(extension: DraftExtension): string {
  const start = `ObjectId: ${extension.oid} Criticality=${extension.critical}\n`;
  switch (extension.oid) {
    case extensionOids.keyUsage: {
      const bits = openDer(extension.valueDer).readNamedBits();
      const lines = keyUsageNames
        .filter((_, index) => bits[index] === true)
        .map((name) => `  ${keyUsageTexts[name]}\n`);
      return `${start}KeyUsage [\n${lines.join('')}]\n`;
    }
    case extensionOids.basicConstraints: {
      const { isCa, pathLength } = readBasicConstraints(extension.valueDer);
      return `${start}BasicConstraints:[\nCA:${isCa}\nPathLen${pathLength < 0 ? ': undefined' : `:${pathLength}`}\n]\n`;
    }
    case extensionOids.subjectAltName:
      return `${start}SubjectAlternativeName [\n${namesText(extension)}]\n`;
    case extensionOids.issuerAltName:
      return `${start}IssuerAlternativeName [\n${namesText(extension)}]\n`;
    case extensionOids.extKeyUsage:
    case extensionOids.ocspNoCheck:
      return `oid=${extension.oid} ${extension.critical ? 'critical=true' : ''} val=${signedOctets(extension.valueDer)}`;
    case extensionOids.cRLDistributionPoints:
      return 'CRLDistributionPoints';
    case extensionOids.freshestCRL:
      return 'FreshestCRL';
    case extensionOids.netscapeComment:
      return '';
    default:
      return start;
  }
}

function namesText(extension: DraftExtension): string {
  const names = decodeGeneralNames(extension.valueDer).map((name) =>
    name.kind === 'directoryName' ? generalNameLine(name).replace('DirectoryName: ', '') : generalNameLine(name),
  );
  return `[${names.join(', ')}]`;
}

// Java's bytes have a sign.
function signedOctets(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => `${(octet << 24) >> 24} `).join('');
}
