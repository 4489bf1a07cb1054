// How the embedded server is configured: durable, small, reachable through one socket by one user only.
import type { ServerUser } from './server-user.ts';

/** The role and database that retag works with; the role is no superuser. */
export const applicationRole = 'retag';
export const applicationDatabase = 'retag';
/** The role that initdb makes; used for making the other one only. */
export const administratorRole = 'postgres';
/** Only a part of the socket's name: there is no TCP listener. */
export const socketPort = 5432;

/** Written anew at each start, so that a newer retag brings its own; `local.conf` beside the data folder overrides it. */
export function configurationText(socketFolder: string): string {
  return `# Written by retag at each start. Put settings of your own into local.conf in the folder above this one.

# One socket in a folder that only the server's user (and root) can enter; nothing listens on the network.
listen_addresses = ''
port = ${socketPort}
unix_socket_directories = '${socketFolder.replaceAll("'", "''")}'
unix_socket_permissions = 0700
max_connections = 60

# What was confirmed survives a power failure.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
max_wal_senders = 0

# A small box: few megabytes at rest, no process that waits for work that never comes.
shared_buffers = 32MB
huge_pages = off
work_mem = 4MB
maintenance_work_mem = 64MB
wal_buffers = 4MB
max_wal_size = 512MB
min_wal_size = 80MB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
effective_cache_size = 256MB
random_page_cost = 1.1
io_method = sync
max_worker_processes = 2
max_parallel_workers = 0
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
max_logical_replication_workers = 0
autovacuum_max_workers = 1
autovacuum_worker_slots = 1
jit = off

# Times and texts in one form; messages in English, because they are read by programs too.
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
lc_monetary = 'C'
lc_numeric = 'C'
lc_time = 'C'
default_text_search_config = 'pg_catalog.simple'

logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] '
log_min_messages = warning
# A refused statement is reported by the program that sent it; here it would put its values into a file.
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off

include_if_exists '../local.conf'
`;
}

/**
 * Who may sign in: by the operating system's word (peer) the server's own user and root, through the socket only. A user id
 * without a name cannot be mapped, so there the closed folder alone keeps others out.
 */
export function accessText(user: ServerUser): string {
  const method = user.name === null ? 'trust' : 'peer map=retag';
  return `# Written by retag at each start.\nlocal all all ${method}\n`;
}

/** As which role which user of the operating system may sign in. */
export function identityMapText(user: ServerUser): string {
  const names = user.name === null ? ['root'] : ['root', user.name];
  const lines = [...new Set(names)].flatMap((name) =>
    [applicationRole, administratorRole].map((role) => `retag ${JSON.stringify(name)} ${role}\n`),
  );
  return `# Written by retag at each start.\n${lines.join('')}`;
}
