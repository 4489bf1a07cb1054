// Netscape's certificate type as configured.
import { encodeNamedBits, openDer } from '#codecs/der';
import { extensionOids } from '#codecs/x509';
import { parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor } from '../value-descriptor.ts';

const critical = 'nsCertCritical';

/** Bit 4 is reserved. */
const bits: readonly { readonly name: string; readonly label: string; readonly bit: number }[] = [
  { name: 'nsCertSSLClient', label: 'SSL Client', bit: 0 },
  { name: 'nsCertSSLServer', label: 'SSL Server', bit: 1 },
  { name: 'nsCertEmail', label: 'Email', bit: 2 },
  { name: 'nsCertObjectSigning', label: 'Object Signing', bit: 3 },
  { name: 'nsCertSSLCA', label: 'SSL CA', bit: 5 },
  { name: 'nsCertEmailCA', label: 'Email CA', bit: 6 },
  { name: 'nsCertObjectSigningCA', label: 'Object Signing CA', bit: 7 },
];
const names = [critical, ...bits.map(({ name }) => name)];

export const nsCertTypeExtDefault: DefaultClass = {
  classId: 'nsCertTypeExtDefaultImpl',
  className: 'NSCertTypeExtDefault',
  compile: (parameters) => {
    const shown = [['Criticality', critical], ...bits.map(({ label, name }) => [label, name])];
    const configured = bits.reduce((octet, { name, bit }) => withBit(octet, bit, parameters.flag(name)), 0);
    return compileExtensionDefault({
      oid: extensionOids.netscapeCertType,
      text: `This default populates a Netscape Certificate Type Extension (2.16.840.1.113730.1.1) to the request. The default values are ${shown.map(([label, name = '']) => `${label}=${parameters.text(name)}`).join(', ')}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        ...bits.map(({ name, label }) => ({ name, descriptor: flagDescriptor(label) })),
      ],
      parameterNames: names,
      create: () => ({
        oid: extensionOids.netscapeCertType,
        critical: parameters.flag(critical),
        valueDer: encodeType(configured),
      }),
      read: (name, extension) =>
        String(name === critical ? extension.critical : hasBit(readType(extension.valueDer), bitOf(name))),
      absent: () => null,
      edit: (name, value, extension) => {
        const flag = parseJavaBoolean(value);
        if (name === critical) return { ...extension, critical: flag };
        return { ...extension, valueDer: encodeType(withBit(readType(extension.valueDer), bitOf(name), flag)) };
      },
    });
  },
};

function bitOf(name: string): number {
  return bits.find((candidate) => candidate.name === name)?.bit ?? 0;
}

function hasBit(octet: number, bit: number): boolean {
  return (octet & (0x80 >> bit)) !== 0;
}

function withBit(octet: number, bit: number, flag: boolean): number {
  return flag ? octet | (0x80 >> bit) : octet & ~(0x80 >> bit);
}

function encodeType(octet: number): Buffer {
  return encodeNamedBits(Array.from({ length: 8 }, (_, bit) => hasBit(octet, bit)));
}

function readType(valueDer: Uint8Array): number {
  return openDer(valueDer, { rules: 'ber' }).readBitString().bits[0] ?? 0;
}
