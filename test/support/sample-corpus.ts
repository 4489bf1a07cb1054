// Corpora for tests and measurements: grown from the trial's recorded directory, signed with its throw-away key.
import { type CorpusManifest, type CorpusSize, writeCorpus } from '../../compat-fixtures/corpus/write-corpus.ts';

export const corpusBase = 'o=corpus';

const fixture = (name: string) => new URL(`../../compat-fixtures/trial/${name}`, import.meta.url).pathname;

/** Writes the LDIF file; what is not given is as the command's own defaults. */
export function sampleCorpus(
  file: string,
  size: Pick<CorpusSize, 'certificateTotal' | 'requestTotal' | 'seed' | 'brokenShare'> & Partial<CorpusSize>,
): Promise<CorpusManifest> {
  return writeCorpus(
    file,
    {
      ldifFile: fixture('directory.ldif.gz'),
      recordedBase: 'o=ipaca',
      base: corpusBase,
      pkcs12File: fixture('keys/ca-signing.p12'),
      pkcs12Password: 'Secret.123',
    },
    { hugeEntries: 1, serialNumbers: 'sequential', todayMs: null, ...size },
  );
}
