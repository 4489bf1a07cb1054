// Values of the profile author's own choosing.
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const label = 'Generic Input';
const countByDefault = 5;
const countMax = 1000;

export const genericInput: InputClass = {
  classId: 'genericInputImpl',
  className: 'GenericInput',
  compile: (parameters) => {
    const count = Math.min(parameters.wholeNumber('gi_num') ?? countByDefault, countMax);
    const rows = Array.from({ length: Math.max(count, 0) }, (_, index) => ({
      name: parameters.text(`gi_param_name${index}`),
      displayName: parameters.text(`gi_display_name${index}`),
      enabled: parameters.text(`gi_param_enable${index}`) === 'true',
    }));
    const enabled = rows.filter((row) => row.enabled);
    return {
      name: label,
      text: label,
      values: enabled.map(({ name }) => ({
        name,
        // Of two rows with the same name the first one's label is shown, even when that row is switched off.
        descriptor: textDescriptor(rows.find((row) => row.name === name)?.displayName ?? ''),
      })),
      // Names are gathered before the count is known, so clients are always shown five rows.
      parameters: parameters.list(
        Array.from({ length: countByDefault }, (_, index) => [
          `gi_param_name${index}`,
          `gi_display_name${index}`,
          `gi_param_enable${index}`,
        ]).flat(),
      ),
      populate: (request, submitted) => {
        for (const { name } of enabled) {
          const value = submitted.find(name);
          if (value !== null) request.attributes.set(name, value);
        }
      },
    };
  },
};
