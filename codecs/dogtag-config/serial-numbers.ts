// How a Dogtag CA numbers certificates, requests and replicas: ranges or random numbers, as `dbs.*` of CS.cfg says (Repository.java).
import type { ProfileSection } from '#codecs/dogtag-profile';

export interface ConfiguredRange {
  readonly of: 'certificate' | 'request' | 'replica';
  /** `next`: given to this server already, for when the present one is used up. */
  readonly use: 'present' | 'next';
  /** Both readings of the digits; certificates' are hexadecimal in repositories of the first kind, all others decimal. */
  readonly decimal: { readonly from: bigint; readonly to: bigint } | null;
  readonly hexadecimal: { readonly from: bigint; readonly to: bigint } | null;
  /** The key of its beginning. */
  readonly entry: string;
}

export interface NumberConfiguration {
  /** `random` draws them (RSNv3); `random-in-range` within the range (RSNv1, legacy); else they count up. */
  readonly serialNumbers: 'sequential' | 'random-in-range' | 'random';
  /** Bits of random numbers; null where they are none. */
  readonly randomBits: number | null;
  /** Whether servers take new ranges from the directory by themselves. */
  readonly managesRanges: boolean;
  readonly ranges: readonly ConfiguredRange[];
}

const kinds = [
  ['certificate', 'SerialNumber'],
  ['request', 'RequestNumber'],
  ['replica', 'ReplicaNumber'],
] as const;

export function readNumberConfiguration(configuration: ProfileSection): NumberConfiguration {
  const dbs = configuration.section('dbs');
  const isRandom = /^random$/i.test(dbs.findText('cert.id.generator') ?? '');
  const ranges = kinds.flatMap(([of, name]) => [
    ...rangeOf(dbs, of, 'present', `begin${name}`, `end${name}`),
    ...rangeOf(dbs, of, 'next', `nextBegin${name}`, `nextEnd${name}`),
  ]);
  const inRange = dbs.findFlag('enableRandomSerialNumbers') === true;
  const bits = Number(dbs.findText('cert.id.length') ?? '128');
  return {
    serialNumbers: isRandom ? 'random' : inRange ? 'random-in-range' : 'sequential',
    randomBits: isRandom ? (Number.isInteger(bits) && bits > 0 ? bits : 128) : null,
    managesRanges: dbs.findFlag('enableSerialManagement') === true,
    // Random numbers know no ranges, even where some were left in the file.
    ranges: isRandom ? ranges.filter(({ of }) => of !== 'certificate') : ranges,
  };
}

function rangeOf(
  dbs: ProfileSection,
  of: ConfiguredRange['of'],
  use: ConfiguredRange['use'],
  beginKey: string,
  endKey: string,
): ConfiguredRange[] {
  const [begin = '', end = ''] = [dbs.findText(beginKey), dbs.findText(endKey)].map((text) => text ?? '');
  // Dogtag writes -1 where there is no next range.
  if (begin === '' || end === '' || begin === '-1' || end === '-1') return [];
  const spanOf = (read: (text: string) => bigint | null) => {
    const [from, to] = [read(begin), read(end)];
    return from === null || to === null ? null : { from, to };
  };
  const decimal = spanOf((text) => (/^[0-9]{1,100}$/.test(text) ? BigInt(text) : null));
  const hexadecimal = spanOf((text) => {
    const digits = text.replace(/^0x/i, '');
    return /^[0-9a-f]{1,100}$/i.test(digits) ? BigInt(`0x${digits}`) : null;
  });
  if (decimal === null && hexadecimal === null) return [];
  return [{ of, use, decimal, hexadecimal, entry: `dbs.${beginKey}` }];
}

/** For people, in one line. */
export function describeNumbers({ serialNumbers, randomBits, managesRanges, ranges }: NumberConfiguration): string {
  if (serialNumbers === 'random') return `serial numbers are drawn at random, ${randomBits} bits`;
  const how = serialNumbers === 'sequential' ? 'count up' : 'are drawn at random';
  const present = ranges.find(({ of, use }) => of === 'certificate' && use === 'present')?.hexadecimal ?? null;
  const range = present === null ? '' : ` in the range 0x${present.from.toString(16)} to 0x${present.to.toString(16)}`;
  return `serial numbers ${how}${range}; ${managesRanges ? 'new ranges are taken from the directory' : 'no new range is taken when it is used up'}`;
}
