// Numbers and octets that follow from a seed alone, so that the same corpus can be made again anywhere.
import { createHash } from 'node:crypto';

const chunkBytes = 512;

/** A stream of octets of SHAKE256 over the seed and the names of what they are for. The same arguments always give the same stream. */
export class SeededNumbers {
  readonly #origin: string;
  #chunk = Buffer.alloc(0);
  #chunksMade = 0;
  #at = 0;

  constructor(seed: number, ...purpose: readonly (string | number)[]) {
    this.#origin = [seed, ...purpose].join('/');
  }

  bytes(count: number): Buffer {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      if (this.#at >= this.#chunk.length) {
        const hash = createHash('shake256', { outputLength: chunkBytes });
        this.#chunk = hash.update(`${this.#origin}#${this.#chunksMade++}`).digest();
        this.#at = 0;
      }
      const part = this.#chunk.subarray(this.#at, this.#at + left);
      this.#at += part.length;
      left -= part.length;
      parts.push(part);
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
  }

  /** At least 0, below 1. */
  fraction(): number {
    return this.bytes(4).readUInt32BE() / 0x1_0000_0000;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  pick<T>(list: readonly T[]): T {
    const chosen = list[this.below(list.length)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    let left = this.fraction() * names.reduce((sum, name) => sum + weights[name], 0);
    for (const name of names) {
      left -= weights[name];
      if (left < 0) return name;
    }
    return names.at(-1) as Name;
  }
}
