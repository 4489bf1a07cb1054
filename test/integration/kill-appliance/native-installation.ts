// An installation that answers everything natively, as its operator has it: a recorded Dogtag imported and cut over from the command line.
import { type ApplianceBesideRecording, openApplianceBesideRecording } from '#test/appliance-beside-recording';
import type { ApplianceUnderTest } from '#test/appliance-under-test';

/** A CA that never had a Dogtag has no profiles yet, so this one had one. The appliance is not started. */
export async function openNativeInstallation(): Promise<ApplianceBesideRecording> {
  const installation = await openApplianceBesideRecording({ log: { level: 'warn' } });
  try {
    await runWell(installation.appliance, ['import']);
    await runWell(installation.appliance, ['cutover', '--all', '--reason', 'it is to be killed']);
    return installation;
  } catch (error) {
    await installation.close();
    throw error;
  }
}

/** What the command printed. Throws with its words when it did not end with exit code 0. */
export async function runWell(appliance: ApplianceUnderTest, words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await appliance.run(words);
  if (exitCode !== 0)
    throw new Error(`retag ${words.join(' ')} ended with exit code ${exitCode}:\n${stdout}\n${stderr}`);
  return stdout;
}
