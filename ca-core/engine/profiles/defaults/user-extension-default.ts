// An extension as the requester sent it, by OID; where it was not asked for, nothing.
import { addExtension, deleteExtension, findExtension } from '../draft-extensions.ts';
import type { DefaultClass } from '../profile-class.ts';
import { readOnlyDescriptor } from '../value-descriptor.ts';

const valueName = 'userExtOID';

export const userExtensionDefault: DefaultClass = {
  classId: 'userExtensionDefaultImpl',
  className: 'UserExtensionDefault',
  compile: (parameters) => {
    const oid = parameters.text(valueName);
    return {
      text: `This default populates a User-Supplied Extension (${oid}) to the request.`,
      values: [{ name: valueName, descriptor: readOnlyDescriptor('Object Identifier') }],
      parameterNames: [valueName],
      populate: (request) => {
        // Of several with the same OID the last one counts.
        const requested = request.requestedExtensions.findLast((extension) => extension.oid === oid);
        if (requested === undefined) return;
        deleteExtension(request.draft, oid);
        addExtension(request.draft, { ...requested });
      },
      readValue: (_name, { draft }) => findExtension(draft, oid)?.oid ?? '',
      setValue: () => {},
    };
  },
};
