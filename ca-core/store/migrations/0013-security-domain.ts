// The hosts of the security domain, as users and groups are kept: with what was changed of them here.
import type { Migration } from '#platform';

export const securityDomain: Migration = {
  name: '0013-security-domain',
  sql: `
    create table security_domain_hosts (
      name text primary key,
      domain text not null,
      subsystem text not null,
      host_name text not null,
      port text,
      secure_port text,
      secure_end_entity_port text,
      secure_agent_port text,
      secure_admin_port text,
      clone text,
      subsystem_name text,
      domain_manager text,
      origin text not null check (origin in ('native', 'imported')),
      -- True until the other side's directory has the host as it is here (or has it no longer).
      changed_natively boolean not null default false,
      -- Removed here: the row stays until the other side has been told, so that following it does not bring the host back.
      removed boolean not null default false,
      -- Place in the list of the source; null for those that were added here, which come behind, in the order of 'added'.
      position bigint,
      added bigint not null generated always as identity
    );
  `,
};
