// Below /ca/rest/admin/kraconnector: the way to a key recovery authority (Dogtag's KRAConnectorService). No keys are sent to one from here, which is
// what Dogtag, too, says where no connector is set up.
import { kraConnector } from '#codecs/dogtag-rest';
import { badRequest, connectorNotFound, failure } from '../error-response.ts';
import { answerNothing, findQueryText, type RestOperation, readBody } from '../rest-operation.ts';

export const getKraConnector: RestOperation = async () => {
  throw connectorNotFound();
};

export const addKraConnector: RestOperation = async ({ request }) => {
  const body = readBody(request, kraConnector);
  if (body === null) throw badRequest('Missing KRA connector info.');
  if (body.host === null || body.port === null || body.transportCertificate === null)
    throw badRequest('Bad Request: KRA host, port or transport cert not defined');
  throw failure('Unable to add KRA connector: Keys are not archived by this server');
};

export const addKraConnectorHost: RestOperation = async ({ request }) => {
  if (findQueryText(request, 'host') === null || findQueryText(request, 'port') === null)
    throw badRequest('Bad Request: KRA host or port not defined');
  // As Dogtag spells it.
  throw badRequest('Cannot add host:port to existing connector.  Connector does not exit');
};

/** There is none to be removed. */
export const removeKraConnector: RestOperation = async ({ request }) => {
  if (findQueryText(request, 'host') === null) throw badRequest('Missing KRA connector host.');
  if (findQueryText(request, 'port') === null) throw badRequest('Missing KRA connector port.');
  return answerNothing;
};
