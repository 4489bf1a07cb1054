// GET /pki/rest/apps: the web applications that clients find here.
import { application } from '#codecs/dogtag-rest';
import { answerWithList, type RestOperation } from '../rest-operation.ts';

/** This one, whatever else there is. */
const authorityAlone = [{ id: 'ca', name: 'Certificate Authority', path: '/ca' }];

export const listApplications: RestOperation = async ({ settings: { product } }) =>
  answerWithList(application, product.applications ?? authorityAlone);
