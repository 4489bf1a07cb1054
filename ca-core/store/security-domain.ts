// Hosts of the security domain; with what was changed here and the other side does not know of.
import type { DomainHost, DomainSubsystem, SecurityDomain, Store } from '#ca-core/engine';
import { domainSubsystems } from '#ca-core/engine';
import { type Database, statement, type Transaction } from '#platform';
import { growRevision } from './revisions.ts';
import type { Stored } from './roster.ts';

type Origin = 'native' | 'imported';

export interface NativeHost {
  readonly name: string;
  /** Null for one that was removed. */
  readonly host: DomainHost | null;
  /** Of its row, as it was read. */
  readonly version: string;
}

interface HostRow {
  readonly name: string;
  readonly domain: string;
  readonly subsystem: DomainSubsystem;
  readonly host_name: string;
  readonly port: string | null;
  readonly secure_port: string | null;
  readonly secure_end_entity_port: string | null;
  readonly secure_agent_port: string | null;
  readonly secure_admin_port: string | null;
  readonly clone: string | null;
  readonly subsystem_name: string | null;
  readonly domain_manager: string | null;
  readonly origin: Origin;
  readonly removed: boolean;
}

const columns =
  'name, domain, subsystem, host_name, port, secure_port, secure_end_entity_port, secure_agent_port, secure_admin_port, ' +
  'clone, subsystem_name, domain_manager';
const listHosts = statement(
  'security-domain.hosts',
  `select ${columns}, origin, removed from security_domain_hosts order by position nulls last, added`,
);
// Added again after it was removed here, a host stands at the end of its list, as a new one does.
const writeHostRow = statement(
  'security-domain.write',
  `insert into security_domain_hosts (${columns}, origin, changed_natively)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13 = 'native')
   on conflict (name) do update set domain = excluded.domain, subsystem = excluded.subsystem, host_name = excluded.host_name,
     port = excluded.port, secure_port = excluded.secure_port, secure_end_entity_port = excluded.secure_end_entity_port,
     secure_agent_port = excluded.secure_agent_port, secure_admin_port = excluded.secure_admin_port, clone = excluded.clone,
     subsystem_name = excluded.subsystem_name, domain_manager = excluded.domain_manager, origin = excluded.origin,
     changed_natively = excluded.changed_natively, removed = false,
     position = case when excluded.origin = 'native' then null else security_domain_hosts.position end`,
);
const dropHost = statement(
  'security-domain.drop',
  `update security_domain_hosts set origin = 'native', changed_natively = true, removed = true where name = $1`,
);
const listNative = statement(
  'security-domain.native',
  `select ${columns}, origin, removed, xmin::text as version from security_domain_hosts where changed_natively order by added`,
);
// Every change of a row gives it another xmin.
const markHost = statement(
  'security-domain.mark',
  `update security_domain_hosts set changed_natively = false, origin = 'imported' where name = $1 and xmin::text = $2`,
);
const forgetHosts = statement(
  'security-domain.forget',
  'delete from security_domain_hosts where removed and not changed_natively',
);

export function createDomainReader(database: Database): Store['securityDomain'] {
  return {
    read: async () => domainFromRows(await database.query<HostRow>(listHosts)),
  };
}

/** Null instead of a host: it goes. Whoever calls has grown the revision of access, which is that of the domain, too. */
export async function changeHosts(
  transaction: Transaction,
  hosts: ReadonlyMap<string, DomainHost | null>,
): Promise<void> {
  for (const [name, host] of hosts)
    if (host === null) await transaction.execute(dropHost, [name]);
    else await insertHost(transaction, host, 'native');
}

export async function writeImportedHost(transaction: Transaction, host: DomainHost): Promise<void> {
  await growRevision(transaction, 'access');
  await insertHost(transaction, host, 'imported');
}

/** With those that were removed here: what the source says of them must not bring them back. */
export async function readStoredHosts(transaction: Transaction): Promise<Map<string, Stored<DomainHost>>> {
  const rows = await transaction.query<HostRow>(listHosts);
  return new Map(rows.map((row) => [row.name, { content: hostFromRow(row), origin: row.origin }]));
}

export async function listNativeHosts(database: Database): Promise<readonly NativeHost[]> {
  const rows = await database.query<HostRow & { readonly version: string }>(listNative);
  return rows.map((row) => ({ name: row.name, host: row.removed ? null : hostFromRow(row), version: row.version }));
}

export async function markNativeHost(database: Database, { name, version }: NativeHost): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.execute(markHost, [name, version]);
    await transaction.execute(forgetHosts, []);
  });
}

/** The name of the domain is known of a host that is gone, too. */
function domainFromRows(rows: readonly HostRow[]): SecurityDomain {
  const present = rows.filter(({ removed }) => !removed);
  const hosts = domainSubsystems.flatMap((subsystem) => present.filter((row) => row.subsystem === subsystem));
  return { name: (present[0] ?? rows[0])?.domain || null, hosts: hosts.map(hostFromRow) };
}

async function insertHost(transaction: Transaction, host: DomainHost, origin: Origin): Promise<void> {
  await transaction.execute(writeHostRow, [
    host.name,
    host.domain,
    host.subsystem,
    host.hostName,
    host.port,
    host.securePort,
    host.secureEndEntityPort,
    host.secureAgentPort,
    host.secureAdminPort,
    host.clone,
    host.subsystemName,
    host.domainManager,
    origin,
  ]);
}

function hostFromRow(row: HostRow): DomainHost {
  return {
    name: row.name,
    domain: row.domain,
    subsystem: row.subsystem,
    hostName: row.host_name,
    port: row.port,
    securePort: row.secure_port,
    secureEndEntityPort: row.secure_end_entity_port,
    secureAgentPort: row.secure_agent_port,
    secureAdminPort: row.secure_admin_port,
    clone: row.clone,
    subsystemName: row.subsystem_name,
    domainManager: row.domain_manager,
  };
}
