// Any extension, its content given in hexadecimal.
import { isObjectIdentifier } from '#codecs/der';
import { CaError } from '../../errors.ts';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault } from '../extension-default.ts';
import type { Pattern } from '../pattern.ts';
import type { DefaultClass } from '../profile-class.ts';
import type { RequestContext } from '../request-context.ts';
import { expandForRequest } from '../request-pattern.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

const critical = 'genericExtCritical';
const oidName = 'genericExtOID';
const dataName = 'genericExtData';

export const genericExtDefault: DefaultClass = {
  classId: 'genericExtDefaultImpl',
  className: 'GenericExtDefault',
  compile: (parameters) => {
    const oid = parameters.text(oidName);
    const data = parameters.pattern(dataName);
    return compileExtensionDefault({
      oid,
      text: `This default populates a Generic Extension to the request. The default values are Criticality=${parameters.text(critical)}, OID=${oid}, Value=${parameters.text(dataName)}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: dataName, descriptor: textListDescriptor('Extension Value') },
      ],
      parameterNames: [critical, oidName, dataName],
      create: (request) => ({
        oid: objectIdentifierOrRefuse(oid),
        critical: parameters.flag(critical),
        valueDer: dataOf(data, request, parameters),
      }),
      read: (name, extension) =>
        name === critical ? String(extension.critical) : Buffer.from(extension.valueDer).toString('hex'),
      absent: (name) => (name === critical ? null : ''),
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        const valueDer = findOctets(value ?? '');
        if (valueDer !== null) return { ...extension, valueDer };
        // Dogtag passes over what is no hexadecimal, but not over half an octet.
        if (value === null || value === '' || value.length % 2 !== 0)
          throw new CaError('malformed-edit', 'EnrollDefault: setValue(): request.setExtData() failed');
        return 'keep';
      },
    });
  },
};

function dataOf(data: Pattern, request: RequestContext | null, parameters: ClassParameters): Buffer {
  const octets = findOctets(request === null ? parameters.text(dataName) : expandForRequest(data, request));
  if (octets === null) throw stumbled();
  return octets;
}

function objectIdentifierOrRefuse(oid: string): string {
  // One number alone is read, and the second missed when it is written.
  if (/^[+-]?\d+$/.test(oid)) throw new CaError('malformed-request', 'Index 1 out of bounds for length 1');
  if (!isObjectIdentifier(oid)) throw stumbled();
  return oid;
}

/** Dogtag fails with an error that has no text; clients are shown the word that Java puts in its place. */
function stumbled(): CaError {
  return new CaError('malformed-request', 'null');
}

function findOctets(text: string): Buffer | null {
  return /^(?:[0-9A-Fa-f]{2})+$/.test(text) ? Buffer.from(text, 'hex') : null;
}
