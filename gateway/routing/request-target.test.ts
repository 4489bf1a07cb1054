// Facts about request targets, as Dogtag 10.10.2 was seen to read them.
import assert from 'node:assert/strict';
import { explainRefusedPath, parseRequestTarget } from './request-target.ts';

const rest = (target: string) => parseRequestTarget(target)?.restSegments.join('/');
const servlet = (target: string) => parseRequestTarget(target)?.servletSegments?.join('/') ?? null;

describe('parseRequestTarget', () => {
  it('takes path and query apart and leaves both as sent', () => {
    const target = parseRequestTarget('/ca/rest/certs/1?a=%20b&c');
    assert.equal(target?.path, '/ca/rest/certs/1');
    assert.equal(target?.query, 'a=%20b&c');
    assert.equal(parseRequestTarget('/ca')?.query, null);
    assert.equal(parseRequestTarget('/ca?')?.query, '');
  });

  it('takes a URL for a target and remembers its authority', () => {
    const target = parseRequestTarget('http://pki.example.test:8080/ca/ocsp?x');
    assert.equal(target?.path, '/ca/ocsp');
    assert.equal(target?.authority, 'pki.example.test:8080');
    assert.equal(parseRequestTarget('http://pki.example.test')?.path, '/');
  });

  it('refuses what is neither a path nor a URL', () => {
    assert.equal(parseRequestTarget('*'), null);
    assert.equal(parseRequestTarget('ca/ocsp'), null);
    assert.equal(parseRequestTarget(''), null);
  });

  it('ignores one trailing slash and ;parameters of REST paths, and nothing else', () => {
    assert.equal(rest('/pki/rest/info/'), 'pki/rest/info');
    assert.equal(rest('/ca/rest/certs;a=b/1;c'), 'ca/rest/certs/1');
    assert.equal(rest('/ca//rest/certs/1'), 'ca//rest/certs/1');
    assert.equal(rest('/ca/rest/c%65rts/1'), 'ca/rest/c%65rts/1');
    assert.equal(rest('/ca/rest/./certs/1'), 'ca/rest/./certs/1');
  });

  it('reads servlet paths as Tomcat maps them, so that no spelling goes round a cutover', () => {
    for (const spelling of [
      '/ca/ee/ca/getCertChain',
      '/ca//ee/ca/getCertChain',
      '/ca/ee/./ca/../ca/getCertChain',
      '/ca/ee;x=y/ca/getCertChain;jsessionid=5',
      '/ca/%65e/ca/getCertChain',
      '/%63a/ee/ca/getCertChain',
      '/ca/ee%2Fca/getCertChain',
    ])
      assert.equal(servlet(spelling), 'ca/ee/ca/getCertChain', spelling);
  });

  it('keeps a trailing slash of servlet paths, which makes them another resource', () => {
    assert.equal(servlet('/ca/ee/ca/getCertChain/'), 'ca/ee/ca/getCertChain/');
    assert.equal(servlet('/ca/ee/ca//'), 'ca/ee/ca/');
  });

  it('knows no servlet for paths that Tomcat refuses', () => {
    for (const bad of ['/ca/ee/ca%5CgetCertChain', '/ca/%zz', '/ca/%', '/../ca', '/ca/%00'])
      assert.equal(servlet(bad), null, bad);
  });

  it('says why, in Tomcat’s words', () => {
    const words = {
      '/ca/%': 'Invalid URI: End of file (EOF)',
      '/ca/%zz': 'Invalid URI: isHexDigit',
      '/../ca': 'Invalid URI',
    };
    for (const [path, why] of Object.entries(words)) assert.equal(explainRefusedPath({ path }), why);
  });
});
