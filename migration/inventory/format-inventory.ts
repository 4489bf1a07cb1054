// An inventory as one page of plain text.
import { formatTable } from '../text-table.ts';
import type { CertificateCensus, CountLine, Inventory, Risk } from './inventory.ts';

const linesMax = 12;
const barWidth = 50;
const severities: readonly (readonly [severity: Risk['severity'], meaning: string])[] = [
  ['blocking', 'the move cannot succeed before it is mended'],
  ['breaking', 'something will stop working, moved or not'],
  ['watching', 'good to know'],
];

/** Lines end with a line feed. `allProfiles` lists every profile rather than those in use or in trouble. */
export function formatInventory(inventory: Inventory, options: { readonly allProfiles?: boolean } = {}): string {
  const sections = [
    head(inventory),
    risks(inventory),
    certificates(inventory),
    requests(inventory),
    authorities(inventory),
    profiles(inventory, options.allProfiles ?? false),
    agents(inventory),
    system(inventory),
    crls(inventory),
    ranges(inventory),
    findings(inventory),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function head({ source, server, timeZone, takenAt, servers, remarks, counts }: Inventory): string {
  return [
    `Inventory of ${source}`,
    `${server}; dates read in ${timeZone}; taken ${takenAt}`,
    ...(servers.length > 0 ? [`CA servers: ${servers.join(', ')}`] : []),
    ...remarks,
    counts.map(({ kind, count }) => `${kind} ${count}`).join(', '),
  ].join('\n');
}

function risks({ risks: list }: Inventory): string {
  if (list.length === 0) return 'RISKS\nnone found';
  const counts = severities
    .map(([severity, meaning]) => [list.filter((one) => one.severity === severity).length, severity, meaning] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity, meaning]) => `${count} ${severity} (${meaning})`);
  const lines = list.flatMap(({ severity, subject, message, advice }) => [
    `${severity.padEnd(8)}  ${subject}: ${message}`,
    `          ${advice}`,
  ]);
  return ['RISKS, the worst first', ...lines, counts.join(', ')].join('\n');
}

function certificates({ certificates: census }: Inventory): string {
  const { total, valid, notYetValid, expired, revoked, unreadable, lowestSerial, highestSerial } = census;
  const states = [`${valid} valid`, `${notYetValid} not yet valid`, `${expired} expired`, `${revoked} revoked`];
  if (unreadable > 0) states.push(`${unreadable} unreadable`);
  const serials =
    highestSerial === null
      ? ''
      : `\nserial numbers ${lowestSerial} to ${highestSerial} (0x${BigInt(highestSerial).toString(16)})`;
  const parts = [`CERTIFICATES  ${total}: ${states.join(', ')}${serials}`];
  if (census.revokedByReason.length > 0)
    parts.push(`revoked for: ${census.revokedByReason.map(({ reason, count }) => `${reason} ${count}`).join(', ')}`);
  parts.push(
    expiryHistogram(census),
    countTable('keys', census.keyAlgorithms),
    countTable('signatures', census.signatureAlgorithms),
    countTable('issuers', census.issuers),
  );
  return parts.join('\n');
}

/** A bar for each stretch of time; the longest one fills the width, and one that holds anything has at least one mark. */
function expiryHistogram({ expiry, valid }: CertificateCensus): string {
  if (valid === 0) return '';
  const most = Math.max(1, ...expiry.map(({ count }) => count));
  const rows = expiry.map(({ withinDays, count }, index) => {
    const after = index === 0 ? 0 : expiry[index - 1]?.withinDays;
    const span = withinDays === null ? `later than ${after} days` : `${after} to ${withinDays} days`;
    return [span, String(count), '█'.repeat(Math.ceil((count * barWidth) / most))];
  });
  return `\n${formatTable(['valid ones expire in', 'count', ''], rows)}`;
}

function countTable(title: string, lines: readonly CountLine[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, linesMax).map(({ name, all, valid }) => [name, String(all), String(valid)]);
  const rest = lines.length > linesMax ? `\nand ${lines.length - linesMax} more` : '';
  return `\n${formatTable([title, 'all', 'valid'], shown)}${rest}`;
}

function requests({ requests: lines }: Inventory): string {
  if (lines.length === 0) return '';
  return `REQUESTS\n${formatTable(
    ['kind', 'state', 'count'],
    lines.map(({ kind, state, count }) => [kind, state, String(count)]),
  )}`;
}

function authorities({ authorities: lines }: Inventory): string {
  const rows = lines.map(({ subject, isHostAuthority, enabled, daysLeft, key, id }) => [
    subject,
    isHostAuthority ? 'host' : 'lightweight',
    enabled ? 'enabled' : 'disabled',
    daysLeft === null ? '?' : String(daysLeft),
    key,
    id,
  ]);
  return rows.length === 0 ? '' : `AUTHORITIES\n${formatTable(['subject', '', '', 'days left', 'key', 'id'], rows)}`;
}

function profiles({ profiles: lines }: Inventory, all: boolean): string {
  const supported = lines.filter(({ isSupported }) => isSupported).length;
  const enabled = lines.filter((line) => line.enabled).length;
  const shown = all ? lines : lines.filter(({ issued }) => issued > 0);
  const rows = shown.map(({ id, enabled: isOn, visible, issued, valid, isSupported, reasons, differences }) => [
    id,
    isOn ? 'enabled' : 'disabled',
    visible ? 'visible' : 'hidden',
    String(issued),
    String(valid),
    isSupported ? describeSupport(differences) : `no: ${reasons[0] ?? ''}`,
  ]);
  const title = `PROFILES  ${lines.length}: ${enabled} enabled, ${supported} can be run here${all ? '' : '; those that have issued'}`;
  return `${title}\n${formatTable(['profile', '', '', 'issued', 'valid', 'runs here'], rows)}`;
}

function agents({ agents: lines }: Inventory): string {
  const rows = lines.flatMap(({ userId, groups, certificates: list }) =>
    list.length === 0
      ? [[userId, '', 'no certificate', '', few(groups)]]
      : list.map(({ subject, daysLeft, isClaimed, isRevoked }) => [
          userId,
          String(daysLeft),
          subject,
          [...(isRevoked ? ['revoked'] : []), ...(isClaimed ? [] : ['not claimed'])].join(', '),
          few(groups),
        ]),
  );
  return rows.length === 0
    ? ''
    : `AGENTS AND ADMINISTRATORS\n${formatTable(['user', 'days left', 'certificate', '', 'groups'], rows)}`;
}

function system({ systemCertificates }: Inventory): string {
  const rows = systemCertificates
    .slice(0, linesMax)
    .map(({ purpose, daysLeft, subject, serialNumber }) => [purpose, String(daysLeft), serialNumber, subject]);
  return rows.length === 0
    ? ''
    : `THE SERVER'S OWN CERTIFICATES, the first to expire\n${formatTable(['purpose', 'days left', 'serial', 'subject'], rows)}`;
}

function few(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

function crls({ crls: lines }: Inventory): string {
  const rows = lines.map(({ issuingPoint, kind, crlNumber, entries, ageHours, nextUpdate }) => [
    issuingPoint,
    kind,
    crlNumber,
    entries === null ? '?' : String(entries),
    ageHours === null ? '?' : String(ageHours),
    nextUpdate ?? 'no next update',
  ]);
  return rows.length === 0
    ? ''
    : `CRLS\n${formatTable(['issuing point', 'kind', 'number', 'entries', 'hours old', 'next update'], rows)}`;
}

function ranges({ ranges: lines }: Inventory): string {
  const rows = lines.map(({ of, state, host, readAs, from, to, left }) => [
    of,
    state,
    readAs,
    from,
    to ?? 'open',
    left ?? '',
    host ?? '',
  ]);
  return rows.length === 0
    ? ''
    : `NUMBER RANGES\n${formatTable(['numbers', 'state', 'digits read as', 'from', 'to', 'left', 'server'], rows)}`;
}

function findings({ findings: lines }: Inventory): string {
  if (lines.length === 0) return '';
  return [
    'FINDINGS',
    ...lines.map(({ kind, verdict, count, example }) => `${verdict}  ${kind}  ${count}, for example ${example}`),
  ].join('\n');
}

function describeSupport([first, ...others]: readonly string[]): string {
  if (first === undefined) return 'yes';
  return `yes, but ${first}${others.length > 0 ? `, and ${others.length} more` : ''}`;
}
