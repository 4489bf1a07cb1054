// Below /ca/rest/jobs, from 11.x on: jobs that can be started (Dogtag's JobService), of which there are none here: what must be done regularly is done
// without anybody's asking, and certificates are never pruned.
import { job } from '#codecs/dogtag-rest';
import { resourceNotFound } from '../error-response.ts';
import { answerWithCollection, type RestOperation } from '../rest-operation.ts';

export const listJobs: RestOperation = async () => answerWithCollection(job, { total: null, entries: [], links: [] });

export const findNoJob: RestOperation = async ({ request: { parameters } }) => {
  throw resourceNotFound(`Job ${parameters.id} not found`);
};
