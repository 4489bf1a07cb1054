// Enrolments as a real Dogtag answered them, under profiles of every class and oddity, answered again by our engine: the same refusals, the same
// forms for agents, the same TBSCertificate byte for byte. Recorded by `npm run test:profiles -- --record`.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { decodeCertificate } from '#codecs/x509';
import { compareExchanges } from '#test/compare-profile-exchanges';
import { enroll, type IssuedCertificates, repeatScenario } from '#test/profile-conversation';
import type { RecordedExchange } from '#test/profile-exchange';
import { readRecordedProfiles } from '#test/recorded-profiles';
import { RehearsedDogtag } from '#test/rehearsed-dogtag';
import { projectFolder } from '#test/source-files';
import { knownDifferences } from '../../lab/profiles/known-differences.ts';

const { installation, profiles } = readRecordedProfiles(
  join(projectFolder, 'compat-fixtures/profiles/10.10.2.json.gz'),
);
/** Fewer were never recorded: a file that was cut must not pass. */
const exchangesLeast = 1_000;

describe('profiles, compared with what Dogtag 10.10.2 answered', () => {
  const dogtag = new RehearsedDogtag(installation);
  const issued: IssuedCertificates = new Map();
  let compared = 0;
  let identical = 0;

  // What is renewed was made under other profiles.
  const renews = ({ exchanges }: (typeof profiles)[number]) => exchanges.some(({ renewalOf }) => renewalOf !== null);
  for (const profile of [...profiles].sort((one, other) => Number(renews(one)) - Number(renews(other))))
    it(`${profile.id}: ${profile.exchanges.length} enrolments`, async () => {
      dogtag.addProfile(profile);
      for (const theirs of profile.exchanges) {
        const ours = await dogtag.rehearse(theirs, (parties) =>
          enroll(repeatScenario(theirs), parties, new Map(issued), () => new Date(theirs.sentAt)),
        );
        const { differences, identicalCertificates } = compareExchanges(ours, theirs);
        const unexplained = differences.filter(
          (difference) =>
            !knownDifferences.some((known) => known.explains(difference, theirs, profile.configurationText)),
        );
        assert.deepEqual(unexplained, [], theirs.name);
        noteSerial(theirs);
        compared += 1;
        identical += identicalCertificates;
      }
    });

  it('looked at enough to mean something', () => {
    assert(compared >= exchangesLeast, `only ${compared} exchanges`);
    assert(identical >= exchangesLeast / 4, `only ${identical} certificates`);
  });

  const noteSerial = ({ name, requests }: RecordedExchange) => {
    const certificate = requests[0]?.certificate ?? null;
    if (certificate === null) return;
    const { serialNumber } = decodeCertificate(Buffer.from(certificate, 'base64'), { rules: 'ber' });
    issued.set(name, `0x${serialNumber.toString(16)}`);
  };
});
