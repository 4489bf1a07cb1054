// How deeds are accounted for, and the files that hold the account, as `audit` shows them.
import { asAttribute, link, number, optionalFlag, text, values } from '../body-schema.ts';

export const auditConfiguration = {
  root: 'Audit',
  className: 'com.netscape.certsrv.logging.AuditConfig',
  unknownMembers: 'refuse',
  declaresAtom: true,
  fields: {
    /** `Enabled` or `Disabled`. */
    status: text('Status'),
    signed: optionalFlag('Signed'),
    interval: number('Interval'),
    bufferSize: number('BufferSize'),
    /** `enabled`, `disabled` or `mandatory` by name. */
    events: values('Events', 'Event'),
    link: link('Link'),
  },
  later: [['bufferSize', 'bufferSize'], 'status', 'signed', 'interval', 'events'],
  xmlOrder: ['bufferSize', 'events', 'interval', 'link', 'signed', 'status'],
} as const;

export const auditFile = {
  root: 'AuditFile',
  className: 'com.netscape.certsrv.logging.AuditFile',
  unknownMembers: 'refuse',
  fields: { name: asAttribute(text('name')), size: number('Size', 64) },
} as const;
