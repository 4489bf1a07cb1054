// Who answers each operation, and every change of that with its reason.
export const operationModes = {
  name: '0002-operation-modes',
  sql: `
    create table operation_mode (
      operation text not null,
      -- Empty: the mode of the operation for every profile that has no row of its own.
      profile_id text not null default '',
      mode text not null check (mode in ('forward', 'rehearse', 'serve-checked', 'serve')),
      changed_at timestamptz not null,
      changed_by text not null,
      reason text,
      primary key (operation, profile_id)
    );
    create table operation_mode_change (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      changed_by text not null,
      reason text,
      operation text not null,
      profile_id text not null,
      mode_before text not null,
      mode_after text not null
    );
    -- Running appliances say which change they act on, so that whoever made it can wait for them.
    create table appliance_acknowledgement (
      appliance_id text primary key,
      change bigint not null,
      -- The transition for which everything under way has ended there.
      transition uuid,
      at timestamptz not null
    );
    -- A change under way: running appliances let new requests of its operations wait until it is done or has expired.
    create table mode_transition (
      only_row boolean primary key default true check (only_row),
      id uuid not null,
      operations text[] not null,
      started_by text not null,
      started_at timestamptz not null,
      expires_at timestamptz not null
    );
    -- Where native numbers begin, and what was known of the other side's when that was decided.
    create table number_fence (
      kind text primary key check (kind in ('certificate', 'request')),
      native_from numeric not null,
      native_to numeric not null,
      set_at timestamptz not null,
      explanation text not null
    );`,
};
