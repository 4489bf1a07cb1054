// GET /ca/rest/selftests and selftests/{id} (Dogtag's SelfTestService): one that does not exist is shown as one that is never run.
import { type SelfTestData, selfTestData } from '#codecs/dogtag-rest';
import type { RestRequest } from '../rest-dialect.ts';
import { answerWith, type RestOperation } from '../rest-operation.ts';
import { encodeTwice } from '../roster-bodies.ts';
import { answerPage, readFilter, readPage } from '../roster-pages.ts';
import { findSelfTest, selfTests } from '../self-tests.ts';

export const listSelfTests: RestOperation = async ({ request }) => {
  const page = readPage(request);
  const filter = readFilter(request);
  const ids = selfTests.map(({ id }) => id).filter((id) => filter === null || id.includes(filter));
  return answerPage(request, page, ids, selfTestData, (id) => selfTestDataOf(id, request));
};

export const getSelfTest: RestOperation = async ({ request }) =>
  answerWith(selfTestData, selfTestDataOf(request.parameters.id ?? '', request));

function selfTestDataOf(id: string, { baseUrl, dialect }: Pick<RestRequest, 'baseUrl' | 'dialect'>): SelfTestData {
  const test = findSelfTest(id);
  const path = `/ca/${dialect.api === 'v2' ? 'v2' : 'rest'}/selftests/${encodeTwice(id)}`;
  return {
    id,
    enabledAtStartup: test?.isRunAtStartup ?? false,
    // All that are run are critical, as Dogtag's installer has it.
    criticalAtStartup: test?.isRunAtStartup === true ? true : null,
    enabledOnDemand: test !== null,
    criticalOnDemand: test === null ? null : true,
    link: { rel: 'self', href: `${baseUrl}${path}`, type: null },
  };
}
