// GET /pki/rest/info: which product answers here, in which version. Clients choose their requests by it.
import { serverInformation } from '#codecs/dogtag-rest';
import { answerWith, type RestOperation } from '../rest-operation.ts';

export const pkiInfo: RestOperation = async ({ settings }) =>
  answerWith(serverInformation, {
    attributes: [],
    name: settings.product.name,
    version: settings.product.version,
    banner: settings.product.banner,
  });
