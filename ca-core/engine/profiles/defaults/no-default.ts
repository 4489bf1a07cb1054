// Fills in nothing; its constraint judges what is there.
import type { DefaultClass } from '../profile-class.ts';

export const noDefault: DefaultClass = {
  classId: 'noDefaultImpl',
  className: 'NoDefault',
  compile: () => ({
    text: 'No Default',
    values: [],
    parameterNames: [],
    populate: () => {},
    readValue: () => null,
    setValue: () => {},
  }),
};
