// Facts about modes.
import assert from 'node:assert/strict';
import { createOperationModes } from './operation-modes.ts';

describe('operation modes', () => {
  it('take the profile before the operation before the fallback', () => {
    const modes = createOperationModes('forward', [
      { operation: 'rest-submit-request', profileId: null, mode: 'rehearse' },
      { operation: 'rest-submit-request', profileId: 'caServerCert', mode: 'serve' },
    ]);
    assert.equal(modes.modeOf('rest-submit-request', 'caServerCert'), 'serve');
    assert.equal(modes.modeOf('rest-submit-request', 'caUserCert'), 'rehearse');
    assert.equal(modes.modeOf('rest-submit-request', null), 'rehearse');
    assert.equal(modes.modeOf('ocsp', null), 'forward');
    assert.equal(modes.dependsOnProfile('rest-submit-request'), true);
    assert.equal(modes.dependsOnProfile('ocsp'), false);
  });

  it('change at once and tell it', () => {
    const modes = createOperationModes('forward');
    let changes = 0;
    const stop = modes.onChange(() => {
      changes += 1;
    });
    modes.replace([{ operation: 'ocsp', profileId: null, mode: 'serve' }]);
    assert.equal(modes.modeOf('ocsp', null), 'serve');
    stop();
    modes.replace([]);
    assert.equal(modes.modeOf('ocsp', null), 'forward');
    assert.equal(changes, 1);
  });
});
