// `retag audit list` and `retag audit show`: what this side did and what its Dogtag wrote, in one trail in the order of time.
import type { Command } from 'commander';
import { type HistorySignature, historySignatures } from '#ca-core/engine';
import type { AuditTrailQuery, TrailEntry, TrailId, TrailPlace } from '#ca-core/store';
import { type AuditAttribute, auditLineText, parseAuditLine, parseNameValuePairs } from '#codecs/dogtag-audit';
import { type CommonOptions, withCommonOptions, withRecord } from '../command-context.ts';
import { CommandFailure } from '../failure.ts';
import { formatTable, printable, printJson, printLine } from '../output.ts';
import { parseSerialArgument } from '../serial-argument.ts';
import type { OpenRecord } from '../wiring.ts';

interface ListOptions extends CommonOptions {
  readonly side?: string;
  readonly event?: string;
  readonly subject?: string;
  readonly outcome?: string;
  readonly serial?: string;
  readonly request?: string;
  readonly from?: string;
  readonly to?: string;
  readonly log?: string;
  readonly signature?: string;
  readonly newestFirst?: boolean;
  readonly after?: string;
  readonly limit: string;
}

const limitMax = 10_000;

export function addAuditTrailCommands(audit: Command): void {
  withCommonOptions(
    audit
      .command('list')
      .description("records of this installation and lines of its Dogtag's audit logs, in the order of time"),
  )
    .option('--event <names>', 'these events only: CERT_REQUEST_PROCESSED, certificate-issued; several with commas')
    .option('--subject <id>', 'what this user, $System$ or distinguished name did')
    .option('--outcome <outcome>', 'success or failure')
    .option('--serial <number>', 'what names the certificate of this serial number, decimal or 0x…')
    .option('--request <id>', 'what names this request')
    .option('--from <time>', 'from this time on: 2026-11-28 or 2026-11-28T02:30:00Z')
    .option('--to <time>', 'before this time')
    .option('--side <side>', 'native (records of this installation) or history (lines of audit logs)')
    .option('--log <name>', 'this audit log only, such as ca_audit')
    .option('--signature <states>', `lines whose signature is ${historySignatures.join(', ')}; several with commas`)
    .option('--newest-first', 'the newest first')
    .option('--after <id>', 'goes on behind this entry, the last one of the page before')
    .option('--limit <count>', `how many at most, up to ${limitMax}`, '50')
    .action(listTrail);
  withCommonOptions(
    audit.command('show <id>').description('one entry with everything that it says, by the id that list prints'),
  ).action(showEntry);
}

async function listTrail(options: ListOptions): Promise<void> {
  const query = parseQuery(options);
  await withRecord(options, async (record) => {
    const after = options.after === undefined ? null : await findPlace(record, options.after);
    const entries = await record.store.audit.search({ ...query, ...(after === null ? {} : { after }) });
    const last = entries.at(-1);
    const next = last !== undefined && entries.length === query.limit ? idText(last) : null;
    if (options.json) {
      printJson({ entries: entries.map(describe), next });
      return;
    }
    if (entries.length === 0) printLine('nothing fits');
    else
      printLine(
        formatTable(
          ['time', 'id', 'event', 'outcome', 'by', 'signature', ''],
          entries.map((entry) => {
            const { time, id, event, outcome, subject, signature } = describe(entry);
            return [
              time,
              id,
              event ?? '',
              outcome ?? '',
              shorten(subject ?? '', 40),
              signature ?? '',
              shorten(summaryOf(entry), 100),
            ];
          }),
        ),
      );
    if (next !== null) printLine(`more: the same with --after ${next}`);
  });
}

async function showEntry(id: string, options: CommonOptions): Promise<void> {
  await withRecord(options, async (record) => {
    const entry = await getEntry(record, id);
    if (options.json) {
      printJson({
        ...describe(entry),
        ...(entry.side === 'history' ? { lineBase64: entry.line.toString('base64') } : {}),
      });
      return;
    }
    const { details, text, ...head } = describe(entry);
    for (const [name, value] of Object.entries(head))
      if (value !== null) printLine(`${name}: ${printable(String(value))}`);
    for (const { name, value } of details) printDetail(name, value);
    if (text !== null) printLine(`line: ${printable(text)}`);
  });
}

function printDetail(name: string, value: string): void {
  printLine(`  ${printable(name)}: ${printable(value)}`);
  if (name !== 'ParamNameValPairs') return;
  for (const pair of parseNameValuePairs(value)) printLine(`    ${printable(pair.name)}: ${printable(pair.value)}`);
}

/** One shape for both sides. */
function describe(entry: TrailEntry) {
  const common = { id: idText(entry), side: entry.side, time: timeText(entry.timeMicros), outcome: entry.outcome };
  if (entry.side === 'native') {
    const { name: event, actor: subject, remoteAddress, details } = entry;
    const attributes = Object.entries(details).map(([name, value]): AuditAttribute => ({ name, value }));
    return {
      ...common,
      event,
      subject,
      remoteAddress,
      log: null,
      place: null,
      signature: null,
      details: attributes,
      text: null,
    };
  }
  const { event, subject, log, fileName, lineNumber, signature, line } = entry;
  const text = auditLineText(line);
  const details = parseAuditLine(text)?.attributes ?? [];
  return {
    ...common,
    event,
    subject,
    remoteAddress: null,
    log,
    place: `${fileName}:${lineNumber}`,
    signature,
    details,
    text,
  };
}

const shownApart: ReadonlySet<string> = new Set(['AuditEvent', 'SubjectID', 'Outcome']);

function summaryOf(entry: TrailEntry): string {
  const { details, text } = describe(entry);
  const parts = details
    .filter(({ name, value }) => !shownApart.has(name) && value !== '')
    .map(({ name, value }) => `${name}=${value}`);
  return details.length === 0 && text !== null ? text : parts.join(' ');
}

function shorten(text: string, length: number): string {
  const safe = printable(text);
  return safe.length > length ? `${safe.slice(0, length - 1)}…` : safe;
}

function timeText(micros: bigint): string {
  return new Date(Number(micros / 1000n)).toISOString();
}

function idText(entry: TrailEntry): string {
  return entry.side === 'native' ? `n${entry.sequence}` : `h${entry.fileId}.${entry.lineNumber}`;
}

async function getEntry({ store }: OpenRecord, text: string): Promise<TrailEntry> {
  const id = parseId(text);
  const entry = id === null ? null : await store.audit.find(id);
  if (entry === null)
    throw new CommandFailure(`there is no audit entry ${JSON.stringify(text)}`, {
      nextStep: 'take an id as "retag audit list" prints it, such as n12 or h3.17',
      exitCode: id === null ? 2 : 1,
    });
  return entry;
}

async function findPlace(record: OpenRecord, text: string): Promise<TrailPlace> {
  const entry = await getEntry(record, text);
  const { timeMicros } = entry;
  return entry.side === 'native'
    ? { side: 'native', timeMicros, sequence: entry.sequence }
    : { side: 'history', timeMicros, fileId: entry.fileId, lineNumber: entry.lineNumber };
}

function parseId(text: string): TrailId | null {
  const native = /^n(\d{1,18})$/.exec(text);
  if (native !== null) return { side: 'native', sequence: BigInt(native[1] ?? '') };
  const history = /^h(\d{1,18})\.(\d{1,9})$/.exec(text);
  if (history === null) return null;
  return { side: 'history', fileId: BigInt(history[1] ?? ''), lineNumber: Number(history[2]) };
}

function parseQuery(options: ListOptions): Omit<AuditTrailQuery, 'after'> {
  const { event, subject, outcome, serial, request, from, to, side, log, signature, newestFirst, limit } = options;
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > limitMax)
    throw new CommandFailure(`--limit takes a number from 1 to ${limitMax}, not "${limit}"`, { exitCode: 2 });
  return {
    limit: count,
    ...(event === undefined ? {} : { events: event.split(',').map((name) => name.trim()) }),
    ...(subject === undefined ? {} : { subject }),
    ...(outcome === undefined ? {} : { outcome: oneOf('--outcome', outcome, ['success', 'failure'] as const) }),
    ...(serial === undefined ? {} : { serialNumber: parseSerialArgument(serial) }),
    ...(request === undefined ? {} : { requestId: parseRequestArgument(request) }),
    ...(from === undefined ? {} : { from: parseTime('--from', from) }),
    ...(to === undefined ? {} : { to: parseTime('--to', to) }),
    ...(side === undefined ? {} : { side: oneOf('--side', side, ['native', 'history'] as const) }),
    ...(log === undefined ? {} : { log }),
    ...(signature === undefined ? {} : { signatures: parseSignatures(signature) }),
    ...(newestFirst === true ? { newestFirst } : {}),
  };
}

function parseSignatures(text: string): HistorySignature[] {
  return text.split(',').map((state) => oneOf('--signature', state.trim(), historySignatures));
}

function oneOf<Value extends string>(option: string, text: string, values: readonly Value[]): Value {
  const value = values.find((candidate) => candidate === text.toLowerCase());
  if (value !== undefined) return value;
  throw new CommandFailure(`${option} takes ${values.join(', ')}, not "${text}"`, { exitCode: 2 });
}

function parseRequestArgument(text: string): bigint {
  if (/^(?:[0-9]{1,49}|0[xX][0-9a-fA-F]{1,40})$/.test(text)) return BigInt(text);
  throw new CommandFailure(`--request takes a number, not "${text}"`, { exitCode: 2 });
}

/** ISO 8601; without a zone it is UTC. */
function parseTime(option: string, text: string): Date {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  const [, day, time = '00:00', zone = 'Z'] = match ?? [];
  const moment = new Date(`${day}T${time}${zone.toUpperCase()}`);
  if (match !== null && !Number.isNaN(moment.getTime())) return moment;
  throw new CommandFailure(`${option} takes a time such as 2026-11-28T02:30:00Z, not "${text}"`, { exitCode: 2 });
}
