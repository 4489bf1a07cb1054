// The appliance's settings: one JSON file, read into a frozen value.
export { readAjpSecret } from './ajp-secret.ts';
export { type ApplianceSettings, parseApplianceSettings, readSettingsFile } from './appliance-settings.ts';
export { settingsFromEnvironment } from './settings-from-environment.ts';
export { formatSettingsReference } from './settings-reference.ts';
