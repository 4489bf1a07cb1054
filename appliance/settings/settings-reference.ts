// The reference of settings as a page: every key, what it takes, what stands for it when it is absent, and what it is for.
import type { settings } from '#platform';
import { applianceSettingLines } from './appliance-settings.ts';

const introduction = `# Settings

The appliance reads one JSON file, \`./retag.json\` unless \`--config FILE\` names another. \`retag config from-env\` writes one,
\`retag config check\` reads one and says whether it can be used. A key that is not listed here is refused. File names are relative to the
settings file's folder. The file holds passwords: keep it readable for its owner alone (\`retag doctor\` looks).

This page is printed by \`retag config reference\`; a test holds it to the parsers.

| key | takes | when absent | what for |
| --- | --- | --- | --- |
`;

export function formatSettingsReference(): string {
  return `${introduction}${applianceSettingLines.map(formatLine).join('\n')}\n`;
}

function formatLine({ key, form }: settings.SettingLine): string {
  return `| \`${key}\` | ${form.expected} | ${absence(form)} | ${form.purpose ?? ''} |`;
}

function absence({ fallback, members }: settings.SettingForm): string {
  if (fallback === null) return 'none';
  if (fallback !== undefined) return `\`${JSON.stringify(fallback)}\``;
  return members === undefined ? '**needed**' : '';
}
