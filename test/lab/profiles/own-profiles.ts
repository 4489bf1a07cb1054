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
  const created = await alone(async () => {
    const answer = await send();
    if (answer.status !== 409) return answer;
    // Left over from a run that was broken off.
    await remove(agent, id);
    return send();
  });
  if (created.status !== 201) return `${created.status} ${created.text}`;
  try {
    const enabled = await alone(() => agent.send('POST', `/ca/rest/profiles/${id}?action=enable`, ''));
    if (enabled.status >= 300) return `${enabled.status} ${enabled.text}`;
    await use();
    return null;
  } finally {
    await alone(() => remove(agent, id));
  }
}

let writing: Promise<unknown> = Promise.resolve();

/** One profile is written at a time: the lab's directory can lock up when several are, because Dogtag follows them with persistent searches. */
function alone<Result>(write: () => Promise<Result>): Promise<Result> {
  const written = writing.then(write);
  writing = written.catch(() => null);
  return written;
}

async function remove(agent: LabDogtag, id: string): Promise<void> {
  await agent.send('POST', `/ca/rest/profiles/${id}?action=disable`, '');
  await agent.send('DELETE', `/ca/rest/profiles/${id}`, null);
}
