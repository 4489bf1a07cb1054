// Validity from a start near now over a configured range.
import type { DefaultClass } from '../profile-class.ts';
import { compileValidity, readValidity, setValidity, validityValues } from '../validity-values.ts';

export const validityDefault: DefaultClass = {
  classId: 'validityDefaultImpl',
  className: 'ValidityDefault',
  compile: (parameters, { timeZone }) => ({
    text: `This default populates a Certificate Validity to the request. The default values are Range=${parameters.text('range')} in days`,
    values: validityValues,
    parameterNames: ['range', 'rangeUnit', 'startTime'],
    populate: compileValidity(parameters, timeZone),
    readValue: (name, { draft }) => readValidity(name, draft, timeZone),
    setValue: (name, value, draft) => setValidity(name, value, draft, timeZone),
  }),
};
