// /ca/ee/ca/profileSelect and /ca/agent/ca/profileSelect: a profile with its inputs and policies, for a form (Dogtag's ProfileSelectServlet).
import { ProfileSection } from '#codecs/dogtag-profile';
import type { ArgsetSet } from '#codecs/dogtag-servlets';
import type { InputDescription, ProfileDefinition } from '../../contract.ts';
import { authenticationValues } from './profile-authentication.ts';
import { profileValues, readProfile, valueSet } from './profile-sets.ts';
import type { ServletCall } from './servlet-call.ts';

export async function profileSelect(call: ServletCall): Promise<ArgsetSet> {
  const profile = await readProfile(call);
  const shown: ArgsetSet['set'] = [
    ...profileValues(profile, 'with-parameters'),
    ['profileIsVisible', String(profile.visible)],
    ['errorCode', '0'],
    ['errorReason', ''],
    ['transportCert', transportCertificateOf(call)],
  ];
  const authentication = authenticationValues(profile.authenticationInstance);
  if (authentication === null) return withoutForm(shown, profile);
  return { set: [...shown, ...authentication, ...formValues(profile)] };
}

/** In base64 without line ends; empty where it is not known. */
function transportCertificateOf({ settings: { product } }: ServletCall): string {
  const pem = product.keyArchival?.transportCertificatePem ?? '';
  return pem.replaceAll(/-----[^-]+-----|\s/g, '');
}

/** Nobody can be asked for what an authentication demands that is not installed: the profile is shown, and no form. */
function withoutForm(shown: ArgsetSet['set'], { authenticationInstance }: ProfileDefinition): ArgsetSet {
  return {
    set: [...shown, ['errorCode', '1'], ['errorReason', `Authentication Manager ${authenticationInstance} Not Found`]],
  };
}

function formValues({ inputs, renewal, configurationText }: ProfileDefinition): ArgsetSet['set'] {
  return [
    ['inputList', { list: inputs.flatMap(inputSets) }],
    ['inputPluginList', { list: inputs.map(pluginSet) }],
    ['renewal', String(renewal)],
    ['xmlOutput', ProfileSection.parse(configurationText).findText('xmlOutput') ?? 'false'],
  ];
}

function inputSets({ id, values }: InputDescription): ArgsetSet[] {
  return values.map(({ name, descriptor }) => ({
    set: [['inputPluginId', id], ...valueSet('input', name, descriptor).set],
  }));
}

function pluginSet({ id, name, text }: InputDescription): ArgsetSet {
  return {
    set: [
      ['inputPluginId', id],
      ['inputPluginName', name],
      ['inputPluginDesc', text],
    ],
  };
}
