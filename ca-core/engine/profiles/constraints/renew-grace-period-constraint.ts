// A renewal must come within some days before or after the end of the certificate that it renews.
import type { ClassParameters } from '../class-parameters.ts';
import { failed, rejected } from '../constraint-parameters.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { integerDescriptor } from '../value-descriptor.ts';

const beforeName = 'renewal.graceBefore';
const afterName = 'renewal.graceAfter';
const dayMs = 86_400_000;

export const renewGracePeriodConstraint: ConstraintClass = {
  classId: 'renewGracePeriodConstraintImpl',
  className: 'RenewGracePeriodConstraint',
  compile: (parameters) => {
    const period = `${parameters.text(beforeName)} days before and ${parameters.text(afterName)} days after original cert expiration date`;
    const before = parameters.wholeNumber(beforeName);
    const after = parameters.wholeNumber(afterName);
    return {
      text: `This constraint rejects the validity that is not between ${period} days.`,
      parameters: [
        { name: beforeName, descriptor: integerDescriptor('Renewal Grace Period Before', '30') },
        { name: afterName, descriptor: integerDescriptor('Renewal Grace Period After', '30') },
      ],
      check: ({ attributes }, { now }) => {
        const originalEnd = attributes.find('origNotAfter');
        if (originalEnd === null) return null;
        if (before === null) return failed(notWhole(parameters, beforeName));
        if (after === null) return failed(notWhole(parameters, afterName));
        const remainingMs = Number(originalEnd) - now.getTime();
        const [days, distanceMs] = remainingMs >= 0 ? [before, remainingMs] : [after, -remainingMs];
        // A period that is not positive does not limit.
        return days > 0 && distanceMs > days * dayMs
          ? rejected(
              `Outside of Renewal Grace Period: ${before} days before and ${after} days after original cert expiration date`,
            )
          : null;
      },
    };
  },
};

function notWhole(parameters: ClassParameters, name: string) {
  return parameters.unsupported(name, 'not a whole number');
}
