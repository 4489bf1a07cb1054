// Readiness tells each authority whose key is elsewhere, and no other.
import assert from 'node:assert/strict';
import { authorityId } from '#ca-core/engine';
import { formatAuthorityKeyLine, judgeAuthorityKeys } from './authority-keys.ts';

const authority = (subject: string, enabled: boolean, ready: boolean) => ({
  id: authorityId('11111111-2222-3333-4444-555555555555'),
  subject,
  isHostAuthority: false,
  enabled,
  ready,
});

describe('keys of authorities, before the cutover', () => {
  it('are told where they are missing, unless the authority is disabled', () => {
    const lines = judgeAuthorityKeys([
      authority('CN=Here', true, true),
      authority('CN=There', true, false),
      authority('CN=Retired', false, false),
    ]);
    assert.deepEqual(
      lines.map(({ isReady }) => isReady),
      [true, false, true],
    );
    assert.match(
      formatAuthorityKeyLine(lines[1] ?? assert.fail()),
      /^authority CN=There \(1111.*\): its key is not in the signer/,
    );
  });
});
