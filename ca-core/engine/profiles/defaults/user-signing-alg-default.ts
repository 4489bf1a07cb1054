// The signature algorithm that the requester asked for. No input of Dogtag ever sets that fact, so the algorithm stays what it was.
import { undecidedAlgorithm } from '../draft-codec.ts';
import type { DefaultClass } from '../profile-class.ts';
import { readOnlyDescriptor } from '../value-descriptor.ts';

export const userSigningAlgDefault: DefaultClass = {
  classId: 'userSigningAlgDefaultImpl',
  className: 'UserSigningAlgDefault',
  compile: () => ({
    text: 'This default populates a User-Supplied Certificate Signing Algorithm to the request.',
    values: [{ name: 'userSigningAlgID', descriptor: readOnlyDescriptor('Signing Algorithm') }],
    parameterNames: [],
    populate: () => {},
    readValue: (_name, { draft }) => draft.signatureAlgorithm ?? undecidedAlgorithm,
    setValue: () => {},
  }),
};
