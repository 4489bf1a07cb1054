// GET /ca/rest/info: how clients have to wrap keys that are to be archived.
import { authorityInformation } from '#codecs/dogtag-rest';
import { answerWith, type RestOperation } from '../rest-operation.ts';

export const caInfo: RestOperation = async ({
  settings: {
    product: { keyArchival },
  },
}) =>
  answerWith(authorityInformation, {
    attributes: [],
    archivalMechanism: keyArchival?.mechanism ?? null,
    encryptAlgorithm: keyArchival?.encryptAlgorithm ?? null,
    wrapAlgorithm: keyArchival?.wrapAlgorithm ?? null,
    rsaWrapAlgorithm: keyArchival === null ? null : (keyArchival.rsaWrapAlgorithm ?? 'RSA'),
    authorityRsaWrapAlgorithm: keyArchival?.authorityRsaWrapAlgorithm ?? 'RSA',
  });
