// Facts about what is struck out of mirrored exchanges.
import assert from 'node:assert/strict';
import { redactBody, redactHeaders, redactResponse, redactTarget } from './mirror-rules.ts';

const body = (type: string, text: string) =>
  redactBody({ headers: { 'content-type': type }, body: Buffer.from(text) }).toString();

describe('mirror rules', () => {
  it('strike out credentials and cookies in headers of both directions', () => {
    assert.deepEqual(redactHeaders({ authorization: 'Basic x', cookie: 'JSESSIONID=1', accept: 'a' }), {
      authorization: '***',
      cookie: '***',
      accept: 'a',
    });
    const response = {
      status: 200,
      headers: { 'Set-Cookie': ['a', 'b'], Allow: 'd', 'content-length': '0' },
      body: Buffer.alloc(0),
    };
    assert.deepEqual(redactResponse(response).headers, { 'Set-Cookie': '***', Allow: 'd' });
  });

  it('strike out passwords in queries and forms and leave the rest as sent', () => {
    assert.equal(
      redactTarget({ path: '/a', queryText: 'uid=x&pwd=secret&pin=1&cert_request=%2B' }),
      '/a?uid=x&pwd=***&pin=***&cert_request=%2B',
    );
    assert.equal(redactTarget({ path: '/a', queryText: null }), '/a');
    assert.equal(
      body('application/x-www-form-urlencoded', 'a=1&serverSideKeygenP12Passwd=x'),
      'a=1&serverSideKeygenP12Passwd=***',
    );
  });

  it('strike out passwords in JSON, named by the member or beside it', () => {
    const text = JSON.stringify({
      ServerSideKeygenP12Passwd: 'x',
      Attributes: {
        Attribute: [
          { name: 'pwd', value: 'y' },
          { name: 'uid', value: 'z' },
        ],
      },
      Input: [{ Attribute: [{ name: 'challengePassword', Value: 'w', Descriptor: { Syntax: 'string' } }] }],
    });
    assert.deepEqual(JSON.parse(body('application/json', text)), {
      ServerSideKeygenP12Passwd: '***',
      Attributes: {
        Attribute: [
          { name: 'pwd', value: '***' },
          { name: 'uid', value: 'z' },
        ],
      },
      Input: [{ Attribute: [{ name: 'challengePassword', Value: '***', Descriptor: { Syntax: 'string' } }] }],
    });
  });

  it('leave a body without secrets byte for byte', () => {
    const text = '{ "ProfileID" : "a" ,\n "ServerSideKeygenP12Passwd": null }';
    assert.equal(body('application/json', text), text);
    assert.equal(body('application/ocsp-request', '0\u0001'), '0\u0001');
  });

  it('strike out passwords in XML', () => {
    const text =
      '<a><ServerSideKeygenP12Passwd>x</ServerSideKeygenP12Passwd><Attribute name="pin"><Value>1</Value></Attribute><b>c</b></a>';
    assert.equal(
      body('application/xml', text),
      '<a><ServerSideKeygenP12Passwd>***</ServerSideKeygenP12Passwd><Attribute name="pin"><Value>***</Value></Attribute><b>c</b></a>',
    );
  });

  it('let nothing through of JSON that cannot be read', () => {
    assert.equal(body('application/json', '{"pwd":"x"'), '***');
  });
});
