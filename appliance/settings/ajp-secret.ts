// The secret of the AJP listener, which stands in a file of its own or in a variable, never in the settings.
import { readFileSync } from 'node:fs';
import type { ApplianceSettings } from './appliance-settings.ts';

const variable = 'RETAG_AJP_SECRET';

/**
 * Null when none is configured and none is needed. Throws an Error, fit for the person at the terminal, when one is needed and missing or
 * the file cannot be read.
 */
export function readAjpSecret(
  { secretFile, secretRequired }: NonNullable<ApplianceSettings['ajp']>,
  variables: Readonly<Record<string, string | undefined>>,
): string | null {
  const secret = variables[variable] || (secretFile === null ? '' : readSecretFile(secretFile));
  if (secret !== '') return secret;
  if (secretRequired)
    throw new Error(
      `the AJP listener needs a secret: write the one in httpd's ProxyPass into a file, readable for its owner alone, and name it in "ajp.secretFile", or set ${variable}`,
    );
  return null;
}

function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new Error(`the secret of the AJP listener: cannot read ${file}: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    });
  }
}
