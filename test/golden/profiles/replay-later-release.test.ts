// Enrolments as a Dogtag 11.10.1 answered them, in whatever dialect, answered again by our engine as that release: the same refusals, the same forms for
// agents, the same TBSCertificate. Collected by collect-recorded-enrolments.ts.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { compareExchanges } from '#test/compare-profile-exchanges';
import { enroll, repeatScenario } from '#test/profile-conversation';
import type { RecordedExchange, RecordedRequest } from '#test/profile-exchange';
import { readRecordedProfiles } from '#test/recorded-profiles';
import { RehearsedDogtag } from '#test/rehearsed-dogtag';
import { projectFolder } from '#test/source-files';

const { installation, profiles } = readRecordedProfiles(
  join(projectFolder, 'compat-fixtures/profiles/11.10.1.json.gz'),
);
/** Fewer were never recorded: a file that was cut must not pass. */
const least = { exchanges: 85, certificates: 9, refusals: 40, reviews: 4 };

describe('profiles, compared with what Dogtag 11.10.1 answered', () => {
  const dogtag = new RehearsedDogtag(installation, '11.10.1');
  const counted = { exchanges: 0, certificates: 0, refusals: 0, reviews: 0 };

  for (const profile of profiles)
    it(`${profile.id}: ${profile.exchanges.length} enrolments`, async () => {
      dogtag.addProfile(profile);
      for (const theirs of profile.exchanges) {
        const ours = await dogtag.rehearse(theirs, (parties) =>
          enroll(repeatScenario(theirs), parties, new Map(), () => new Date(theirs.sentAt)),
        );
        const { differences, identicalCertificates, equalRefusals, equalReviews } = compareExchanges(
          inSameWords(onlyWhatWasSeen(ours, theirs)),
          inSameWords(theirs),
        );
        assert.deepEqual(differences, [], theirs.name);
        counted.exchanges += 1;
        counted.certificates += identicalCertificates;
        counted.refusals += equalRefusals;
        if (theirs.requests.some(({ review }) => review !== null)) counted.reviews += equalReviews;
      }
    });

  it('looked at enough to mean something', () => {
    for (const [what, count] of Object.entries(least))
      assert(counted[what as keyof typeof counted] >= count, `${what}: ${JSON.stringify(counted)}`);
  });
});

/** Ours without what nobody asked the other side for. */
function onlyWhatWasSeen(ours: RecordedExchange, { requests }: RecordedExchange): RecordedExchange {
  const seen = (request: RecordedRequest, theirs: RecordedRequest | undefined): RecordedRequest => ({
    ...request,
    review: theirs?.review === null ? null : request.review,
    decision: null,
    state: theirs?.decision === null && request.decision !== null ? 'pending' : request.state,
    certificate: theirs?.certificate === null ? null : request.certificate,
  });
  return { ...ours, requests: ours.requests.map((request, index) => seen(request, requests[index])) };
}

/** Servlets give the bare message with a status of their own; REST says around it what it was doing. */
function inSameWords(exchange: RecordedExchange): RecordedExchange {
  if (exchange.failure === null) return exchange;
  const message = exchange.failure.message.replace(
    /^(?:Authentication failed|Unable to create enrollment request): /,
    '',
  );
  return { ...exchange, failure: { status: 0, message } };
}
