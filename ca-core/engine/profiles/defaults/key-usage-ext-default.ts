// keyUsage as configured (RFC 5280 section 4.2.1.3).
import { encodeNamedBits, openDer } from '#codecs/der';
import { extensionOids } from '#codecs/x509';
import { parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault } from '../extension-default.ts';
import { keyUsageValues } from '../key-usage-values.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor } from '../value-descriptor.ts';

const critical = 'keyUsageCritical';
const names = [critical, ...keyUsageValues.map(({ name }) => name)];

export const keyUsageExtDefault: DefaultClass = {
  classId: 'keyUsageExtDefaultImpl',
  className: 'KeyUsageExtDefault',
  compile: (parameters) => {
    const valueDer = encodeNamedBits(keyUsageValues.map(({ name }) => parameters.flag(name)));
    const shown = ['Criticality', ...keyUsageValues.map(({ label }) => label)].map(
      (label, index) => `${label}=${parameters.text(names[index] ?? '')}`,
    );
    return compileExtensionDefault({
      oid: extensionOids.keyUsage,
      text: `This default populates a Key Usage Extension (2.5.29.15) to the request. The default values are ${shown.join(', ')}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        ...keyUsageValues.map(({ name, description }) => ({ name, descriptor: flagDescriptor(description) })),
      ],
      parameterNames: names,
      create: () => ({ oid: extensionOids.keyUsage, critical: parameters.flag(critical), valueDer }),
      read: (name, extension) => {
        if (name === critical) return String(extension.critical);
        return String(openDer(extension.valueDer).readNamedBits()[bitOf(name)] === true);
      },
      absent: () => null,
      edit: (name, value, extension) => {
        const flag = parseJavaBoolean(value);
        if (name === critical) return { ...extension, critical: flag };
        const bits = openDer(extension.valueDer).readNamedBits();
        const edited = keyUsageValues.map((_, index) => (index === bitOf(name) ? flag : bits[index] === true));
        return { ...extension, valueDer: encodeNamedBits(edited) };
      },
    });
  },
};

function bitOf(name: string): number {
  return keyUsageValues.findIndex((value) => value.name === name);
}
