// basicConstraints as configured (RFC 5280 section 4.2.1.9).
import { parseJavaInteger } from '#codecs/dogtag-text';
import { encodeBasicConstraints, extensionOids } from '#codecs/x509';
import { readBasicConstraints } from '../basic-constraints-reading.ts';
import { notANumber, parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault, invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor, integerDescriptor } from '../value-descriptor.ts';

const critical = 'basicConstraintsCritical';
const isCaName = 'basicConstraintsIsCA';
const pathLengthName = 'basicConstraintsPathLen';

export const basicConstraintsExtDefault: DefaultClass = {
  classId: 'basicConstraintsExtDefaultImpl',
  className: 'BasicConstraintsExtDefault',
  compile: (parameters) => {
    const pathLengthText = parameters.text(pathLengthName);
    const pathLength = pathLengthText === '' ? -1 : parseJavaInteger(pathLengthText);
    const valueDer = encode(parameters.flag(isCaName), pathLength ?? -1);
    return compileExtensionDefault({
      oid: extensionOids.basicConstraints,
      text: `This default populates a Basic Constraints Extension (2.5.29.19) to the request. The default values are Criticality=${parameters.text(critical)}, Is CA=${parameters.text(isCaName)}, Path Length=${pathLengthText}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: isCaName, descriptor: flagDescriptor('Is CA', 'true') },
        { name: pathLengthName, descriptor: integerDescriptor('Path Length', '-1') },
      ],
      parameterNames: [critical, isCaName, pathLengthName],
      create: () => {
        if (pathLength === null) throw notANumber(pathLengthText);
        return { oid: extensionOids.basicConstraints, critical: parameters.flag(critical), valueDer };
      },
      read: (name, extension) => {
        if (name === critical) return String(extension.critical);
        const reading = readBasicConstraints(extension.valueDer);
        return name === isCaName ? String(reading.isCa) : String(reading.pathLength);
      },
      absent: () => null,
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        const reading = readBasicConstraints(extension.valueDer);
        if (name === isCaName) {
          return { ...extension, valueDer: encode(parseJavaBoolean(value), reading.pathLength) };
        }
        const edited = parseJavaInteger(value ?? '');
        if (edited === null) throw invalidProperty(name);
        return { ...extension, valueDer: encode(reading.isCa, edited) };
      },
    });
  },
};

function encode(isCa: boolean, pathLength: number): Buffer {
  return encodeBasicConstraints({ cA: isCa, pathLenConstraint: pathLength < 0 ? null : pathLength });
}
