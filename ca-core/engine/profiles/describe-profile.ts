// What clients see of a profile, also of one that cannot be compiled here.
import { ProfileSection, ProfileTextError } from '#codecs/dogtag-profile';
import type { ProfileDefinition, ProfileDescription, ProfileId } from '../model/index.ts';
import type { ProfileInput, ProfileOutput } from './compiled-profile.ts';

/** What the record holds of a profile; `StoredProfile` is one. */
export interface ProfileSource {
  readonly id: ProfileId;
  readonly classId: string;
  readonly configurationText: string;
}

export function describeProfile(
  { id, classId, configurationText }: ProfileSource,
  root: ProfileSection,
  inputs: readonly ProfileInput[],
  outputs: readonly ProfileOutput[],
): ProfileDescription {
  return {
    id,
    classId,
    name: root.findText('name') ?? '',
    text: root.findText('desc') ?? '',
    enabled: root.findFlag('enable') ?? false,
    enabledBy: root.findText('enableBy'),
    visible: root.findFlag('visible') ?? false,
    renewal: isRenewal(root),
    authenticationInstance: root.findText('auth.instance_id'),
    authorizationRule: root.findText('authz.acl'),
    inputs: inputs.map(({ id: inputId, class: inputClass, input }) => ({
      id: inputId,
      classId: inputClass.classId,
      name: input.name,
      text: input.text,
      values: input.values,
      parameters: input.parameters,
    })),
    outputs: outputs.map(({ id: outputId, class: outputClass }) => ({
      id: outputId,
      classId: outputClass.classId,
      name: outputClass.name,
      text: outputClass.text,
      values: outputClass.values,
    })),
    configurationText,
  };
}

/** Without inputs and outputs, because nothing can be asked of such a profile anyway. */
export function describeUncompiledProfile(source: ProfileSource): ProfileDescription {
  return describeProfile(source, parseOrEmpty(source.configurationText), [], []);
}

export function defineUncompiledProfile(source: ProfileSource): ProfileDefinition {
  return { ...describeUncompiledProfile(source), policySets: [] };
}

/** Renewal profiles have no policies; they name a certificate, whose own profile is applied again. */
export function isRenewal(root: ProfileSection): boolean {
  return (root.findText('renewal') ?? 'false').toLowerCase() === 'true';
}

function parseOrEmpty(text: string): ProfileSection {
  try {
    return ProfileSection.parse(text);
  } catch (error) {
    if (!(error instanceof ProfileTextError)) throw error;
    return ProfileSection.parse('');
  }
}
