// Copies of a signed audit log, true ones and such as somebody might make of it, with what AuditVerify cannot know of them.
import { SignedAuditLog, type ThrowawayAuditSigner } from '#test/signed-audit-log';

export interface TamperedCopy {
  readonly what: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Why our verdict is another one than AuditVerify's; it must be, then. */
  readonly differs?: string;
  /** A starting server's signatures, which AuditVerify takes for bad where they do not cover what stands before them. */
  readonly countsDiffer?: boolean;
}

const one = (text: string) => [{ name: 'ca_audit', text }];
const join = (lines: readonly string[]) => `${lines.join('\n')}\n`;
const isSignature = (line: string) => line.includes('[AuditEvent=AUDIT_LOG_SIGNING]');

/** Of a log that Dogtag wrote and signed: its first lines up to a signature. */
export function copiesOfTrueLog(text: string, linesMax: number): TamperedCopy[] {
  const all = text.split('\n').slice(0, linesMax);
  const lines = all.slice(0, all.findLastIndex(isSignature) + 1);
  const firstSignature = lines.findIndex(isSignature);
  // Two ordinary lines between two signatures, behind the first.
  const at = lines.findIndex(
    (line, index) =>
      index > firstSignature && ![line, lines[index + 1] ?? ''].some(isSignature) && index > lines.length / 2,
  );
  const [here = '', next = ''] = lines.slice(at, at + 2);
  const signatureAt = lines.findIndex((line, index) => index > at && isSignature(line));
  const changed = here.replace('[SubjectID=', '[SubjectID=x');
  const brokenSignature = (lines[signatureAt] ?? '').replace(
    /sig: (.)/,
    (_, letter) => `sig: ${letter === 'A' ? 'B' : 'A'}`,
  );
  return [
    { what: 'untouched', files: one(join(lines)) },
    { what: 'an octet added', files: one(join(lines.with(at, changed))) },
    { what: 'a line dropped', files: one(join(lines.toSpliced(at, 1))) },
    { what: 'two lines swapped', files: one(join(lines.toSpliced(at, 2, next, here))) },
    { what: 'a line twice', files: one(join(lines.toSpliced(at, 0, here))) },
    { what: 'a signature dropped', files: one(join(lines.toSpliced(signatureAt, 1))) },
    { what: 'a signature changed', files: one(join(lines.with(signatureAt, brokenSignature))) },
    { what: 'the last signature cut off', files: one(join([...lines, here])) },
    { what: 'an unsigned end', files: one(join([...lines, here, next])) },
    { what: 'cut at a signature', files: one(join(lines.slice(0, signatureAt + 1))) },
    { what: 'cut between signatures', files: one(join(lines.slice(0, at + 1))) },
    { what: 'lines ended as Windows does', files: one(join(lines).replaceAll('\n', '\r\n')) },
  ];
}

/** Of logs that are written as Dogtag writes them, with a key made for this. */
export function copiesOfWrittenLog(signer: ThrowawayAuditSigner, stranger: ThrowawayAuditSigner): TamperedCopy[] {
  const begin = () => new SignedAuditLog(signer).start().event('AUTH').event('AUTHZ').flush().event('AUTH').flush();
  const rotated = begin().rotate().event('AUTH').flush().event('AUTHZ').rotate().event('AUTH').flush();
  const [first, second, third] = rotated.files;
  if (first === undefined || second === undefined || third === undefined) throw new Error('the log has three files');
  const settings = '[SubjectID=admin][Outcome=Success][ParamNameValPairs=events;;AUTH,AUDIT_LOG_SIGNING]';
  return [
    { what: 'three files', files: rotated.files },
    { what: 'the middle one of three files missing', files: [first, third] },
    { what: 'the first one of three files missing', files: [second, third] },
    { what: 'files in the wrong order', files: [second, first, third], countsDiffer: true },
    { what: 'a signature of another key', files: begin().event('AUTH').flush(stranger).event('AUTH').flush().files },
    { what: 'a restart', files: begin().start().event('AUTH').flush().files },
    {
      what: 'a killed server',
      files: begin().event('AUTH').crash().start().event('AUTH').flush().files,
      countsDiffer: true,
    },
    {
      what: 'a killed server that left half a line',
      files: begin().event('AUTH').crash('0.main - [28/Nov/20').start().event('AUTH').flush().files,
      countsDiffer: true,
    },
    { what: 'letters beyond ASCII', files: begin().event('AUTH', '[SubjectID=Jürgen Ångström 日本]').flush().files },
    { what: 'line feeds in an entry', files: begin().event('AUTH', '[Info=a\nb]').flush().files },
    {
      what: 'carriage returns in an entry',
      files: begin().event('AUTH', '[Info=a\r\nb]').flush().files,
      differs: 'AuditVerify reads a carriage return with its line feed as one line end, and Dogtag has signed both',
    },
    {
      what: 'a change of the settings that names the event',
      files: begin().event('CONFIG_SIGNED_AUDIT', settings).event('AUTH').flush().files,
      differs: 'AuditVerify takes every line that names the event for a signature',
    },
  ];
}
