// What the defaults for cRLDistributionPoints and freshestCRL have in common: numbered points with name, reasons and issuer.
import {
  type DistributionPoint,
  decodeDistributionPoints,
  encodeDistributionPoints,
  formatRelativeDistinguishedName,
  type GeneralName,
  NameSyntaxError,
  parseName,
  type ReasonFlagName,
} from '#codecs/x509';
import type { DraftExtension } from '../issuance/certificate-draft.ts';
import { type ClassParameters, parseJavaBoolean } from './class-parameters.ts';
import { assertAbsent, encodeOrNull } from './draft-extensions.ts';
import { compileExtensionDefault, invalidProperty } from './extension-default.ts';
import {
  GeneralNameTextError,
  generalNameParts,
  isGeneralNameKind,
  parseGeneralNameOfKind,
} from './general-name-text.ts';
import type { DefaultClass } from './profile-class.ts';
import { printRecords, readEditedRecords, type TextRecord } from './record-text.ts';
import { flagDescriptor, textListDescriptor } from './value-descriptor.ts';

export interface DistributionPointNames {
  readonly classId: string;
  readonly className: string;
  readonly oid: string;
  readonly introduction: string;
  readonly criticalName: string;
  readonly countName: string;
  readonly valueName: string;
  /** Beginning of the parameters of a row. */
  readonly rowPrefix: string;
  /** Ends of the parameters of a row, in the order in which they are shown; the number follows after an underscore. */
  readonly rowNames: readonly string[];
  /** True when nothing comes of the other points unless the first is enabled. */
  readonly needsFirstPoint: boolean;
}

const countByDefault = 1;
const countLimit = 100;
const relativeToIssuer = 'RelativeToIssuer';

/** Labels in records, by the end of the parameter's name. */
const labels: Readonly<Record<string, string>> = {
  PointType: 'Point Type',
  Type: 'Point Type',
  PointName: 'Point Name',
  Name: 'Point Name',
  Reasons: 'Reasons',
  IssuerType: 'Issuer Type',
  IssuerName: 'Issuer Name',
  Enable: 'Enable',
};

export function distributionPointsDefault(names: DistributionPointNames): DefaultClass {
  const { oid, criticalName, valueName } = names;
  return {
    classId: names.classId,
    className: names.className,
    compile: (parameters) => {
      const count = Math.max(parameters.count(names.countName, countByDefault, countLimit), 0);
      const rows = Array.from({ length: count }, (_, index) => readRow(names, parameters, index));
      const extension = createExtension(names, parameters, rows);
      const shown = rows.map((row, index) => `Record #${index}{${describeRow(names, row)}}`).join('');
      return compileExtensionDefault({
        oid,
        text: `${names.introduction} Criticality=${parameters.text(criticalName)}, ${shown}`,
        values: [
          { name: criticalName, descriptor: flagDescriptor('Criticality') },
          { name: valueName, descriptor: textListDescriptor('CRL Distribution Points') },
        ],
        parameterNames: [
          criticalName,
          names.countName,
          ...rows.flatMap((_, index) => names.rowNames.map((name) => `${names.rowPrefix}${name}_${index}`)),
        ],
        create: (request) => {
          // Dogtag finds a second one before it finds that it cannot write it.
          const second = { oid, critical: parameters.flag(criticalName), valueDer: Buffer.alloc(0) };
          if (request !== null && !names.needsFirstPoint) assertAbsent(request.draft, second);
          return extension;
        },
        read: (name, present) =>
          name === criticalName ? String(present.critical) : printPoints(names, present, rows.length),
        absent: (name) => (name === criticalName ? null : ''),
        edit: (name, value, present) =>
          name === criticalName ? { ...present, critical: parseJavaBoolean(value) } : editPoints(names, value, present),
      });
    },
  };
}

function readRow(names: DistributionPointNames, parameters: ClassParameters, index: number): TextRecord {
  return new Map(
    names.rowNames.map((name) => [labels[name] ?? name, parameters.text(`${names.rowPrefix}${name}_${index}`)]),
  );
}

function describeRow(names: DistributionPointNames, row: TextRecord): string {
  return names.rowNames
    .map((name) => labels[name] ?? name)
    .map((label) => `${label}:${row.get(label)}`)
    .join(',');
}

// Dogtag stops at the first row that it cannot make sense of and goes on with what it has.
function createExtension(
  names: DistributionPointNames,
  parameters: ClassParameters,
  rows: readonly TextRecord[],
): DraftExtension | null {
  const points: DistributionPoint[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.get('Enable') !== 'true') continue;
    if (names.needsFirstPoint && index > 0 && points.length === 0) break;
    const point = pointOrNull(names, row);
    if (point === null) break;
    points.push(point);
  }
  if (names.needsFirstPoint && points.length === 0) return null;
  const valueDer = encodeOrNull(() => encodeDistributionPoints(points));
  return valueDer === null ? null : { oid: names.oid, critical: parameters.flag(names.criticalName), valueDer };
}

function pointOrNull(names: DistributionPointNames, row: TextRecord): DistributionPoint | null {
  try {
    return readPoint(names, row, () => new GeneralNameTextError(''));
  } catch (error) {
    if (error instanceof GeneralNameTextError || error instanceof NameSyntaxError) return null;
    throw error;
  }
}

/** Throws what `refuse` makes of the kind or reason that is not known, and GeneralNameTextError or NameSyntaxError for bad names. */
function readPoint(
  names: DistributionPointNames,
  row: TextRecord,
  refuse: (subject: string) => Error,
): DistributionPoint {
  const kind = row.get('Point Type') ?? null;
  const value = row.get('Point Name') ?? '';
  const issuerKind = row.get('Issuer Type') ?? null;
  const issuer = row.get('Issuer Name') ?? '';
  const takesRelativeName = names.rowNames.includes('Reasons');
  const reasons = readReasons(row.get('Reasons') ?? '', refuse);
  return {
    name: kind === null || value === '' ? null : readPointName(kind, value, takesRelativeName, refuse),
    reasons,
    // Dogtag writes all eight bits that it knows, not as few as DER wants of a list of named bits.
    ...(reasons === null ? {} : { reasonBitCount: 8 }),
    crlIssuer: issuerKind === null || issuer === '' ? null : [readName(issuerKind, issuer, refuse)],
  };
}

function readPointName(
  kind: string,
  value: string,
  takesRelativeName: boolean,
  refuse: (subject: string) => Error,
): DistributionPoint['name'] {
  if (kind !== relativeToIssuer || !takesRelativeName) return { fullName: [readName(kind, value, refuse)] };
  const rdn = parseName(value)[0];
  if (rdn === undefined) throw refuse(kind);
  return { nameRelativeToCrlIssuer: rdn };
}

function readName(kind: string, value: string, refuse: (subject: string) => Error): GeneralName {
  const name = isGeneralNameKind(kind) ? parseGeneralNameOfKind(kind, value) : null;
  if (name === null) throw refuse(kind);
  return name;
}

/** Reasons that profiles may name; the two that RFC 5280 added are not among them. */
const reasonNames: readonly ReasonFlagName[] = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
];

function readReasons(text: string, refuse: (subject: string) => Error): ReadonlySet<ReasonFlagName> | null {
  const words = text.split(/[, \t]+/).filter((word) => word !== '');
  const reasons = words.map((word) => {
    const reason = reasonNames.find((name) => name === word);
    if (reason === undefined) throw refuse(word);
    return reason;
  });
  return reasons.length === 0 ? null : new Set(reasons);
}

function printPoints(names: DistributionPointNames, extension: DraftExtension, count: number): string {
  const points = decodeDistributionPoints(extension.valueDer);
  const hasReasons = names.rowNames.includes('Reasons');
  return printRecords(
    Array.from({ length: count }, (_, index) => {
      const point = points[index];
      return point === undefined ? emptyRecord(hasReasons) : pointRecord(point, hasReasons);
    }),
  );
}

type Field = readonly [name: string, value: string];

function emptyRecord(hasReasons: boolean): Field[] {
  return [
    ['Point Type', ''],
    ['Point Name', ''],
    ...(hasReasons ? ([['Reasons', '']] as const) : []),
    ['Issuer Type', ''],
    ['Issuer Name', ''],
    ['Enable', 'false'],
  ];
}

// The order of lines differs from that of an empty record, as it does in Dogtag.
function pointRecord(point: DistributionPoint, hasReasons: boolean): Field[] {
  const reasons = reasonNames.filter((reason) => point.reasons?.has(reason) === true).join(',');
  const issuer = point.crlIssuer?.[0];
  const issuerParts = issuer === undefined ? { kind: 'DirectoryName', value: '' } : generalNameParts(issuer);
  return [
    ['Enable', 'true'],
    ...pointNameFields(point),
    ...(hasReasons ? ([['Reasons', reasons]] as const) : []),
    ['Issuer Type', issuerParts.kind],
    ['Issuer Name', issuerParts.value],
  ];
}

function pointNameFields({ name }: DistributionPoint): Field[] {
  if (name !== null && 'nameRelativeToCrlIssuer' in name) {
    return [
      ['Point Type', relativeToIssuer],
      ['Point Name', formatRelativeDistinguishedName(name.nameRelativeToCrlIssuer)],
    ];
  }
  const first = name?.fullName[0];
  const parts = first === undefined ? { kind: 'DirectoryName', value: '' } : generalNameParts(first);
  return [
    ['Point Type', parts.kind],
    ['Point Name', parts.value],
  ];
}

// Points are gathered anew once the first record is enabled; else enabled ones are put behind those that are there.
function editPoints(names: DistributionPointNames, text: string | null, present: DraftExtension): DraftExtension {
  const records = readEditedRecords(names.valueName, text);
  let points = decodeDistributionPoints(present.valueDer);
  for (const [index, record] of records.entries()) {
    const point = editedPoint(names, record);
    if (record.get('Enable') !== 'true') continue;
    points = index === 0 ? [point] : [...points, point];
  }
  const valueDer = encodeOrNull(() => encodeDistributionPoints(points));
  if (valueDer === null) throw invalidProperty(names.valueName);
  return { ...present, valueDer };
}

function editedPoint(names: DistributionPointNames, record: TextRecord): DistributionPoint {
  const isEnabled = record.get('Enable') === 'true';
  try {
    // Reasons are looked at even in a record that is not enabled.
    if (!isEnabled)
      return { name: null, reasons: readReasons(record.get('Reasons') ?? '', invalidProperty), crlIssuer: null };
    return readPoint(names, record, invalidProperty);
  } catch (error) {
    if (!(error instanceof GeneralNameTextError || error instanceof NameSyntaxError)) throw error;
    throw invalidProperty(record.get('Point Type') ?? names.valueName);
  }
}
