// Puts the request into a realm, whose agents alone may decide about it in Dogtag.
import type { DefaultClass } from '../profile-class.ts';
import { expandForRequest } from '../request-pattern.ts';
import { textDescriptor } from '../value-descriptor.ts';

export const authzRealmDefault: DefaultClass = {
  classId: 'authzRealmDefaultImpl',
  className: 'AuthzRealmDefault',
  compile: (parameters) => {
    const pattern = parameters.pattern('realm');
    return {
      text: 'This default populates an authorization realm.',
      values: [{ name: 'realm', descriptor: textDescriptor('Authorization realm') }],
      parameterNames: ['realm'],
      populate: (request) => {
        request.realm = expandForRequest(pattern, request);
        request.attributes.set('realm', request.realm);
      },
      readValue: () => null,
      setValue: () => {},
    };
  },
};
