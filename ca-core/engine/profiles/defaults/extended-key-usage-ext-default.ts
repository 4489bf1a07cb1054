// extKeyUsage as configured (RFC 5280 section 4.2.1.12).
import { isObjectIdentifier } from '#codecs/der';
import { decodeExtKeyUsage, encodeExtKeyUsage, extensionOids } from '#codecs/x509';
import { notAnObjectIdentifier, parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault, invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

const critical = 'exKeyUsageCritical';
const purposes = 'exKeyUsageOIDs';

export const extendedKeyUsageExtDefault: DefaultClass = {
  classId: 'extendedKeyUsageExtDefaultImpl',
  className: 'ExtendedKeyUsageExtDefault',
  compile: (parameters) => {
    const oids = [...new Set(splitPurposes(parameters.text(purposes)))];
    const foreign = oids.find((oid) => !isObjectIdentifier(oid));
    const valueDer = foreign === undefined ? encodeExtKeyUsage(oids) : new Uint8Array();
    return compileExtensionDefault({
      oid: extensionOids.extKeyUsage,
      text: `This default populates an Extended Key Usage Extension () to the request. The default values are Criticality=${parameters.text(critical)}, OIDs=${parameters.text(purposes)}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: purposes, descriptor: textListDescriptor('Comma-Separated list of Object Identifiers') },
      ],
      parameterNames: [critical, purposes],
      create: () => {
        if (foreign !== undefined) throw notAnObjectIdentifier(foreign);
        return { oid: extensionOids.extKeyUsage, critical: parameters.flag(critical), valueDer };
      },
      read: (name, extension) =>
        name === critical ? String(extension.critical) : decodeExtKeyUsage(extension.valueDer).join(','),
      absent: (name) => (name === critical ? null : ''),
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        // An agent can add purposes, but not take any away.
        const added = splitPurposes(value ?? '');
        if (value === null || !added.every(isObjectIdentifier)) throw invalidProperty(name);
        const known = decodeExtKeyUsage(extension.valueDer);
        const fresh = [...new Set(added)].filter((oid) => !known.includes(oid));
        return { ...extension, valueDer: encodeExtKeyUsage([...known, ...fresh]) };
      },
    });
  },
};

function splitPurposes(text: string): string[] {
  return text.split(',').filter((oid) => oid !== '');
}
