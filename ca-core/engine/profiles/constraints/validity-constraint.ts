// The certificate must not be valid for longer than a range; on demand it must not start in the future or be over already.
import { parseJavaInteger } from '#codecs/dogtag-text';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { failed, rejected } from '../constraint-parameters.ts';
import { addCalendarUnits, findCalendarUnit, formatDate } from '../java-calendar.ts';
import type { ConstraintClass, NamedValue } from '../profile-class.ts';
import { flagDescriptor, integerDescriptor, textDescriptor } from '../value-descriptor.ts';

const parameterValues: readonly NamedValue[] = [
  { name: 'range', descriptor: integerDescriptor('Validity Range', '365') },
  {
    name: 'rangeUnit',
    descriptor: textDescriptor('Validity Range Unit: year, month, day (default), hour, minute', 'day'),
  },
  {
    name: 'notBeforeGracePeriod',
    descriptor: integerDescriptor('Grace period for Not Before being set in the future (in seconds).', '0'),
  },
  { name: 'notBeforeCheck', descriptor: flagDescriptor('Check Not Before against current time') },
  { name: 'notAfterCheck', descriptor: flagDescriptor('Check Not After against Not Before') },
];

export const validityConstraint: ConstraintClass = {
  classId: 'validityConstraintImpl',
  className: 'ValidityConstraint',
  compile: (parameters, { timeZone }) => {
    const range = parseJavaInteger(parameters.text('range', '365'));
    const unitText = parameters.text('rangeUnit', 'day');
    const unit = findCalendarUnit(unitText);
    const graceSeconds = graceSecondsOf(parameters);
    const checksStart = parseJavaBoolean(parameters.text('notBeforeCheck'));
    const checksEnd = parseJavaBoolean(parameters.text('notAfterCheck'));
    return {
      text: `This constraint rejects the validity that is not between ${parameters.text('range')} days.`,
      parameters: parameterValues,
      check: ({ draft: { notBefore, notAfter }, clockDifferenceMs }, context) => {
        const now = new Date(context.now.getTime() + clockDifferenceMs);
        if (notBefore === null || notAfter === null) return rejected('Validity Not Found');
        if (notAfter < notBefore) return rejected('Not After is earlier than Not Before');
        if (range === null) return failed(parameters.unsupported('range', 'not a whole number'));
        if (unit === null) return rejected(`Invalid Range Unit: ${unitText}`);
        const limit = addCalendarUnits(notBefore, unit, range, timeZone);
        if (notAfter > limit) {
          const [end, latest] = [formatDate(notAfter, timeZone), formatDate(limit, timeZone)];
          return rejected(`Validity Out of Range: ${end} is after ${latest}`);
        }
        if (graceSeconds === null) return failed(parameters.unsupported('notBeforeGracePeriod', 'not a whole number'));
        if (checksStart && notBefore.getTime() > now.getTime() + graceSeconds * 1000)
          return rejected('Not Before is later than current time');
        return checksEnd && notAfter < now ? rejected('Not After is earlier than current time') : null;
      },
    };
  },
};

function graceSecondsOf(parameters: ClassParameters): number | null {
  const text = parameters.text('notBeforeGracePeriod');
  if (text === '') return 0;
  return /^[+-]?\d{1,18}$/.test(text) ? Number(text) : null;
}
