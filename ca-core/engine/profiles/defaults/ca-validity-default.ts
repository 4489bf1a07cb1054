// Validity of a certificate for a CA, which an agent may let outlive the authority's own.
import { extensionOids } from '#codecs/x509';
import { readBasicConstraints } from '../basic-constraints-reading.ts';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { hasChange } from '../dogtag-version.ts';
import { findExtension } from '../draft-extensions.ts';
import { invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import type { ProfileEnvironment } from '../profile-environment.ts';
import { compileValidity, readValidity, setValidity, validityValues } from '../validity-values.ts';
import { flagDescriptor } from '../value-descriptor.ts';

const bypass = 'bypassCAnotafter';

// Later releases do by themselves what 10.10 leaves to an agent.
function compileAuthorityValidity(
  parameters: ClassParameters,
  { timeZone, hostAuthorityNotAfter, dogtagVersion }: ProfileEnvironment,
): ReturnType<typeof compileValidity> {
  const populate = compileValidity(parameters, timeZone);
  if (parameters.flag(bypass) || !hasChange(dogtagVersion, 'authority-validity-limited')) return populate;
  return (request, context) => {
    populate(request, context);
    const { draft } = request;
    if (draft.notAfter !== null && draft.notAfter > hostAuthorityNotAfter) draft.notAfter = hostAuthorityNotAfter;
  };
}

export const caValidityDefault: DefaultClass = {
  classId: 'caValidityDefaultImpl',
  className: 'CAValidityDefault',
  compile: (parameters, environment) => ({
    text: `This default populates a Certificate Validity to the request. The default values are Range=${parameters.text('range')} in days`,
    values: [...validityValues, { name: bypass, descriptor: flagDescriptor('Bypass CA notAfter constraint') }],
    parameterNames: ['range', 'rangeUnit', 'startTime', bypass],
    populate: compileAuthorityValidity(parameters, environment),
    readValue: (name, { draft }) => (name === bypass ? 'false' : readValidity(name, draft, environment.timeZone)),
    setValue: (name, value, draft) => {
      if (name !== bypass) return setValidity(name, value, draft, environment.timeZone);
      if (value === null || value === '') throw invalidProperty(name);
      // Only a CA may outlive the authority, and only when the agent says so; others are cut at issuance anyway.
      const constraints = findExtension(draft, extensionOids.basicConstraints);
      if (constraints === null || !readBasicConstraints(constraints.valueDer).isCa || parseJavaBoolean(value)) return;
      const limit = environment.hostAuthorityNotAfter;
      if (draft.notAfter !== null && draft.notAfter > limit) draft.notAfter = limit;
    },
  }),
};
