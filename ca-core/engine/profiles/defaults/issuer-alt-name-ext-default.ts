// issuerAltName from a pattern (RFC 5280 section 4.2.1.7).
import { decodeGeneralNames, encodeGeneralNames, extensionOids, type GeneralName } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { parseJavaBoolean } from '../class-parameters.ts';
import { encodeOrNull } from '../draft-extensions.ts';
import { compileExtensionDefault, invalidProperty } from '../extension-default.ts';
import { GeneralNameTextError, generalNameLine, isValidAlone, parseGeneralNameText } from '../general-name-text.ts';
import type { DefaultClass } from '../profile-class.ts';
import { expandForRequest } from '../request-pattern.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

const critical = 'issuerAltNameExtCritical';
const kindName = 'issuerAltExtType';
const patternName = 'issuerAltExtPattern';
const generalNames = 'issuerAltNames';
const { issuerAltName: oid } = extensionOids;

export const issuerAltNameExtDefault: DefaultClass = {
  classId: 'issuerAltNameExtDefaultImpl',
  className: 'IssuerAltNameExtDefault',
  compile: (parameters) => {
    const pattern = parameters.pattern(patternName);
    const kind = parameters.text(kindName);
    return compileExtensionDefault({
      oid,
      text: `This default populates a Issuer Alternative Name Extension (2.5.29.18) to the request. The default values are Criticality=${parameters.text(critical)}, Pattern=${parameters.text(patternName)}, Pattern Type=${kind}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: generalNames, descriptor: textListDescriptor('General Names') },
      ],
      parameterNames: [critical, kindName, patternName],
      create: (request) => {
        const value = request === null ? '' : expandForRequest(pattern, request);
        const names = parameters.text(patternName) === '' ? [] : createNames(kind, value);
        // Dogtag writes an extension without content, and can then no longer read the certificate that it is putting together.
        if (names.length === 0) throw parameters.unsupported(patternName, 'makes no name');
        return withNames(names);
      },
      read: (name, extension) =>
        name === critical
          ? String(extension.critical)
          : decodeGeneralNames(extension.valueDer).map(generalNameLine).join('\r\n'),
      absent: (name) => (name === critical ? null : ''),
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        if (value === null) throw invalidProperty(name);
        return value === '' ? 'delete' : (withNames(readNames(name, value)) ?? 'keep');
      },
    });
  },
};

// New names make the extension uncritical, whatever is configured: JSS forgets the criticality when it writes them.
function withNames(names: readonly GeneralName[]) {
  const valueDer = names.length === 0 ? null : encodeOrNull(() => encodeGeneralNames(names));
  return valueDer === null ? null : { oid, critical: false, valueDer };
}

function createNames(kind: string, value: string): GeneralName[] {
  const text = `${kind}:${value}`;
  let name: GeneralName | null;
  try {
    name = parseGeneralNameText(text);
  } catch (error) {
    if (!(error instanceof GeneralNameTextError)) throw error;
    const message = error.escapingMessage ?? `addExtension: extension '${oid}' is null`;
    throw new CaError('malformed-request', message, { cause: error });
  }
  if (name === null) return [];
  if (!isValidAlone(name)) throw new CaError('malformed-request', `Not valid for Issuer Alternative Name: ${text}`);
  return [name];
}

function readNames(valueName: string, value: string): GeneralName[] {
  const names: GeneralName[] = [];
  for (const line of value.split(/[\r\n]+/)) {
    try {
      const name = line === '' ? null : parseGeneralNameText(line);
      if (name === null) continue;
      if (!isValidAlone(name)) throw invalidProperty(valueName);
      names.push(name);
    } catch (error) {
      if (error instanceof GeneralNameTextError) throw invalidProperty(valueName);
      throw error;
    }
  }
  return names;
}
