// Profiles made for the comparison: one per way of configuring a class, right ones and odd ones. The text of each is built here.

export interface ProfileVariant {
  /** `retagProf` and what it is about. */
  readonly id: string;
  readonly configurationText: string;
  /** True where an agent decides, so that edits can be tried. */
  readonly isManual: boolean;
  /** Edits to be tried one after another, each with a request of its own. */
  readonly edits: readonly Readonly<Record<string, string>>[];
  /** Names of the sample requests to be tried; absent for the usual few. */
  readonly samples?: readonly string[];
  /** Inputs besides the certificate request. */
  readonly inputs?: Readonly<Record<string, string>>;
}

export type Parameters = Readonly<Record<string, string>>;
export type Plugin = readonly [classId: string, parameters?: Parameters];

export interface VariantPlan {
  readonly defaults?: readonly Plugin[];
  readonly constraints?: readonly Plugin[];
  readonly subject?: Plugin | null;
  readonly validity?: Plugin;
  readonly key?: Plugin | null;
  readonly subjectConstraint?: Plugin;
  readonly validityConstraint?: Plugin;
  readonly keyConstraint?: Plugin;
  readonly inputClasses?: readonly Plugin[];
  readonly authentication?: string;
  readonly authorization?: string;
  readonly edits?: readonly Parameters[];
  readonly samples?: readonly string[];
  readonly inputs?: Parameters;
}

const noConstraint: Plugin = ['noConstraintImpl'];
const noDefault: Plugin = ['noDefaultImpl'];

/** A profile with subject, validity and key, then the given defaults and constraints, each in a policy of its own. */
export function makeVariant(name: string, plan: VariantPlan): ProfileVariant {
  const authentication = plan.authentication ?? (plan.edits === undefined ? 'raCertAuth' : '');
  const policies: (readonly [Plugin, Plugin])[] = [
    [plan.subject ?? ['userSubjectNameDefaultImpl'], plan.subjectConstraint ?? noConstraint],
    [
      plan.validity ?? ['validityDefaultImpl', { range: '30', startTime: '0' }],
      plan.validityConstraint ?? noConstraint,
    ],
    [plan.key ?? ['userKeyDefaultImpl'], plan.keyConstraint ?? noConstraint],
    ...(plan.defaults ?? []).map((plugin) => [plugin, noConstraint] as const),
    ...(plan.constraints ?? []).map((plugin) => [noDefault, plugin] as const),
  ];
  const kept = policies.filter(
    (_, index) => !(index === 0 && plan.subject === null) && !(index === 2 && plan.key === null),
  );
  const { id, configurationText } = makePolicies(name, kept, authentication, plan);
  return {
    id,
    configurationText,
    isManual: authentication === '',
    edits: plan.edits ?? [],
    ...(plan.samples === undefined ? {} : { samples: plan.samples }),
    ...(plan.inputs === undefined ? {} : { inputs: plan.inputs }),
  };
}

/** A profile of these policies, each a default and a constraint. */
export function makePolicies(
  name: string,
  policies: readonly (readonly [Plugin, Plugin])[],
  authentication: string,
  { authorization, inputClasses }: Pick<VariantPlan, 'authorization' | 'inputClasses'> = {},
): Pick<ProfileVariant, 'id' | 'configurationText'> {
  const lines = [
    `desc=Made for a comparison: ${name}`,
    'visible=false',
    'enable=false',
    'enableBy=admin',
    `auth.instance_id=${authentication}`,
    ...(authorization === undefined ? [] : [`authz.acl=${authorization}`]),
    `name=Comparison ${name}`,
    ...inputLines(inputClasses ?? [['certReqInputImpl'], ['submitterInfoInputImpl']]),
    'output.list=o1',
    'output.o1.class_id=certOutputImpl',
    'policyset.list=set1',
    `policyset.set1.list=${policies.map((_, index) => index + 1).join(',')}`,
    ...policies.flatMap(([defaultPlugin, constraint], index) => [
      ...pluginLines(`policyset.set1.${index + 1}.default`, defaultPlugin),
      ...pluginLines(`policyset.set1.${index + 1}.constraint`, constraint),
    ]),
  ];
  return { id: `retagProf${name}`, configurationText: `${lines.join('\n')}\n` };
}

function inputLines(classes: readonly Plugin[]): string[] {
  return [
    `input.list=${classes.map((_, index) => `i${index + 1}`).join(',')}`,
    ...classes.flatMap((plugin, index) => pluginLines(`input.i${index + 1}`, plugin)),
  ];
}

function pluginLines(prefix: string, [classId, parameters = {}]: Plugin): string[] {
  return [
    `${prefix}.class_id=${classId}`,
    `${prefix}.name=${classId}`,
    ...Object.entries(parameters).map(([name, value]) => `${prefix}.params.${name}=${value}`),
  ];
}
