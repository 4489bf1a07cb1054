// Validity whose ends are moved outwards by chance, so that serial numbers or times cannot be foretold.
import { parseJavaInteger } from '#codecs/dogtag-text';
import { randomBytes } from '#platform';
import { CaError } from '../../errors.ts';
import type { CertificateDraft } from '../../issuance/certificate-draft.ts';
import { type ClassParameters, notANumber } from '../class-parameters.ts';
import type { DefaultClass } from '../profile-class.ts';
import type { ApplicationContext } from '../profile-environment.ts';
import { expandForRequest } from '../request-pattern.ts';
import { readValidity, setValidity, validityValues } from '../validity-values.ts';

const startName = 'startTime';
const rangeName = 'range';
const notBeforeBitsName = 'notBeforeRandomBits';
const notAfterBitsName = 'startTimeRandomBits';
const dayMs = 86_400_000;

export const randomizedValidityDefault: DefaultClass = {
  classId: 'randomizedValidityDefaultImpl',
  className: 'RandomizedValidityDefault',
  compile: (parameters, { timeZone }) => {
    const start = parameters.pattern(startName);
    const range = parameters.pattern(rangeName);
    return {
      text: `This default populates a Certificate Validity to the request. The default values are Range=${parameters.text(rangeName)} in days`,
      values: validityValues,
      parameterNames: [rangeName, startName, notBeforeBitsName, notAfterBitsName],
      populate: (request, context) => {
        const startText = expandForRequest(start, request) || '60';
        if (!/^[+-]?\d{1,12}$/.test(startText)) throw notANumber(startText);
        const notBeforeSpan = spanOf(parameters, notBeforeBitsName);
        const notAfterSpan = spanOf(parameters, notAfterBitsName);
        const days = parseJavaInteger(expandForRequest(range, request));
        if (days === null) throw new CaError('malformed-request', `Invalid Property ${rangeName}`);
        const notBefore = new Date(Math.floor(context.now.getTime() / 1000) * 1000 + Number(startText) * 1000);
        choose(
          request.draft,
          notBefore,
          new Date(notBefore.getTime() + days * dayMs),
          [notBeforeSpan, notAfterSpan],
          context,
        );
      },
      readValue: (name, { draft }) => readValidity(name, draft, timeZone),
      setValue: (name, value, draft) => setValidity(name, value, draft, timeZone),
    };
  },
};

/** The most seconds by which an end may move. */
function spanOf(parameters: ClassParameters, name: string): number {
  const text = parameters.text(name) || '0';
  const bits = parseJavaInteger(text);
  if (bits === null) throw notANumber(text);
  return bits <= 0 ? 0 : 2 ** Math.min(bits, 31) - 1;
}

/** Chance, unless the other side has chosen within what chance allows. */
function choose(
  draft: CertificateDraft,
  notBefore: Date,
  notAfter: Date,
  [notBeforeSpan, notAfterSpan]: readonly [number, number],
  { observedValidity }: ApplicationContext,
): void {
  draft.notBefore = new Date(notBefore.getTime() - randomUpTo(notBeforeSpan) * 1000);
  draft.notAfter = new Date(notAfter.getTime() + randomUpTo(notAfterSpan) * 1000);
  if (observedValidity === null) return;
  const { toleranceMs } = observedValidity;
  const isBetween = (time: Date, from: number, to: number) =>
    time.getTime() >= from - toleranceMs && time.getTime() <= to + toleranceMs;
  if (isBetween(observedValidity.notBefore, notBefore.getTime() - notBeforeSpan * 1000, notBefore.getTime()))
    draft.notBefore = observedValidity.notBefore;
  if (isBetween(observedValidity.notAfter, notAfter.getTime(), notAfter.getTime() + notAfterSpan * 1000))
    draft.notAfter = observedValidity.notAfter;
}

/** The span is one less than a power of two, so that no value is likelier than another. */
function randomUpTo(span: number): number {
  return span === 0 ? 0 : randomBytes(4).readUInt32BE() & span;
}
