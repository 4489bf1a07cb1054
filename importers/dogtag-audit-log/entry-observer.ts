// Notes what is odd about lines of a log apart from its signatures: grammar, names, clock, starts and stops.
import { type AuditLine, auditEventNames } from '#codecs/dogtag-audit';
import type { AuditFindingKind, SourceAuditFinding } from './audit-log-records.ts';

/** Threads write in the order in which they come to it, not quite in that of their events. */
const clockToleranceMs = 10_000;

export class EntryObserver {
  readonly #onFinding: (finding: SourceAuditFinding) => void;
  #latest: { readonly time: Date; readonly place: string } | null = null;
  #startedAt: string | null = null;
  #stoppedAt: string | null = null;
  /** Whether the log tells of stops: an installation does not by default, and then a start without one says nothing. */
  #tellsOfStops = false;

  constructor(onFinding: (finding: SourceAuditFinding) => void) {
    this.#onFinding = onFinding;
  }

  /** `time` is null where the line tells none that can be read. */
  observe(line: AuditLine | null, time: Date | null, place: string): void {
    if (line === null) {
      this.#note(
        'odd-line',
        'note',
        place,
        'it does not begin as an entry does; perhaps the entry before it holds line ends',
      );
      return;
    }
    if (line.event === null) this.#note('odd-line', 'note', place, 'it is an entry without an event');
    else if (!auditEventNames.has(line.event))
      this.#note(
        'unknown-event',
        'note',
        place,
        `no Dogtag that is known here writes the event ${shorten(line.event)}`,
      );
    const names = new Set<string>();
    for (const { name } of line.attributes) {
      if (names.has(name))
        this.#note(
          'repeated-attribute',
          'note',
          place,
          `${shorten(name)} occurs twice: the first is taken, the other may be part of a value`,
        );
      names.add(name);
    }
    this.#observeTime(time, line.timeText, place);
    if (line.event !== null) this.#observeService(line.event, place);
  }

  #observeTime(time: Date | null, text: string, place: string): void {
    if (time === null) {
      this.#note(
        'time-unreadable',
        'note',
        place,
        `the time ${JSON.stringify(shorten(text))} cannot be read; name its zone with --time-zone`,
      );
      return;
    }
    const latest = this.#latest;
    if (latest !== null && latest.time.getTime() - time.getTime() > clockToleranceMs)
      this.#note(
        'clock-went-back',
        'note',
        place,
        `it is of ${time.toISOString()}, ${latest.place} before it of ${latest.time.toISOString()}`,
      );
    this.#latest = { time, place };
  }

  #observeService(event: string, place: string): void {
    if (event === 'AUDIT_LOG_STARTUP') {
      if (this.#tellsOfStops && this.#startedAt !== null && this.#stoppedAt === null)
        this.#note(
          'start-without-stop',
          'note',
          place,
          `the server starts, and has not stopped since it did at ${this.#startedAt}`,
        );
      this.#startedAt = place;
      this.#stoppedAt = null;
    } else if (event === 'AUDIT_LOG_SHUTDOWN') {
      this.#tellsOfStops = true;
      this.#stoppedAt = place;
    } else if (event !== 'AUDIT_LOG_SIGNING' && this.#stoppedAt !== null) {
      if (this.#startedAt !== null)
        this.#note(
          'stop-without-start',
          'note',
          place,
          `the server is at work, and has not started since it stopped at ${this.#stoppedAt}`,
        );
      this.#stoppedAt = null;
    }
  }

  #note(kind: AuditFindingKind, severity: SourceAuditFinding['severity'], place: string, message: string): void {
    this.#onFinding({ kind, severity, place, message });
  }
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
