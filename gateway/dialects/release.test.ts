// Facts about what a version number decides.
import assert from 'node:assert/strict';
import { traitsOfRelease } from './release.ts';

describe('A release', () => {
  it('writes entities by Jackson from 11.0 on', () => {
    for (const version of ['10.10.2', '10.15.0', '9']) assert.equal(traitsOfRelease(version).entities, 'jaxb', version);
    for (const version of ['11.0.0', '11.10.1', '12.0'])
      assert.equal(traitsOfRelease(version).entities, 'jackson', version);
  });

  it('has version 2 from 11.6 on, and deprecates version 1 from 11.10 on', () => {
    const has = (version: string) => {
      const { hasVersion2, deprecatesVersion1 } = traitsOfRelease(version);
      return [hasVersion2, deprecatesVersion1];
    };
    assert.deepEqual(has('10.10.2'), [false, false]);
    assert.deepEqual(has('11.5.9'), [false, false]);
    assert.deepEqual(has('11.6.0'), [true, false]);
    assert.deepEqual(has('11.9.1'), [true, false]);
    assert.deepEqual(has('11.10.0-alpha1'), [true, true]);
  });
});
