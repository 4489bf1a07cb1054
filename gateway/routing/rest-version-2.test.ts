// Facts about the paths that a release has.
import assert from 'node:assert/strict';
import { createRouteMatcher, type RouteMatch } from './match-route.ts';
import { parseRequestTarget } from './request-target.ts';
import { routesOfRelease } from './rest-version-2.ts';

const releases = {
  '10.10': createRouteMatcher(routesOfRelease({ entities: 'jaxb', hasVersion2: false })),
  '11.0': createRouteMatcher(routesOfRelease({ entities: 'jackson', hasVersion2: false })),
  '11.6': createRouteMatcher(routesOfRelease({ entities: 'jackson', hasVersion2: true })),
} as const;

function match(release: keyof typeof releases, method: string, target: string): RouteMatch {
  const parsed = parseRequestTarget(target);
  assert.ok(parsed !== null);
  return releases[release].match(method, parsed);
}

describe('The paths of a release', () => {
  it('are those below rest alone up to 10.x, and below v1 too from 11.0 on', () => {
    assert.equal(match('10.10', 'GET', '/ca/v1/certs/1').kind, 'unknown');
    for (const release of ['11.0', '11.6'] as const)
      for (const api of ['rest', 'v1']) {
        const found = match(release, 'GET', `/ca/${api}/certs/1`);
        assert.ok(found.kind === 'operation' && found.route.name === 'rest-get-certificate');
        assert.equal(found.route.dialect, 'rest');
      }
  });

  it('have a second version from 11.6 on', () => {
    for (const release of ['10.10', '11.0'] as const)
      for (const path of ['/pki/v2/info', '/ca/v2/certs/1', '/ca/v2/account/login'])
        assert.equal(match(release, 'GET', path).kind, 'unknown', path);
    const found = match('11.6', 'GET', '/ca/v2/agent/certs/1');
    assert.ok(found.kind === 'operation');
    assert.equal(found.route.name, 'rest-get-certificate-as-agent');
    assert.equal(found.route.dialect, 'rest-v2');
    assert.equal(found.route.login, 'container');
    assert.deepEqual(found.parameters, { id: '1' });
  });

  it('are matched in version 2 as plain servlets match them', () => {
    const get = (target: string) => match('11.6', 'GET', target);
    assert.equal(get('/ca//v2/certs/1').kind, 'operation');
    assert.equal(get('/pki/v2/info/').kind, 'unknown');
    const search = get('/ca/v2/certs/search');
    assert.ok(search.kind === 'operation', 'another method of a path leaves it to the next pattern');
    assert.deepEqual(search.parameters, { id: 'search' });
    const user = get('/ca/v2/certrequests/profiles/a%20b');
    assert.ok(user.kind === 'operation');
    assert.deepEqual(user.parameters, { id: 'a b' });
  });

  it('have no HEAD in version 2, but for what says which product it is', () => {
    assert.equal(match('11.6', 'HEAD', '/pki/v2/info').kind, 'operation');
    const other = match('11.6', 'HEAD', '/ca/v2/certs/1');
    assert.ok(other.kind === 'other-method');
    assert.deepEqual(other.allow, ['GET']);
    assert.equal(match('11.6', 'HEAD', '/ca/rest/certs/1').kind, 'operation');
  });
});
