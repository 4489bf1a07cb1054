// The agents' forms (Dogtag's DisplayHtmlServlet): what listCerts, srchCerts, queryReq and updateDir can be asked for.
import { page } from '#codecs/dogtag-servlets';
import type { GatewayResponse } from '../../../routing/operation.ts';
import type { ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { type Form, type FormField, formMarkup } from './form-markup.ts';

const text = (name: string, label: string, value = ''): FormField => ({ kind: 'text', name, label, value });
const flag = (name: string, label: string): FormField => ({ kind: 'flag', name, label });
const choice = (name: string, label: string): FormField => ({ kind: 'flag', name, label, value: 'yes' });
const fixed = (name: string, value: string): FormField => ({ kind: 'fixed', name, value });

const rangeFields: readonly FormField[] = [
  flag('serialNumberRangeInUse', 'Serial numbers'),
  text('serialFrom', 'from'),
  text('serialTo', 'to'),
];

const subjectFields: readonly FormField[] = [
  flag('subjectInUse', 'Subject'),
  text('commonName', 'Common name'),
  text('eMail', 'Email address'),
  text('userID', 'User ID'),
  text('orgUnit', 'Organizational unit'),
  text('org', 'Organization'),
  text('locality', 'Locality'),
  text('state', 'State'),
  text('country', 'Country'),
  {
    kind: 'choice',
    name: 'match',
    label: 'Match',
    choices: [
      ['partial', 'any of these parts'],
      ['exact', 'all of these, exactly'],
    ],
  },
];

const statusField: FormField = {
  kind: 'choice',
  name: 'status',
  label: 'is',
  choices: ['VALID', 'REVOKED', 'EXPIRED', 'REVOKED_EXPIRED', 'INVALID'].map((status) => [status, status] as const),
};

const resultFields: readonly FormField[] = [text('maxResults', 'Most certificates to show', '100')];

/** Certificates of one kind, by their serial numbers. */
const published = (name: string, label: string, range: string): readonly FormField[] => [
  choice(name, label),
  text(`${range}From`, 'from serial number'),
  text(`${range}To`, 'to serial number'),
];

const forms: ReadonlyMap<string, Form> = new Map(
  Object.entries<Form>({
    'queryBySerial.html': {
      title: 'List Certificates',
      action: 'listCerts',
      fields: [
        fixed('direction', 'down'),
        text('querySentinelDown', 'From serial number', '0'),
        text('serialTo', 'To serial number'),
        flag('skipRevoked', 'Leave out revoked certificates'),
        flag('skipNonValid', 'Leave out certificates that are not valid'),
        text('maxCount', 'Certificates on a page', '20'),
      ],
    },
    'srchCert.html': {
      title: 'Search for Certificates',
      action: 'srchCerts',
      fields: [
        ...rangeFields,
        ...subjectFields,
        flag('statusInUse', 'Status'),
        statusField,
        flag('issuedByInUse', 'Issued by'),
        text('issuedBy', 'user'),
        flag('revokedByInUse', 'Revoked by'),
        text('revokedBy', 'user'),
        flag('profileInUse', 'Profile'),
        text('profile', 'ID'),
        ...resultFields,
      ],
    },
    'srchRevokeCert.html': {
      title: 'Revoke Certificates',
      action: 'srchCerts',
      fields: [fixed('statusInUse', 'on'), fixed('status', 'VALID'), ...rangeFields, ...subjectFields, ...resultFields],
    },
    'updateDir.html': {
      title: 'Update Directory Server',
      action: 'updateDir',
      deed: 'Update',
      fields: [
        choice('checkFlag', 'Only what was not published before'),
        choice('updateAll', 'All of this'),
        choice('updateCRL', 'Certificate revocation list'),
        choice('updateCA', 'CA certificate'),
        ...published('updateValid', 'Valid certificates', 'valid'),
        ...published('updateExpired', 'Expired certificates', 'expired'),
        ...published('updateRevoked', 'Revoked certificates', 'revoked'),
      ],
    },
    'listRequests.html': {
      title: 'List Requests',
      action: 'queryReq',
      fields: [
        {
          kind: 'choice',
          name: 'reqType',
          label: 'Type',
          choices: [
            ['enrollment', 'enrollment'],
            ['renewal', 'renewal'],
            ['revocation', 'revocation'],
            ['unrevocation', 'release from hold'],
            ['showAll', 'all'],
          ],
        },
        {
          kind: 'choice',
          name: 'reqState',
          label: 'State',
          choices: [
            ['showWaiting', 'pending'],
            ['showCancelled', 'canceled'],
            ['showRejected', 'rejected'],
            ['showCompleted', 'completed'],
            ['showAll', 'all'],
          ],
        },
        fixed('direction', 'first'),
        text('lastEntryOnPage', 'From request number', '0'),
        text('maxCount', 'Requests on a page', '20'),
      ],
    },
  }),
);

/** Without a content type, as Dogtag sends them. */
export async function agentForm({ request: { parameters } }: ServletCall): Promise<GatewayResponse> {
  const form = forms.get(parameters.form ?? '');
  if (form === undefined) throw new ServletFault('Error encountered while loading output template.');
  return { status: 200, headers: {}, body: Buffer.from(page(form.title, [], [], formMarkup(form))) };
}
