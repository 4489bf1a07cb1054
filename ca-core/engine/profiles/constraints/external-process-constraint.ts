// A program of the administrator judges the request: it is told facts in its environment, and what it prints on failure is the refusal.
import { failed, rejected } from '../constraint-parameters.ts';
import { hasChange } from '../dogtag-version.ts';
import type { ConstraintClass } from '../profile-class.ts';
import type { RequestContext } from '../request-context.ts';
import { integerDescriptor, textDescriptor } from '../value-descriptor.ts';

const executableName = 'executable';
const timeoutName = 'timeout';
const timeoutSecondsByDefault = 10;

/** Variables that every such program gets, with the facts that they hold. */
const standardVariables: readonly (readonly [variable: string, fact: string])[] = [
  ['DOGTAG_AUTHORITY_ID', 'req_authority_id'],
  ['DOGTAG_CERT_REQUEST', 'cert_request'],
  ['DOGTAG_PROFILE_ID', 'profileId'],
  ['DOGTAG_USER', 'auth_token.userid'],
  ['DOGTAG_USER_DATA', 'user_data'],
];

export const externalProcessConstraint: ConstraintClass = {
  classId: 'externalProcessConstraintImpl',
  className: 'ExternalProcessConstraint',
  compile: (parameters, { runExternalCheck, dogtagVersion }) => {
    const executable = parameters.text(executableName);
    if (executable === '') throw parameters.unsupported(executableName, 'missing, no program to run');
    const isDefault = parameters.text(timeoutName) === '' && hasChange(dogtagVersion, 'external-process-timeout');
    const timeoutSeconds = isDefault ? timeoutSecondsByDefault : parameters.wholeNumber(timeoutName);
    if (timeoutSeconds === null || timeoutSeconds < 1)
      throw parameters.unsupported(timeoutName, 'not a positive whole number of seconds');
    const variables = [
      ...standardVariables,
      ...parameters
        .section('env')
        .entries()
        .map(({ key, value }) => [key, value] as const),
    ];
    return {
      text: 'Enroll Constraint',
      parameters: [
        { name: executableName, descriptor: textDescriptor('Executable path') },
        { name: timeoutName, descriptor: integerDescriptor('Timeout in seconds', null) },
      ],
      check: async (request) => {
        if (runExternalCheck === null)
          return failed(parameters.unsupported(executableName, 'programs may not be run here'));
        const result = await runExternalCheck(executable, valuesOf(variables, request), timeoutSeconds);
        switch (result.outcome) {
          case 'exited':
            return result.exitCode === 0 ? null : rejected(result.output);
          case 'timed-out':
            return rejected('Request validation timed out');
          case 'not-started':
            return rejected(`Caught exception while executing command: ${executable}`);
        }
      },
    };
  },
};

function valuesOf(
  variables: readonly (readonly [variable: string, fact: string])[],
  { attributes }: RequestContext,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [variable, fact] of variables) {
    const value = attributes.find(fact);
    if (value !== null) values[variable] = value;
  }
  return values;
}
