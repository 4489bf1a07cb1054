// The real directory that a corpus is grown from: everything of a recorded Dogtag but its numbered entries, and those as patterns for more.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  type DirectoryLayout,
  decodeCertificateEntry,
  decodeRequestEntry,
  directoryLayout,
  normalizeEntryName,
  parseEntryName,
  type RequestEntry,
  universalTime,
} from '#codecs/dogtag-directory';
import { DirectoryEntry, decodeLdif, decodeUtf8 } from '#codecs/ldif';
import { type Certificate, decodeCertificate } from '#codecs/x509';

export interface CertificateTemplate {
  readonly certificate: Certificate;
  readonly profileId: string | null;
  readonly issuedBy: string | null;
}

export interface DirectoryTemplates {
  readonly layout: DirectoryLayout;
  /** Everything but certificates and requests, parents before children. */
  readonly skeleton: readonly DirectoryEntry[];
  /** Real entries as they stand, ascending by number. */
  readonly certificateEntries: readonly DirectoryEntry[];
  readonly requestEntries: readonly DirectoryEntry[];
  /** The same as patterns; without the authority's own. */
  readonly certificates: readonly CertificateTemplate[];
  readonly enrollments: readonly RequestEntry[];
  readonly revocations: readonly RequestEntry[];
  /** The authority's own certificate, by which the others were issued. */
  readonly authority: Certificate;
  /** The highest numbers that real entries have. */
  readonly lastSerialNumber: bigint;
  readonly lastRequestId: bigint;
}

/** More patterns than this make a corpus no more varied. */
const templatesMax = 64;

/**
 * Reads an LDIF file, gzipped or not, of a CA whose base is `recordedBase`, and renames it to stand under `base`. Throws LdifError when it is
 * not LDIF, RangeError when it does not hold a CA with certificates and requests.
 */
export function readDirectoryTemplates(file: string, recordedBase: string, base: string): DirectoryTemplates {
  const bytes = readFileSync(file);
  const entries = decodeLdif(file.endsWith('.gz') ? gunzipSync(bytes) : bytes).map((entry) =>
    renamed(entry, recordedBase, base),
  );
  const layout = directoryLayout(base);
  const skeleton: DirectoryEntry[] = [];
  const certificates = new Map<bigint, { entry: DirectoryEntry; template: CertificateTemplate }>();
  const requests = new Map<bigint, { entry: DirectoryEntry; template: RequestEntry }>();
  for (const entry of entries) {
    const parent = parentOf(entry.dn);
    if (parent === normalizeEntryName(layout.certificates)) {
      const { value } = decodeCertificateEntry(entry, layout.certificates, universalTime);
      if (value === null) continue;
      const { profileId, issuedBy, serialNumber } = value;
      const template = { certificate: decodeCertificate(value.certificateDer), profileId, issuedBy };
      certificates.set(serialNumber, { entry, template });
    } else if (parent === normalizeEntryName(layout.requests)) {
      const { value } = decodeRequestEntry(entry, layout.requests, universalTime);
      if (value !== null) requests.set(value.id, { entry, template: value });
    } else skeleton.push(entry);
  }
  const ofCertificates = inOrder(certificates);
  const ofRequests = inOrder(requests);
  const [authority] = ofCertificates;
  const enrollments = ofRequests.filter(({ template }) => template.kind === 'enrollment' && template.draftDer !== null);
  const revocations = ofRequests.filter(({ template }) => template.kind === 'revocation');
  if (authority === undefined || enrollments.length === 0 || revocations.length === 0)
    throw new RangeError(
      `${file} does not hold certificates, enrolments and revocations under ${recordedBase}: take an LDIF export of a whole CA`,
    );
  return {
    layout,
    skeleton: skeleton.toSorted((a, b) => depthOf(a.dn) - depthOf(b.dn)),
    certificateEntries: ofCertificates.map(({ entry }) => entry),
    requestEntries: ofRequests.map(({ entry }) => entry),
    certificates: ofCertificates
      .slice(1)
      .map(({ template }) => template)
      .slice(-templatesMax),
    enrollments: enrollments.map(({ template }) => template).slice(-templatesMax),
    revocations: revocations.map(({ template }) => template).slice(-templatesMax),
    authority: authority.template.certificate,
    lastSerialNumber: [...certificates.keys()].reduce(larger, 0n),
    lastRequestId: [...requests.keys()].reduce(larger, 0n),
  };
}

/** The same entry with the base's name replaced wherever it stands in a text. */
function renamed(entry: DirectoryEntry, from: string, to: string): DirectoryEntry {
  if (from === to) return entry;
  const wanted = new RegExp(`(^|,\\s*)${from.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?=$|[\\s";|)])`, 'gi');
  const rename = (text: string) => text.replaceAll(wanted, `$1${to.replaceAll('$', '$$$$')}`);
  const attributes = [...entry.attributes()].map(([description, values]): [string, Uint8Array[]] => [
    description,
    values.map((value) => {
      const text = value.length > 10_000 ? null : decodeUtf8(value);
      return text === null ? value : Buffer.from(rename(text));
    }),
  ]);
  const dn = rename(entry.dn);
  const own = parseEntryName(dn)?.[0];
  // The base's own naming attribute must hold what its name says.
  const fitting = attributes.map(([description, values]): [string, Uint8Array[]] =>
    depthOf(dn) === depthOf(to) && description.toLowerCase() === own?.attribute
      ? [description, [Buffer.from(own.value)]]
      : [description, values],
  );
  return new DirectoryEntry(dn, fitting);
}

function inOrder<T>(byNumber: ReadonlyMap<bigint, T>): readonly T[] {
  return [...byNumber].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function parentOf(dn: string): string {
  const [, ...place] = JSON.parse(`[${normalizeEntryName(dn)}]`) as unknown[];
  return place.map((part) => JSON.stringify(part)).join();
}

function depthOf(dn: string): number {
  return parseEntryName(dn)?.length ?? 0;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
