// subjectAltName from patterns, such as `$request.requestor_email$` (RFC 5280 section 4.2.1.6).
import { decodeGeneralNames, encodeGeneralNames, extensionOids, type GeneralName } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { CertificateDraft } from '../../issuance/certificate-draft.ts';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { addExtension, deleteExtension, encodeOrNull, findExtension, replaceExtension } from '../draft-extensions.ts';
import { invalidProperty } from '../extension-default.ts';
import { GeneralNameTextError, generalNameLine, isValidAlone, parseGeneralNameText } from '../general-name-text.ts';
import { type Pattern, parsePattern } from '../pattern.ts';
import type { DefaultClass } from '../profile-class.ts';
import type { RequestContext } from '../request-context.ts';
import { expandForRequest } from '../request-pattern.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

const critical = 'subjAltNameExtCritical';
const generalNames = 'subjAltNames';
const countByDefault = 1;
const countLimit = 100;
const { subjectAltName: oid } = extensionOids;

interface NamePattern {
  readonly kind: Pattern;
  readonly value: Pattern;
  /** Where the value comes from, if not from the pattern. */
  readonly source: string;
}

export const subjectAltNameExtDefault: DefaultClass = {
  classId: 'subjectAltNameExtDefaultImpl',
  className: 'SubjectAltNameExtDefault',
  compile: (parameters) => {
    const count = Math.max(parameters.count('subjAltNameNumGNs', countByDefault, countLimit), 0);
    const indexes = Array.from({ length: count }, (_, index) => index);
    const patterns = compilePatterns(parameters, indexes);
    const shown = indexes.map((index) => describeRow(parameters, index)).join('');
    return {
      text: `This default populates a Subject Alternative Name Extension (2.5.29.17) to the request. The default values are Criticality=${parameters.text(critical)}, ${shown}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: generalNames, descriptor: textListDescriptor('General Names') },
      ],
      parameterNames: [
        critical,
        'subjAltNameNumGNs',
        ...indexes.flatMap((index) => [
          `subjAltExtType_${index}`,
          `subjAltExtPattern_${index}`,
          `subjAltExtGNEnable_${index}`,
        ]),
      ],
      populate: (request) => {
        const names = expandNames(patterns, request);
        const valueDer = names.length === 0 ? null : encodeOrNull(() => encodeGeneralNames(names));
        if (valueDer !== null) addExtension(request.draft, { oid, critical: parameters.flag(critical), valueDer });
      },
      readValue: (name, { draft }) => {
        const extension = findExtension(draft, oid);
        if (extension === null) return null;
        if (name === critical) return String(extension.critical);
        return decodeGeneralNames(extension.valueDer).map(generalNameLine).join('\r\n');
      },
      setValue: (name, value, draft) => {
        const extension = findExtension(draft, oid);
        if (extension === null) return;
        if (name === critical) replaceExtension(draft, { ...extension, critical: parseJavaBoolean(value) });
        else setNames(draft, extension.critical, value);
      },
    };
  },
};

function compilePatterns(parameters: ClassParameters, indexes: readonly number[]): NamePattern[] {
  return indexes
    .filter((index) => parameters.text(`subjAltExtGNEnable_${index}`) === 'true')
    .map((index) => ({
      kind: parameters.pattern(`subjAltExtType_${index}`),
      // An empty pattern becomes a space, which then makes a name without content.
      value: parsePattern(parameters.text(`subjAltExtPattern_${index}`) || ' '),
      source: parameters.text(`subjAltExtSource_${index}`),
    }));
}

function describeRow(parameters: ClassParameters, index: number): string {
  const text = (name: string) => parameters.text(`${name}_${index}`);
  return `Record #${index}{Pattern:${text('subjAltExtPattern')},Pattern Type:${text('subjAltExtType')},Enable:${text('subjAltExtGNEnable')}}`;
}

/** Names of all patterns that come to something; none at all when one of them cannot be read. */
function expandNames(patterns: readonly NamePattern[], request: RequestContext): GeneralName[] {
  const names: GeneralName[] = [];
  for (const { kind, value, source } of patterns) {
    // Names of another source (UUID4) are prepared by Dogtag and then lost, because their kind is not filled in.
    if (source !== '') continue;
    const text = expandForRequest(value, request);
    const kindText = expandForRequest(kind, request);
    // An input that was left empty leaves its own name behind, which must not become a name in the certificate.
    if (text === '' || text.startsWith('$request.req_san_pattern_')) continue;
    try {
      const name = parseGeneralNameText(`${kindText}:${text}`);
      if (name === null) continue;
      if (!isValidAlone(name)) {
        throw new CaError('malformed-request', `Not valid for Subject Alternative Name: ${kindText}:${text}`);
      }
      names.push(name);
    } catch (error) {
      if (!(error instanceof GeneralNameTextError)) throw error;
      if (error.escapingMessage !== null) throw new CaError('malformed-request', error.escapingMessage);
      return [];
    }
  }
  return names;
}

// Lines that are no name are passed over; when no name is left, the extension goes.
function setNames(draft: CertificateDraft, isCritical: boolean, text: string | null): void {
  if (text === null) throw invalidProperty(generalNames);
  const names: GeneralName[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    if (line.slice(line.indexOf(':') + 1).trim() === '' || !line.includes(':')) continue;
    const name = nameOrRefuse(line);
    if (name === null) continue;
    if (!isValidAlone(name)) throw invalidProperty(generalNames);
    names.push(name);
  }
  if (names.length === 0) {
    deleteExtension(draft, oid);
    return;
  }
  const valueDer = encodeOrNull(() => encodeGeneralNames(names));
  if (valueDer === null) throw invalidProperty(generalNames);
  replaceExtension(draft, { oid, critical: isCritical, valueDer });
}

function nameOrRefuse(line: string): GeneralName | null {
  try {
    return parseGeneralNameText(line);
  } catch (error) {
    if (error instanceof GeneralNameTextError) throw invalidProperty(generalNames);
    throw error;
  }
}
