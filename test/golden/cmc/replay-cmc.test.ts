// Answers every recorded CMC message as ours would be, and holds the answer to Dogtag's: controls, signer, certificates byte by byte.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { compareCmcAnswers, readRecordedCmc } from '#test/cmc-exchanges';
import { RehearsedCmc } from '#test/rehearsed-cmc';
import { projectFolder } from '#test/source-files';
import { explanationOf } from '../../lab/cmc/known-differences.ts';

const recorded = readRecordedCmc(join(projectFolder, 'compat-fixtures/cmc/10.10.2.json.gz'));
/** Fewer were never recorded: a file that was cut must not pass. */
const exchangesLeast = 250;

describe('CMC, compared with what Dogtag 10.10.2 answered', function () {
  this.timeout(60_000);
  const ours = new RehearsedCmc(recorded.installation);
  for (const profile of recorded.profiles) ours.addProfile(profile);
  for (const certificate of recorded.certificates) ours.keep(certificate);
  const authorityDer = Buffer.from(recorded.installation.authorityCertificate, 'base64');
  const totals = { exchanges: 0, certificates: 0, refusals: 0, sameMessages: 0 };

  // In the order in which they were had: later ones look back at what earlier ones left.
  const profileIds = [...new Set(recorded.exchanges.map(({ profileId }) => profileId))];
  for (const id of profileIds)
    it(`${id}: ${recorded.exchanges.filter(({ profileId }) => profileId === id).length} messages`, async () => {
      for (const exchange of recorded.exchanges.filter(({ profileId }) => profileId === id)) {
        const compared = compareCmcAnswers(await ours.answer(exchange), exchange.answer, authorityDer);
        const unexplained = compared.differences.filter((difference) => explanationOf(difference, exchange) === null);
        assert.deepEqual(unexplained, [], exchange.name);
        totals.exchanges += 1;
        totals.certificates += compared.identicalCertificates;
        totals.refusals += Number(compared.isEqualRefusal);
        totals.sameMessages += Number(compared.isSameMessage);
      }
    });

  it('looked at enough to mean something', () => {
    assert(totals.exchanges >= exchangesLeast, `only ${totals.exchanges} messages`);
    assert(totals.certificates >= 60, `only ${totals.certificates} certificates`);
    assert(totals.refusals >= 100, `only ${totals.refusals} refusals`);
    assert(totals.sameMessages >= totals.exchanges * 0.9, `only ${totals.sameMessages} messages are the same`);
  });
});
