// Gives the request to an agent from the start.
import type { DefaultClass } from '../profile-class.ts';
import { expandForRequest } from '../request-pattern.ts';

export const autoAssignDefault: DefaultClass = {
  classId: 'autoAssignDefaultImpl',
  className: 'AutoAssignDefault',
  compile: (parameters) => {
    const pattern = parameters.pattern('assignTo');
    return {
      text: `This default assigns this request to Agent=${parameters.text('assignTo')} automatically`,
      values: [],
      parameterNames: ['assignTo'],
      populate: (request) => {
        request.owner = expandForRequest(pattern, request);
      },
      readValue: () => null,
      setValue: () => {},
    };
  },
};
