// The documents name every setting and every variable that there is, and none that there is not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '#test/source-files';
import { formatSettingsReference, parseApplianceSettings, settingsFromEnvironment } from './index.ts';

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');

describe('the reference of settings', () => {
  it('is what the parsers say: run "retag config reference > docs/operating/settings.md"', () => {
    assert.equal(read('docs/operating/settings.md'), formatSettingsReference());
  });

  it('names what "config from-env" writes', () => {
    const named = new Set([...formatSettingsReference().matchAll(/^\| `([\w.]+)`/gm)].map(([, key]) => key));
    assert.ok(named.size > 30, `${named.size} keys`);
    const written = keysOf(settingsFromEnvironment(everyVariable()));
    assert.ok(written.length > 20, `${written.length} keys`);
    assert.deepEqual(
      written.filter((key) => !named.has(key)),
      [],
    );
  });

  it('says of each key whether it is needed', () => {
    const needed = [...formatSettingsReference().matchAll(/^\| `([\w.]+)` .*\*\*needed\*\*/gm)].map(([, key]) => key);
    assert.ok(needed.includes('hostNames') && needed.includes('dogtag.directory.url'), needed.join());
    for (const key of needed.filter((name) => !name?.includes('.')))
      assert.throws(() => parseApplianceSettings({}, '/'), new RegExp(`setting "${key}": expected .*, found nothing`));
    assert.ok(parseApplianceSettings({ hostNames: ['pki.example.test'] }, '/'));
  });
});

describe('the variables of "config from-env"', () => {
  it('are all in the guide, and no others', () => {
    const used = Object.keys(everyVariable());
    assert.ok(used.length > 10, used.join());
    const told = new Set(read('docs/operating/installation.md').match(/DOGTAG_[A-Z0-9_]+/g));
    assert.deepEqual([...told].sort(), used.sort());
  });
});

/** Every variable that the code asks for, with a value that can be read. */
function everyVariable(): Record<string, string> {
  const code = read('appliance/settings/settings-from-environment.ts');
  const names = [...new Set(code.match(/DOGTAG_[A-Z0-9]+(?:_[A-Z0-9]+)*/g))];
  return Object.fromEntries(names.map((name) => [name, name === 'DOGTAG_AJP' ? '127.0.0.1:8009' : 'x']));
}

function keysOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, member]) => keysOf(member, path === '' ? name : `${path}.${name}`));
}
