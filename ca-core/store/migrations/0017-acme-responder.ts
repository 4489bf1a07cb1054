// Whether the ACME responder beside the authority is to answer its clients.
import type { Migration } from '#platform';

export const acmeResponder: Migration = {
  name: '0017-acme-responder',
  sql: `
    create table acme_responder (
      is_the_one boolean primary key default true check (is_the_one),
      enabled boolean not null
    );
  `,
};
