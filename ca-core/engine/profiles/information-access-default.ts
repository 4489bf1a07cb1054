// What the defaults for authorityInfoAccess and subjectInfoAccess have in common: numbered access descriptions.
import { isObjectIdentifier } from '#codecs/der';
import { type AccessDescription, accessMethodOids, decodeInfoAccess, encodeInfoAccess } from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { DraftExtension } from '../issuance/certificate-draft.ts';
import { type ClassParameters, parseJavaBoolean } from './class-parameters.ts';
import { encodeOrNull } from './draft-extensions.ts';
import { compileExtensionDefault, invalidProperty } from './extension-default.ts';
import { GeneralNameTextError, generalNameParts, parseGeneralNameText } from './general-name-text.ts';
import type { DefaultClass } from './profile-class.ts';
import type { ProfileEnvironment } from './profile-environment.ts';
import { printRecords, readEditedRecords } from './record-text.ts';
import { flagDescriptor, textListDescriptor } from './value-descriptor.ts';

export interface InformationAccessNames {
  readonly classId: string;
  readonly className: string;
  readonly oid: string;
  /** Beginning of all parameter and value names. */
  readonly prefix: string;
  readonly introduction: string;
  /** The location of an OCSP description that has none, made of the installation's. */
  readonly emptyOcspLocation: (ocspUrl: string) => string;
  /** More descriptions than that count as one. */
  readonly countMax: number;
}

const countByDefault = 1;

export function informationAccessDefault(names: InformationAccessNames): DefaultClass {
  const { oid, prefix } = names;
  const critical = `${prefix}Critical`;
  const generalNames = `${prefix}GeneralNames`;
  return {
    classId: names.classId,
    className: names.className,
    compile: (parameters, environment) => {
      const count = parameters.wholeNumber(`${prefix}NumADs`) ?? countByDefault;
      const length = Math.max(count > names.countMax ? countByDefault : count, 0);
      const indexes = Array.from({ length }, (_, index) => index);
      const extension = createExtension(names, parameters, environment, indexes);
      const shown = indexes.map((index) => describeRow(parameters, prefix, index)).join('');
      return compileExtensionDefault({
        oid,
        text: `${names.introduction} Criticality=${parameters.text(critical)}, ${shown}`,
        values: [
          { name: critical, descriptor: flagDescriptor('Criticality') },
          { name: generalNames, descriptor: textListDescriptor('General Names') },
        ],
        parameterNames: [
          critical,
          `${prefix}NumADs`,
          ...indexes.flatMap((index) => [
            `${prefix}ADMethod_${index}`,
            `${prefix}ADLocationType_${index}`,
            `${prefix}ADLocation_${index}`,
            `${prefix}ADEnable_${index}`,
          ]),
        ],
        create: () => extension,
        read: (name, present) =>
          name === critical ? String(present.critical) : printDescriptions(present, indexes.length),
        absent: (name) => (name === critical ? null : ''),
        edit: (name, value, present) =>
          name === critical
            ? { ...present, critical: parseJavaBoolean(value) }
            : { ...present, valueDer: encodeEdited(name, value) },
      });
    },
  };
}

function describeRow(parameters: ClassParameters, prefix: string, index: number): string {
  const text = (name: string) => parameters.text(`${prefix}${name}_${index}`);
  return `Record #${index}{Method:${text('ADMethod')},Location Type:${text('ADLocationType')},Location:${text('ADLocation')},Enable:${text('ADEnable')}}`;
}

/** Descriptions up to the first that Dogtag cannot make sense of; it goes on with those before it. */
function createExtension(
  names: InformationAccessNames,
  parameters: ClassParameters,
  environment: ProfileEnvironment,
  indexes: readonly number[],
): DraftExtension | null {
  const { oid, prefix } = names;
  const descriptions: AccessDescription[] = [];
  for (const index of indexes) {
    if (parameters.text(`${prefix}ADEnable_${index}`) !== 'true') continue;
    const methodOid = parameters.text(`${prefix}ADMethod_${index}`);
    const kind = parameters.text(`${prefix}ADLocationType_${index}`) || 'URIName';
    let location = parameters.text(`${prefix}ADLocation_${index}`);
    if (location === '' && methodOid === accessMethodOids.ocsp)
      location = names.emptyOcspLocation(environment.defaultOcspUrl);
    try {
      const name = parseGeneralNameText(`${kind}:${location}`);
      if (name === null) continue;
      if (!isObjectIdentifier(methodOid)) break;
      descriptions.push({ methodOid, location: name });
    } catch (error) {
      if (error instanceof GeneralNameTextError) break;
      throw error;
    }
  }
  const valueDer = encodeOrNull(() => encodeInfoAccess(descriptions));
  return valueDer === null ? null : { oid, critical: parameters.flag(`${prefix}Critical`), valueDer };
}

function printDescriptions(extension: DraftExtension, count: number): string {
  const descriptions = decodeInfoAccess(extension.valueDer);
  return printRecords(
    Array.from({ length: count }, (_, index) => {
      const description = descriptions[index];
      if (description === undefined) {
        return [
          ['Method', ''],
          ['Location Type', ''],
          ['Location', ''],
          ['Enable', 'false'],
        ];
      }
      const { kind, value } = generalNameParts(description.location);
      return [
        ['Method', description.methodOid],
        ['Location Type', kind],
        ['Location', value],
        ['Enable', 'true'],
      ];
    }),
  );
}

// A record that leaves a line out takes over that of the record before it, because Dogtag never clears them.
function encodeEdited(name: string, text: string | null): Uint8Array {
  const descriptions: AccessDescription[] = [];
  const fields = new Map<string, string>();
  for (const record of readEditedRecords(name, text)) {
    for (const [field, value] of record) fields.set(field, value);
    if (fields.get('Enable') !== 'true') continue;
    const location = locationOrRefuse(name, fields);
    const methodOid = fields.get('Method');
    if (methodOid === undefined) continue;
    if (!isObjectIdentifier(methodOid)) {
      throw new CaError(
        'malformed-edit',
        `Invalid input parameter for method: ${methodOid}. The value should be in OID format, 1.3.6.1.5.5.7.48.1 for OCSP and 1.3.6.1.5.5.7.48.2 for CA Issuers`,
      );
    }
    descriptions.push({ methodOid, location });
  }
  const valueDer = encodeOrNull(() => encodeInfoAccess(descriptions));
  if (valueDer === null) throw invalidProperty(name);
  return valueDer;
}

function locationOrRefuse(name: string, fields: ReadonlyMap<string, string>) {
  const kind = fields.get('Location Type') ?? 'null';
  try {
    const location = parseGeneralNameText(`${kind}:${fields.get('Location') ?? 'null'}`);
    if (location === null) throw invalidProperty(kind);
    return location;
  } catch (error) {
    if (error instanceof GeneralNameTextError) throw invalidProperty(name);
    throw error;
  }
}
