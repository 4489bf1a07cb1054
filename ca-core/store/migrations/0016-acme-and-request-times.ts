// Whether the ACME responder beside the authority is to answer its clients, and how many requests came in which time (Dogtag's monitor).
import type { Migration } from '#platform';

export const acmeAndRequestTimes: Migration = {
  name: '0016-acme-and-request-times',
  sql: `
    create table acme_responder (
      is_the_one boolean primary key default true check (is_the_one),
      enabled boolean not null
    );
    create index requests_created on requests (created_at, id);
  `,
};
