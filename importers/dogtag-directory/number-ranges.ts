// Which numbers Dogtag's servers may still use, in every reading of the digits that stand in the directory.
import {
  type AllocatedRange,
  type DirectoryLayout,
  decodeRangeEntry,
  EntryFindings,
  type NumberReading,
  readNextRange,
} from '#codecs/dogtag-directory';
import type { SourceFinding, SourceNumberRange } from '../records.ts';
import type { DirectoryReader } from './directory-reader.ts';

type RangeOwner = SourceNumberRange['of'];
type Span = SourceNumberRange['spans'][number];

interface RangePlace {
  readonly of: RangeOwner;
  /** Entry that holds `nextRange`. */
  readonly counter: string;
  /** Container of the ranges given away so far. */
  readonly container: string;
  /** Up to 11.x the certificate repository of the first kind reads its digits as hexadecimal (Repository.java); all others read decimal. */
  readonly mayBeHexadecimal: boolean;
}

/** What CertificateRepository.java writes into its entry's description when it draws numbers at random within its range. */
const randomMode = 'random';

/** Everything there is about ranges; `findings` are about entries that could not be read. */
export async function readNumberRanges(
  reader: DirectoryReader,
  layout: DirectoryLayout,
): Promise<{ readonly ranges: SourceNumberRange[]; readonly findings: SourceFinding[] }> {
  const ranges: SourceNumberRange[] = [];
  const findings: SourceFinding[] = [];
  for (const place of placesOf(layout)) {
    const counter = await reader.findEntry(place.counter);
    const noted = new EntryFindings();
    const next = counter === null ? null : readNextRange(counter, noted);
    const isDrawnAtRandom = counter?.findText('description') === randomMode;
    if (next !== null) ranges.push(...boundedBy(next, place, isDrawnAtRandom));
    findings.push(...noted.list.map((finding) => ({ ...finding, entry: place.counter })));
    for (const entry of await reader.listChildren(place.container, 'pkiRange')) {
      const notedThere = new EntryFindings();
      const range = decodeRangeEntry(entry, notedThere);
      if (range !== null) ranges.push({ ...allocated(range, place, entry.dn), isDrawnAtRandom });
      findings.push(...notedThere.list.map((finding) => ({ ...finding, entry: entry.dn })));
    }
  }
  return { ranges, findings };
}

function placesOf(layout: DirectoryLayout): RangePlace[] {
  const { certificates, requests, replicas, ranges, rangesOfSecondKind } = layout;
  const second = (name: string) => `ou=${name},${rangesOfSecondKind}`;
  return [
    {
      of: 'certificate',
      counter: certificates,
      container: `ou=certificateRepository,${ranges}`,
      mayBeHexadecimal: true,
    },
    { of: 'request', counter: requests, container: `ou=requests,${ranges}`, mayBeHexadecimal: false },
    { of: 'replica', counter: replicas, container: `ou=replica,${ranges}`, mayBeHexadecimal: false },
    {
      of: 'certificate',
      counter: second('certificateRepository'),
      container: second('certificateRepository'),
      mayBeHexadecimal: false,
    },
    { of: 'request', counter: second('requests'), container: second('requests'), mayBeHexadecimal: false },
  ];
}

/** Everything below the next range belongs to some server (the first range stands in that server's CS.cfg only); nothing from there on does. */
function boundedBy(next: NumberReading, place: RangePlace, isDrawnAtRandom: boolean): SourceNumberRange[] {
  const common = { of: place.of, host: null, entry: place.counter, isDrawnAtRandom };
  return [
    { ...common, state: 'allocated', spans: readings(place, next, (value) => ({ from: 1n, to: value - 1n })) },
    { ...common, state: 'unallocated', spans: readings(place, next, (value) => ({ from: value, to: null })) },
  ];
}

function allocated(
  range: AllocatedRange,
  place: RangePlace,
  entry: string,
): Omit<SourceNumberRange, 'isDrawnAtRandom'> {
  const host = range.host === null ? null : [range.host, range.port].filter((part) => part !== null).join(':');
  const decimal: Span = { readAs: 'decimal', from: range.begin.decimal, to: range.end.decimal };
  const hexadecimal: Span = { readAs: 'hexadecimal', from: range.begin.hexadecimal, to: range.end.hexadecimal };
  const spans = place.mayBeHexadecimal ? [decimal, hexadecimal] : [decimal];
  return { of: place.of, state: 'allocated', spans, host, entry };
}

function readings(
  place: RangePlace,
  digits: NumberReading,
  make: (value: bigint) => { readonly from: bigint; readonly to: bigint | null },
): Span[] {
  const decimal: Span = { readAs: 'decimal', ...make(digits.decimal) };
  return place.mayBeHexadecimal ? [decimal, { readAs: 'hexadecimal', ...make(digits.hexadecimal) }] : [decimal];
}
