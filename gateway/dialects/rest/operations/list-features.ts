// GET /ca/rest/config/features and features/{id}: what this authority can do besides (Dogtag's FeatureService). It has authorities below its own.
import { feature } from '#codecs/dogtag-rest';
import { resourceNotFound } from '../error-response.ts';
import { answerWith, answerWithList, type RestOperation } from '../rest-operation.ts';

/** In the words of Dogtag's configuration. */
const features = [{ id: 'authority', description: 'Lightweight CAs', version: '1.0', enabled: true }];

export const listFeatures: RestOperation = async () => answerWithList(feature, features);

export const getFeature: RestOperation = async ({ request: { parameters } }) => {
  const found = features.find(({ id }) => id === parameters.id);
  if (found === undefined) throw resourceNotFound(`Feature ${parameters.id} not supported`);
  return answerWith(feature, found);
};
