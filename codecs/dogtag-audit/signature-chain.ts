// Follows the signatures of a log through its lines and files, and says of each line whether one covers it. As Dogtag's LogFile signs: each signature
// is over the line of the signature before it and all lines since, as UTF-8, each ended by one line feed.

import { auditLineText } from './audit-line.ts';
import { type AuditSigner, isAuditSignature } from './audit-signer.ts';

/** A line of one of the files of a log, without the line feed at its end. */
export interface LogLine {
  readonly file: string;
  /** From 1 within its file. */
  readonly lineNumber: number;
  readonly bytes: Buffer;
}

/**
 * `good` and `bad`: a signature covers the line, and fits or does not; for the line of a signature, whether that signature itself does.
 * `none`: no signature covers it. `unchecked`: one may cover it, but the certificate or what else it covers is not here. `open`: at the end of the log,
 * where the next signature is still to come.
 */
export type SignatureStatus = 'good' | 'bad' | 'none' | 'unchecked' | 'open';

export interface DecidedLine<Line> {
  readonly line: Line;
  readonly status: SignatureStatus;
}

export type ChainFindingKind =
  /** What a signature covers was changed, or something was added, removed or moved there. */
  | 'broken-signature'
  /** The line says that it is a signature and has none. */
  | 'signature-missing'
  /** Lines that no signature covers, followed by one that a starting server made: it ended before it had signed them. */
  | 'unsigned-lines'
  /** Lines in front of the first signature of all. */
  | 'unsigned-beginning'
  /** Lines behind the last signature. */
  | 'unsigned-end'
  /** Nothing is signed at all. */
  | 'never-signed'
  /** A file does not go on where the one before it ends. */
  | 'gap-between-files'
  /** The signatures begin anew in the middle: the server found no earlier one in its file. */
  | 'chain-restarted'
  /** The first signature covers what is not here, such as files that have been deleted since. */
  | 'beginning-not-here'
  /** A server that was killed left half a line, and the next one wrote on in it. */
  | 'torn-line'
  /** From here on another of the certificates signs. */
  | 'signer-changed'
  /** It fits what was written, but not what AuditVerify reads, which takes a carriage return for the end of a line. */
  | 'carriage-returns';

export interface ChainFinding {
  readonly kind: ChainFindingKind;
  /** `problem`: the log is not proven to be as it was written; `note`: something to know. */
  readonly severity: 'problem' | 'note';
  readonly from: LogLine;
  readonly to: LogLine;
  readonly message: string;
}

/** Dogtag signs after 512 octets or 5 seconds unless it is configured otherwise; what is longer was not signed as one. */
const rangeBytesMax = 64 * 1024 * 1024;
const mark = Buffer.from('AUDIT_LOG_SIGNING');
const eventMark = Buffer.from('[AuditEvent=AUDIT_LOG_SIGNING]');
const signatureMark = Buffer.from('sig: ');
const tornEntry = /\d+\.[^\s[\]]+ - \[\d{1,2}\/[^[\]]+\] \[\d+\] \[\d+\] \[AuditEvent=AUDIT_LOG_SIGNING\]/g;

/** The signature before the lines at hand, with the forms in which the next one may have been computed over its line. */
interface EarlierSignature<Line> {
  readonly line: Line;
  readonly forms: readonly string[];
}

interface Fit {
  readonly reading: 'whole' | 'as-written' | 'restart' | 'beginning';
  readonly signer: AuditSigner;
}

export class SignatureChain<Line extends LogLine> {
  readonly #onFinding: (finding: ChainFinding) => void;
  #signers: readonly AuditSigner[];
  #earlier: EarlierSignature<Line> | null = null;
  /** Lines since the earlier signature, or since the beginning. */
  #pending: Line[] = [];
  #pendingBytes = 0;
  /** More lines than one signature covers have come since the earlier one: they were handed out without one. */
  #overflow: { readonly first: Line; last: Line } | null = null;
  /** The last line that a starting server would take for the last signature. */
  #lastMention: Line | null = null;
  #lastSigner: AuditSigner | null = null;
  readonly counts = { good: 0, bad: 0, unchecked: 0 };

  /** Without signers everything is `unchecked`. With several, each signature may be of any of them, such as before and after a renewal. */
  constructor(signers: readonly AuditSigner[], onFinding: (finding: ChainFinding) => void) {
    this.#signers = signers;
    this.#onFinding = onFinding;
  }

  /** Lines in the order in which they were written, file after file. Returns those of which is known by now what they are. */
  push(line: Line): DecidedLine<Line>[] {
    if (!line.bytes.includes(mark)) return this.#hold(line);
    // A change of the configuration names the event too, and is an ordinary line; but a starting server does not see the difference.
    const decided = line.bytes.includes(eventMark) ? this.#decide(line) : this.#hold(line);
    this.#lastMention = line;
    return decided;
  }

  /** At the end of the last file. */
  finish(): DecidedLine<Line>[] {
    const { first, last } = this.#openLines();
    const isSigned = this.#earlier !== null;
    if (first !== undefined && last !== undefined)
      if (isSigned)
        this.#note(
          'unsigned-end',
          'problem',
          first,
          last,
          'no signature follows these lines; a running server signs them within seconds',
        );
      else
        this.#note(
          'never-signed',
          'note',
          first,
          last,
          'the log holds no signature: nothing proves that it is as it was written',
        );
    return this.#release(isSigned ? 'open' : 'none');
  }

  #hold(line: Line): DecidedLine<Line>[] {
    if (this.#overflow !== null) {
      this.#overflow.last = line;
      return [{ line, status: 'none' }];
    }
    this.#pending.push(line);
    this.#pendingBytes += line.bytes.length + 1;
    const [first] = this.#pending;
    if (this.#pendingBytes <= rangeBytesMax || first === undefined) return [];
    const decided = this.#release('none');
    this.#overflow = { first, last: line };
    return decided;
  }

  #decide(line: Line): DecidedLine<Line>[] {
    const forms = this.#formsOf(line);
    const signature = signatureOf(line.bytes);
    const statuses = this.#judge(line, signature);
    const decided = this.#release(statuses.lines);
    decided.push({ line, status: statuses.signature });
    if (statuses.signature !== 'none') this.counts[statuses.signature] += 1;
    this.#earlier = { line, forms };
    this.#overflow = null;
    return decided;
  }

  #judge(
    line: Line,
    signature: Buffer | null,
  ): { lines: SignatureStatus; signature: 'good' | 'bad' | 'unchecked' | 'none' } {
    const { first, last } = this.#openLines();
    if (signature === null) {
      this.#note(
        'signature-missing',
        'problem',
        this.#earlier?.line ?? first ?? line,
        line,
        'the line of a signature holds none',
      );
      return { lines: 'bad', signature: 'bad' };
    }
    if (this.#signers.length === 0) return { lines: 'unchecked', signature: 'unchecked' };
    const fit = this.#findFit(signature);
    if (fit === null) return this.#judgeMisfit(line);
    this.#noteSigner(fit.signer, line);
    if (fit.reading === 'as-written')
      this.#note(
        'carriage-returns',
        'note',
        this.#earlier?.line ?? line,
        line,
        'the signature fits, but AuditVerify says that it does not: an entry holds carriage returns',
      );
    if (fit.reading === 'whole' || fit.reading === 'as-written') return { lines: 'good', signature: 'good' };
    if (fit.reading === 'beginning' && this.#earlier !== null)
      this.#note(
        'chain-restarted',
        'problem',
        this.#earlier.line,
        line,
        'the signatures begin anew here: what stood between may have been removed with its signatures',
      );
    if (first !== undefined && last !== undefined)
      if (this.#earlier === null)
        this.#note('unsigned-beginning', 'note', first, last, 'these lines were written before signing was turned on');
      else
        this.#note(
          'unsigned-lines',
          'problem',
          first,
          last,
          'no signature covers these lines: the server ended without signing them, or they were put in later',
        );
    return { lines: 'none', signature: 'good' };
  }

  #judgeMisfit(line: Line): { lines: SignatureStatus; signature: 'bad' | 'unchecked' } {
    const { first, last } = this.#openLines();
    const earlier = this.#earlier?.line ?? null;
    if (earlier === null) {
      this.#note(
        'beginning-not-here',
        'note',
        first ?? line,
        line,
        'the first signature covers what is not here, such as files that were deleted',
      );
      return { lines: 'unchecked', signature: 'unchecked' };
    }
    const end = last ?? earlier;
    if (line.lineNumber === 1 && end.file !== line.file) {
      this.#note(
        'gap-between-files',
        'problem',
        end,
        line,
        `${line.file} does not go on where ${end.file} ends: a file between them is missing, or one of the two was changed there`,
      );
      return { lines: 'none', signature: 'unchecked' };
    }
    const message =
      'the signature does not fit what it covers: something was changed, added, removed or moved there, or another key signed';
    this.#note('broken-signature', 'problem', earlier, line, message);
    return { lines: 'bad', signature: 'bad' };
  }

  #findFit(signature: Buffer): Fit | null {
    for (const { reading, bytes } of this.#readings())
      for (const signer of this.#signers) if (isAuditSignature(signer, bytes, signature)) return { reading, signer };
    return null;
  }

  /** What the next signature may have been computed over, the likeliest first. */
  *#readings(): Generator<{ readonly reading: Fit['reading']; readonly bytes: Buffer }> {
    if (this.#earlier !== null && this.#overflow === null) {
      const rest = this.#pending.map((line) => normalizedText(line.bytes)).join('');
      for (const form of this.#earlier.forms) yield { reading: 'whole', bytes: Buffer.from(form + rest) };
      const all = [this.#earlier.line, ...this.#pending];
      if (all.some(({ bytes }) => bytes.includes(0x0d)))
        yield {
          reading: 'as-written',
          bytes: Buffer.from(all.map(({ bytes }) => `${auditLineText(bytes)}\n`).join('')),
        };
    }
    // A starting server (and one that opens the next file) takes the last line of the file that names the event, whatever came after it.
    if (this.#lastMention !== null)
      yield { reading: 'restart', bytes: Buffer.from(normalizedText(this.#lastMention.bytes)) };
    yield { reading: 'beginning', bytes: Buffer.alloc(0) };
  }

  /** A server that was killed leaves half a line, to which the next one appends its first: the next signature covers that part alone. */
  #formsOf(line: Line): string[] {
    const text = auditLineText(line.bytes);
    const whole = normalizedText(line.bytes);
    const entry = [...text.matchAll(tornEntry)].at(-1);
    if (entry === undefined || entry.index === 0) return [whole];
    const tail = text.slice(entry.index);
    // Digits of the half line may have met those of the process id.
    const digits = /^\d+/.exec(tail)?.[0].length ?? 1;
    this.#note(
      'torn-line',
      'problem',
      line,
      line,
      `a line was broken off and another begins in it: ${text.slice(0, entry.index)}`,
    );
    return [whole, ...Array.from({ length: Math.min(digits, 20) }, (_, at) => `${tail.slice(digits - 1 - at)}\n`)];
  }

  #noteSigner(signer: AuditSigner, line: Line): void {
    if (this.#lastSigner !== null && this.#lastSigner !== signer)
      this.#note('signer-changed', 'note', line, line, `from here on ${signer.name} signs`);
    if (this.#lastSigner !== signer) this.#signers = [signer, ...this.#signers.filter((other) => other !== signer)];
    this.#lastSigner = signer;
  }

  #openLines(): { readonly first: Line | undefined; readonly last: Line | undefined } {
    return { first: this.#overflow?.first ?? this.#pending[0], last: this.#overflow?.last ?? this.#pending.at(-1) };
  }

  #release(status: SignatureStatus): DecidedLine<Line>[] {
    const decided = this.#pending.map((line) => ({ line, status }));
    this.#pending = [];
    this.#pendingBytes = 0;
    return decided;
  }

  #note(kind: ChainFindingKind, severity: ChainFinding['severity'], from: Line, to: Line, message: string): void {
    this.#onFinding({ kind, severity, from, to, message });
  }
}

/** As AuditVerify reads it: carriage returns end lines too, and each end counts as one line feed. */
function normalizedText(bytes: Buffer): string {
  const text = auditLineText(bytes);
  return text.includes('\r') ? `${text}\n`.replaceAll(/\r\n?/g, '\n') : `${text}\n`;
}

function signatureOf(bytes: Buffer): Buffer | null {
  const at = bytes.indexOf(signatureMark, bytes.indexOf(eventMark));
  if (at < 0) return null;
  const signature = Buffer.from(bytes.toString('latin1', at + signatureMark.length), 'base64');
  return signature.length === 0 ? null : signature;
}
