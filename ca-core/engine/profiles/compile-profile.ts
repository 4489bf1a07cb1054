// Turns the stored text of a profile into something that can be applied quickly; what cannot be applied is refused with line and key.
import { javaHashtableOrder, ProfileSection, ProfileTextError, trimJava } from '#codecs/dogtag-profile';
import { encodeNameText } from '#codecs/x509';
import { CaError } from '../errors.ts';
import { ClassParameters } from './class-parameters.ts';
import { classRegistry, profileClassIds, updaterClassIds } from './class-registry.ts';
import type {
  CompiledProfile,
  PolicySet,
  ProfileAuthenticationRule,
  ProfileInput,
  ProfileOutput,
  ProfilePolicy,
} from './compiled-profile.ts';
import { describeProfile, isRenewal, type ProfileSource } from './describe-profile.ts';
import { hasChange, standardDogtagVersion } from './dogtag-version.ts';
import type { ProfileEnvironment } from './profile-environment.ts';

/**
 * Parses and checks a profile. Throws CaError `unsupported-profile`, whose message names line and key, for text that is no profile,
 * an unknown class, or a class without a parameter that it cannot do without. Parameters that Dogtag accepts and fails on later
 * (a validity range that is no number) compile, and refuse every request.
 */
export function compileProfile(source: ProfileSource, environment: ProfileEnvironment): CompiledProfile {
  try {
    return new ProfileCompiler(source, environment).compile();
  } catch (error) {
    if (error instanceof CaError) throw error;
    // A value that no encoding takes is the text's fault, whichever class stumbles over it.
    const message = `profile ${source.id}: ${error instanceof Error ? error.message : String(error)}`;
    throw new CaError('unsupported-profile', message, { subject: source.id, cause: error });
  }
}

class ProfileCompiler {
  readonly #source: ProfileSource;
  readonly #environment: ProfileEnvironment;
  readonly #root: ProfileSection;

  constructor(source: ProfileSource, environment: ProfileEnvironment) {
    this.#source = source;
    this.#environment = environment;
    this.#root = parseSource(source);
  }

  compile(): CompiledProfile {
    const { id, classId } = this.#source;
    if (!profileClassIds.has(classId)) throw this.#refuse(`unknown profile class ${classId}`);
    const inputs = this.#compileInputs();
    const outputs = this.#compileOutputs();
    const root = this.#root;
    const authentication = this.#authenticationRule();
    return {
      id,
      enabled: root.findFlag('enable') ?? false,
      renewal: isRenewal(root),
      inputs,
      outputs,
      policySets: this.#compilePolicySets(),
      authentication,
      authorizationExpression: root.findText('authz.acl') ?? '',
      ...this.#laterRules(),
      updaterClassIds: this.#listUpdaters(),
      lastModified: this.#lastModified(),
      obstacle: findObstacle(inputs, authentication),
      description: describeProfile(this.#source, root, inputs, outputs),
    };
  }

  #compileInputs(): ProfileInput[] {
    const section = this.#root.section('input');
    return section.list('list').map((inputId) => {
      const inputClass = this.#findClass(section, `${inputId}.class_id`, classRegistry.findInput, 'input');
      const parameters = this.#parameters(section.section(inputId));
      return { id: inputId, class: inputClass, input: inputClass.compile(parameters, this.#environment) };
    });
  }

  #compileOutputs(): ProfileOutput[] {
    const section = this.#root.section('output');
    return section.list('list').map((outputId) => ({
      id: outputId,
      class: this.#findClass(section, `${outputId}.class_id`, classRegistry.findOutput, 'output'),
    }));
  }

  #listUpdaters(): string[] {
    const section = this.#root.section('updater');
    return section.list('list').map((updaterId) => {
      const key = `${updaterId}.class_id`;
      return this.#findClass(section, key, (name) => (updaterClassIds.has(name) ? name : null), 'updater');
    });
  }

  // A set that is listed twice gets its policies twice, as in Dogtag, where that is a mistake which shows as a duplicate extension.
  #compilePolicySets(): PolicySet[] {
    const section = this.#root.section('policyset');
    const policies = new Map<string, ProfilePolicy[]>();
    for (const setId of section.list('list')) {
      const setSection = section.section(setId);
      for (const policyId of setSection.list('list')) {
        const soFar = policies.get(setId) ?? [];
        soFar.push(this.#compilePolicy(setSection, policyId));
        policies.set(setId, soFar);
      }
    }
    return javaHashtableOrder([...policies.keys()]).map((setId) => ({
      id: setId,
      policies: policies.get(setId) ?? [],
    }));
  }

  #compilePolicy(setSection: ProfileSection, policyId: string): ProfilePolicy {
    const defaultKey = `${policyId}.default`;
    const constraintKey = `${policyId}.constraint`;
    const defaultClass = this.#findClass(setSection, `${defaultKey}.class_id`, classRegistry.findDefault, 'default');
    const constraintClass = this.#findClass(
      setSection,
      `${constraintKey}.class_id`,
      classRegistry.findConstraint,
      'constraint',
    );
    const defaultParameters = this.#parameters(setSection.section(defaultKey));
    const constraintParameters = this.#parameters(setSection.section(constraintKey));
    const compiledDefault = defaultClass.compile(defaultParameters, this.#environment);
    const constraint = constraintClass.compile(constraintParameters, this.#environment);
    return {
      id: policyId,
      defaultClass,
      default: compiledDefault,
      defaultName: defaultParameters.displayName,
      defaultParameters: defaultParameters.list(compiledDefault.parameterNames),
      constraintClass,
      constraint,
      constraintName: constraintParameters.displayName,
      constraintParameters: constraintParameters.list(constraint.parameters.map((parameter) => parameter.name)),
    };
  }

  #findClass<T>(section: ProfileSection, key: string, find: (classId: string) => T | null, what: string): T {
    const entry = section.find(key);
    if (entry === null) throw this.#refuse(`key not present, ${section.fullKey(key)}: ${what} without a class`);
    const classId = trimJava(entry.value);
    const found = find(classId);
    if (found === null) throw this.#refuse(`line ${entry.line}, ${entry.key}: unknown ${what} class ${classId}`);
    return found;
  }

  #parameters(section: ProfileSection): ClassParameters {
    return new ClassParameters(this.#source.id, section);
  }

  #authenticationRule(): ProfileAuthenticationRule {
    const name = this.#root.findText('auth.instance_id') ?? '';
    if (name === '') return { kind: 'none' };
    const instance = this.#environment.authenticationInstances.get(name);
    return instance === undefined ? { kind: 'unsupported', name } : { kind: 'instance', name, instance };
  }

  /** Rules of the whole profile that Dogtag 10.10 does not have. */
  #laterRules(): Pick<CompiledProfile, 'dogtagVersion' | 'defaultSubjectDer' | 'needsApproval'> {
    const root = this.#root;
    const dogtagVersion = this.#environment.dogtagVersion ?? standardDogtagVersion;
    const subject = root.findText('defaultSubjectName') ?? '';
    const startsFrom = subject !== '' && hasChange(dogtagVersion, 'default-subject');
    return {
      dogtagVersion,
      defaultSubjectDer: startsFrom ? encodeNameText(subject) : null,
      needsApproval:
        hasChange(dogtagVersion, 'approval-of-authenticated') &&
        (root.findFlag('auth.explicitApprovalRequired') ?? false),
    };
  }

  #lastModified(): Date | null {
    const text = this.#root.findText('lastModified') ?? '';
    return /^\d{1,15}$/.test(text) ? new Date(Number(text)) : null;
  }

  #refuse(problem: string): CaError {
    return new CaError('unsupported-profile', `profile ${this.#source.id}, ${problem}`, { subject: this.#source.id });
  }
}

function findObstacle(inputs: readonly ProfileInput[], authentication: ProfileAuthenticationRule): string | null {
  for (const { id, class: inputClass } of inputs)
    if (inputClass.obstacle !== undefined) return `input.${id}.class_id: ${inputClass.obstacle}`;
  return authentication.kind !== 'unsupported'
    ? null
    : `auth.instance_id: authentication by ${authentication.name} is not supported`;
}

function parseSource(source: ProfileSource): ProfileSection {
  try {
    return ProfileSection.parse(source.configurationText);
  } catch (error) {
    if (!(error instanceof ProfileTextError)) throw error;
    throw new CaError('unsupported-profile', `profile ${source.id}, ${error.message}`, {
      subject: source.id,
      cause: error,
    });
  }
}
