// Profiles made for the comparison, all named `retagProf...`: each exists only while it is compared.
import { constraintVariants } from './constraint-variants.ts';
import { defaultVariants } from './default-variants.ts';
import type { LabDogtag } from './lab-dogtag.ts';
import { otherVariants } from './other-variants.ts';
import type { ProfileVariant } from './profile-variants.ts';
import { rareVariants } from './rare-variants.ts';

/** Those that somebody has thought of. */
export const writtenVariants: readonly ProfileVariant[] = [
  ...defaultVariants,
  ...otherVariants,
  ...rareVariants,
  ...constraintVariants,
];

/** Runs `use` while the profile exists and is enabled; tells Dogtag's answer where it does not take it. `agent` must have logged in. */
export async function withOwnProfile(
  agent: LabDogtag,
  { id, configurationText }: Pick<ProfileVariant, 'id' | 'configurationText'>,
  use: () => Promise<void>,
): Promise<string | null> {
  const body = `profileId=${id}\nclassId=caEnrollImpl\n${configurationText}`;
  const send = () => agent.send('POST', '/ca/rest/profiles/raw', body);
  let created = await send();
  if (created.status === 409) {
    // Left over from a run that was broken off.
    await remove(agent, id);
    created = await send();
  }
  if (created.status !== 201) return `${created.status} ${created.text}`;
  try {
    const enabled = await agent.send('POST', `/ca/rest/profiles/${id}?action=enable`, '');
    if (enabled.status >= 300) return `${enabled.status} ${enabled.text}`;
    await use();
    return null;
  } finally {
    await remove(agent, id);
  }
}

async function remove(agent: LabDogtag, id: string): Promise<void> {
  await agent.send('POST', `/ca/rest/profiles/${id}?action=disable`, '');
  await agent.send('DELETE', `/ca/rest/profiles/${id}`, null);
}
