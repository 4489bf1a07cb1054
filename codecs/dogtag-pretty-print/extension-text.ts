// One extension in the pretty print: its name, OID and criticality, and what is inside where Dogtag knows it (JSS ExtPrettyPrint).
import { DerError } from '#codecs/der';
import type { JavaTimeZone } from '#codecs/dogtag-text';
import type { CertificateExtension } from '#codecs/x509';
import { crlExtensionTexts } from './crl-extension-texts.ts';
import { nameExtensionTexts } from './name-extension-texts.ts';
import { policyExtensionTexts } from './policy-extension-texts.ts';
import type { PrintStyle } from './print-style.ts';
import { hexLines, indent, yesNo } from './text-lines.ts';
import { usageExtensionTexts } from './usage-extension-texts.ts';

/** How one kind of extension is printed. */
export interface ExtensionText {
  /** With the colon or without, exactly as Dogtag has it. */
  readonly title: string;
  /** Lines under the criticality; `spaces` is the indentation of the extension itself, `zone` that of dates. Throws DerError. */
  readonly format: (valueDer: Buffer, spaces: number, zone: JavaTimeZone, style: PrintStyle) => string;
}

const known: Readonly<Record<string, ExtensionText>> = {
  ...usageExtensionTexts,
  ...nameExtensionTexts,
  ...policyExtensionTexts,
  ...crlExtensionTexts,
};
/** Known to Dogtag by name, but printed as octets. */
const namedOnly: Readonly<Record<string, string>> = { '2.16.840.1.113730.1.15': 'CertificateRenewalWindow' };

export function formatExtension(
  extension: CertificateExtension,
  spaces: number,
  zone: JavaTimeZone,
  style: PrintStyle = 'jss-4',
): string {
  const kind = Object.hasOwn(known, extension.oid) ? known[extension.oid] : undefined;
  const inside = kind === undefined ? null : formatInside(kind, extension.valueDer, spaces, zone, style);
  if (kind === undefined || inside === null) return formatUnknown(extension, spaces);
  return `${indent(spaces)}Identifier: ${kind.title} - ${extension.oid}\n${criticality(extension, spaces)}${inside}`;
}

/** Null for a value that cannot be read; Dogtag would not have taken such a certificate, so there is nothing to imitate. */
function formatInside(
  kind: ExtensionText,
  valueDer: Buffer,
  spaces: number,
  zone: JavaTimeZone,
  style: PrintStyle,
): string | null {
  try {
    return kind.format(valueDer, spaces, zone, style);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

function formatUnknown(extension: CertificateExtension, spaces: number): string {
  const name = namedOnly[extension.oid];
  const title = name === undefined ? extension.oid : ` ${name} - ${extension.oid}`;
  const value = `${indent(spaces + 4)}Value: \n${hexLines(extension.valueDer, spaces + 8)}`;
  return `${indent(spaces)}Identifier: ${title}\n${criticality(extension, spaces)}${value}`;
}

function criticality(extension: CertificateExtension, spaces: number): string {
  return `${indent(spaces + 4)}Critical: ${yesNo(extension.critical)}\n`;
}
