// Below /ca/rest/audit: what is accounted for (Dogtag's AuditService). Here that is the HMAC chain of the record: all of it always is, and nobody can
// switch anything of it off.
import { auditConfiguration } from '#codecs/dogtag-rest';
import { badRequest, forbidden } from '../error-response.ts';
import type { RestRequest } from '../rest-dialect.ts';
import { answerWith, findQueryText, type RestAnswer, type RestOperation, readBody } from '../rest-operation.ts';

/** Dogtag's names of what is accounted for here, in its order. */
const events = [
  'AUDIT_LOG_SHUTDOWN',
  'AUDIT_LOG_SIGNING',
  'AUDIT_LOG_STARTUP',
  'AUTH',
  'AUTHORITY_CONFIG',
  'AUTHZ',
  'CERT_PROFILE_APPROVAL',
  'CERT_REQUEST_PROCESSED',
  'CERT_STATUS_CHANGE_REQUEST_PROCESSED',
  'CMC_RESPONSE_SENT',
  'CONFIG_CERT_PROFILE',
  'CONFIG_ROLE',
  'CONFIG_SERIAL_NUMBER',
  'FULL_CRL_GENERATION',
  'PROFILE_CERT_REQUEST',
  'SECURITY_DOMAIN_UPDATE',
];

export const getAuditConfiguration: RestOperation = async ({ request }) => answerConfiguration(request);

/** PATCH */
export const updateAuditConfiguration: RestOperation = async ({ request }) => {
  if (readBody(request, auditConfiguration) === null) throw badRequest('Missing audit configuration');
  throw cannotBeChanged();
};

/** POST, with parameter `action`. */
export const changeAuditStatus: RestOperation = async ({ request }) => {
  const action = findQueryText(request, 'action');
  if (action === 'disable') throw cannotBeChanged();
  if (action !== 'enable') throw badRequest(`Invalid action ${action}`);
  return answerConfiguration(request);
};

const cannotBeChanged = () => forbidden('The audit of this server is always on, and all of it');

/** Each event is written in the commit that makes it true: there is no buffer, and nothing to wait for. */
function answerConfiguration({ baseUrl }: RestRequest): RestAnswer {
  return answerWith(auditConfiguration, {
    status: 'Enabled',
    signed: true,
    interval: 0,
    bufferSize: 0,
    events: events.map((name) => ({ name, value: 'mandatory' })),
    link: { rel: 'self', href: `${baseUrl}/ca/rest/audit`, type: null },
  });
}
