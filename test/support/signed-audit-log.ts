// A signed audit log as a Dogtag writes it: signatures at every flush, at every start and at both ends of a file, with a key made for the test.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type AuditSigner, readAuditSigner } from '#codecs/dogtag-audit';
import { SampleIssuer } from './sample-issuer.ts';

export interface ThrowawayAuditSigner extends AuditSigner {
  readonly privateKey: KeyObject;
}

export function createAuditSigner(kind: 'rsa' | 'ec' = 'ec', subject = 'CN=CA Audit,O=SAMPLE'): ThrowawayAuditSigner {
  const { publicKey, privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const subjectPublicKeyInfoDer = publicKey.export({ type: 'spki', format: 'der' });
  const certificateDer = new SampleIssuer('CN=Certificate Authority,O=SAMPLE').certify(5n, {
    subject,
    subjectPublicKeyInfoDer,
  });
  return { ...readAuditSigner(certificateDer), privateKey };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export class SignedAuditLog {
  readonly #signer: ThrowawayAuditSigner;
  /** Closed files first, each with its exact text. */
  readonly files: { name: string; text: string }[] = [];
  #covered = '';
  #seconds = 0;

  constructor(signer: ThrowawayAuditSigner, name = 'ca_audit') {
    this.#signer = signer;
    this.files.push({ name, text: '' });
  }

  /** Everything as one text. */
  get text(): string {
    return this.files.map(({ text }) => text).join('');
  }

  /** The server starts: it signs the last line that names the event, and whatever follows is signed anew. */
  start(): this {
    const last = this.#current.text.split('\n').findLast((line) => line.includes('AUDIT_LOG_SIGNING'));
    this.#covered = last === undefined ? '' : `${last}\n`;
    this.flush();
    return this.event('AUDIT_LOG_STARTUP', '[SubjectID=$System$][Outcome=Success]', 'audit function startup');
  }

  event(name: string, attributes = '[SubjectID=admin][Outcome=Success]', phrase = 'something happened'): this {
    return this.line(`[AuditEvent=${name}]${attributes} ${phrase}`);
  }

  line(message: string): this {
    return this.#write(`${this.#head()}${message}`);
  }

  flush(signer = this.#signer): this {
    const signature = sign('sha256', Buffer.from(this.#covered), signer.privateKey).toString('base64');
    this.#covered = '';
    return this.line(
      `[AuditEvent=AUDIT_LOG_SIGNING][SubjectID=$System$][Outcome=Success] signature of audit buffer just flushed: sig: ${signature}`,
    );
  }

  /** The server is killed: what it has not signed yet stays as it is, `tornText` without an end. */
  crash(tornText = ''): this {
    this.#current.text += tornText;
    this.#covered = '';
    return this;
  }

  /** Closes the file and begins another, as Dogtag does when one is large enough. */
  rotate(): this {
    this.flush();
    const current = this.#current;
    const name = current.name;
    current.name = `${name}.202611280${String(200_00 + this.files.length)}`;
    this.files.push({ name, text: '' });
    return this.flush();
  }

  get #current(): { name: string; text: string } {
    const current = this.files.at(-1);
    if (current === undefined) throw new RangeError('a log has a file at least');
    return current;
  }

  #write(entry: string): this {
    this.#current.text += `${entry}\n`;
    this.#covered += `${entry}\n`;
    return this;
  }

  #head(): string {
    const at = new Date(Date.UTC(2026, 10, 28, 2, 30, this.#seconds));
    this.#seconds += 1;
    const two = (value: number) => String(value).padStart(2, '0');
    const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
    const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
    return `0.main - [${day}:${time} UTC] [14] [6] `;
  }
}
