// Jobs that run by themselves or when they are told to (11.x), as `jobs` shows them.
import { optionalFlag, text } from '../body-schema.ts';

export const job = {
  root: 'JobInfo',
  className: 'org.dogtagpki.job.JobInfo',
  unknownMembers: 'ignore',
  fields: {
    id: text('id'),
    enabled: optionalFlag('enabled'),
    cron: text('cron'),
    pluginName: text('pluginName'),
    owner: text('owner'),
  },
} as const;
