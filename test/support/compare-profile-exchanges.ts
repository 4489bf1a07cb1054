// Says where two answers to the same enrolment differ: refusals, what an agent is shown, and certificates byte by byte.
import { type Certificate, decodeCertificate } from '#codecs/x509';
import type { RecordedExchange, RecordedFailure, RecordedPolicy, RecordedRequest } from './profile-exchange.ts';

/** One difference; `ours` and `theirs` are short texts. */
export interface ExchangeDifference {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface ExchangeComparison {
  readonly differences: readonly ExchangeDifference[];
  /** Certificates that are the same, byte for byte, but for the signature. */
  readonly identicalCertificates: number;
  /** Refusals, with or without a request, whose state and message are the same. */
  readonly equalRefusals: number;
  readonly equalReviews: number;
  /** Refusals on both sides where Dogtag's answer has no message of its own, because it has crashed or could not record what it signed. */
  readonly crashes: number;
}

export function compareExchanges(ours: RecordedExchange, theirs: RecordedExchange): ExchangeComparison {
  const comparison = new Comparison();
  comparison.exchanges(ours, theirs);
  return comparison;
}

class Comparison implements ExchangeComparison {
  readonly differences: ExchangeDifference[] = [];
  identicalCertificates = 0;
  equalRefusals = 0;
  equalReviews = 0;
  crashes = 0;

  exchanges(ours: RecordedExchange, theirs: RecordedExchange): void {
    if (ours.failure !== null || theirs.failure !== null) {
      if (this.#same('submission', submissionText(ours), submissionText(theirs))) this.equalRefusals++;
      return;
    }
    this.#same('number of requests', ours.requests.length, theirs.requests.length);
    for (const [index, request] of theirs.requests.entries()) {
      const our = ours.requests[index];
      if (our !== undefined) this.#requests(our, request);
    }
  }

  #requests(ours: RecordedRequest, theirs: RecordedRequest): void {
    const isRefusal = theirs.state !== 'pending' && theirs.state !== 'complete';
    const isSame = this.#same('state', `${ours.state} ${ours.message}`, `${theirs.state} ${theirs.message}`);
    if (isSame && isRefusal) this.equalRefusals++;
    this.#reviews(ours, theirs);
    // What follows from a different state or decision is no difference of its own.
    if (!isSame || !this.#decisions(ours, theirs)) return;
    if (ours.certificate !== null && theirs.certificate !== null)
      this.#certificates(decode(ours.certificate), decode(theirs.certificate));
    else this.#same('certificate', ours.certificate !== null, theirs.certificate !== null);
  }

  #decisions({ decision: ours }: RecordedRequest, { decision: theirs }: RecordedRequest): boolean {
    if (ours === null || theirs === null) return this.#same('decision', ours !== null, theirs !== null);
    if (ours.failure !== null && theirs.failure !== null && isCrash(theirs.failure)) {
      this.crashes++;
      return true;
    }
    const isSame = this.#same('decision', decisionText(ours.failure), decisionText(theirs.failure));
    if (isSame && ours.failure !== null) this.equalRefusals++;
    return isSame;
  }

  #reviews(ours: RecordedRequest, theirs: RecordedRequest): void {
    if (ours.review === null || theirs.review === null) {
      if (this.#same('review', reviewText(ours), reviewText(theirs))) this.equalReviews++;
      return;
    }
    const before = this.differences.length;
    this.#same('number of policies', ours.review.length, theirs.review.length);
    for (const [index, policy] of theirs.review.entries()) {
      const our = ours.review[index];
      if (our !== undefined) this.#policy(`policy ${index + 1}`, our, policy);
    }
    if (this.differences.length === before) this.equalReviews++;
  }

  #policy(where: string, ours: RecordedPolicy, theirs: RecordedPolicy): void {
    const parts = ['defaultName', 'defaultText', 'constraintClass', 'constraintName', 'constraintText'] as const;
    for (const part of parts) this.#same(`${where} ${part}`, ours[part], theirs[part]);
    for (const part of ['values', 'constraintParameters'] as const) {
      this.#same(`${where} number of ${part}`, ours[part].length, theirs[part].length);
      for (const [index, value] of theirs[part].entries())
        this.#same(`${where} ${value.name}`, JSON.stringify(ours[part][index]), JSON.stringify(value));
    }
  }

  #certificates(ours: Certificate, theirs: Certificate): void {
    if (ours.tbsDer.equals(theirs.tbsDer)) {
      this.identicalCertificates++;
      return;
    }
    const before = this.differences.length;
    const hex = (part: Uint8Array) => Buffer.from(part).toString('hex');
    const parts = ['signatureAlgorithmDer', 'issuerDer', 'subjectDer', 'subjectPublicKeyInfoDer'] as const;
    for (const part of parts) this.#same(`TBSCertificate ${part}`, hex(ours[part]), hex(theirs[part]));
    for (const part of ['version', 'serialNumber'] as const)
      this.#same(`TBSCertificate ${part}`, ours[part], theirs[part]);
    for (const part of ['notBefore', 'notAfter'] as const)
      this.#same(`TBSCertificate ${part}`, ours[part].toISOString(), theirs[part].toISOString());
    const list = ({ extensions }: Certificate) => extensions.map(({ oid }) => oid).join(',');
    this.#same('TBSCertificate extensions', list(ours), list(theirs));
    for (const [index, extension] of ours.extensions.entries()) {
      const other = theirs.extensions[index];
      if (other === undefined || other.oid !== extension.oid) continue;
      this.#same(`extension ${extension.oid} critical`, extension.critical, other.critical);
      this.#same(`extension ${extension.oid} value`, hex(extension.valueDer), hex(other.valueDer));
    }
    if (this.differences.length === before) this.#same('TBSCertificate', hex(ours.tbsDer), hex(theirs.tbsDer));
  }

  #same(what: string, ours: unknown, theirs: unknown): boolean {
    if (ours === theirs || withoutIndexes(ours) === theirs || differInSeconds(ours, theirs)) return true;
    this.differences.push({ what, ours: String(ours), theirs: String(theirs) });
    return false;
  }
}

/**
 * What a Java machine that has run for long says in place of a message about an index: compiled code throws one prepared error without any text
 * (HotSpot's OmitStackTraceInFastThrow), so that Dogtag's answer depends on how often it has stumbled there since its start.
 */
function withoutIndexes(message: unknown): unknown {
  return typeof message === 'string' ? message.replace(/Index -?\d+ out of bounds for length \d+/, 'null') : message;
}

const dateInText = /\b[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}\b/g;
/** From when a request is sent until Dogtag looks at its clock. */
const clockDifferenceMsMax = 3_000;

/** Whether two messages say the same of moments that are nearly the same: each side has looked at its own clock. */
function differInSeconds(ours: unknown, theirs: unknown): boolean {
  if (typeof ours !== 'string' || typeof theirs !== 'string') return false;
  if (ours.replace(dateInText, 'DATE') !== theirs.replace(dateInText, 'DATE')) return false;
  const times = (text: string) => (text.match(dateInText) ?? []).map((date) => Date.parse(date));
  const ourTimes = times(ours);
  return times(theirs).every((time, index) => Math.abs(time - (ourTimes[index] ?? 0)) <= clockDifferenceMsMax);
}

function submissionText({ failure, requests }: RecordedExchange): string {
  if (failure !== null) return `${failure.status} ${failure.message}`;
  return `accepted, ${requests.map(({ state, message }) => `${state} ${message}`).join(', ')}`;
}

function reviewText({ reviewFailure }: RecordedRequest): string {
  return reviewFailure === null ? 'shown' : `${reviewFailure.status} ${reviewFailure.message}`;
}

function decisionText(failure: RecordedFailure | null): string {
  return failure === null ? 'carried out' : `${failure.status} ${failure.message}`;
}

function isCrash({ status, message }: RecordedFailure): boolean {
  return (
    status === 500 && (message.startsWith('<!doctype html') || message.startsWith('Server Internal Error: Unable to'))
  );
}

function decode(certificate: string): Certificate {
  return decodeCertificate(Buffer.from(certificate, 'base64'), { rules: 'ber' });
}
