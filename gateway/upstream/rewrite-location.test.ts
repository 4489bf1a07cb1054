// Facts about redirects.
import assert from 'node:assert/strict';
import { rewriteLocation } from './rewrite-location.ts';

const rules = {
  hostNames: ['dogtag.example.test', '127.0.0.1'],
  upstreamSecurePort: 18_443,
  upstreamPlainPort: 18_080,
  securePort: () => 8_443,
  plainPort: () => 8_080,
};
const asked = { host: 'pki.example.test', port: 8_080, text: 'pki.example.test:8080' };
const rewritten = (location: string) => rewriteLocation(location, asked, rules);

describe('rewriteLocation', () => {
  it("turns Dogtag's confidential port into ours, under the name that the client used", () => {
    assert.equal(
      rewritten('https://pki.example.test:18443/ca/rest/x?y=1#z'),
      'https://pki.example.test:8443/ca/rest/x?y=1#z',
    );
    assert.equal(rewritten('https://dogtag.example.test:18443/a'), 'https://pki.example.test:8443/a');
    assert.equal(rewritten('HTTP://PKI.example.test:18080'), 'HTTP://pki.example.test:8080');
  });

  it('leaves other hosts, other ports and relative locations alone', () => {
    for (const location of [
      'https://elsewhere.example:18443/a',
      'https://pki.example.test:8443/a',
      'https://pki.example.test/a',
      '/pki',
      'mailto:a@b',
    ])
      assert.equal(rewritten(location), location);
  });

  it('leaves out a port that is the default', () => {
    const plain = { ...rules, securePort: () => 443 };
    assert.equal(rewriteLocation('https://pki.example.test:18443/', asked, plain), 'https://pki.example.test/');
  });
});
