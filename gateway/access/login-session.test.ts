// Facts about login sessions.
import assert from 'node:assert/strict';
import { LoginSessions, newSessionId, replaceSessionId, sessionCookie, sessionIdsIn } from './login-session.ts';

const id = 'A'.repeat(32);

describe('login sessions', () => {
  let sessions: LoginSessions;
  beforeEach(() => {
    sessions = new LoginSessions();
  });
  afterEach(() => sessions.stop());

  it('are found by their cookie, for their application only', () => {
    const session = sessions.create('ipara', '/ca');
    assert.equal(sessions.find(`a=b; JSESSIONID=${session.id}`, '/ca')?.userId, 'ipara');
    assert.equal(sessions.find(`JSESSIONID=${session.id}`, '/kra'), null);
    assert.equal(sessions.find(`JSESSIONID=${id}`, '/ca'), null);
    assert.equal(sessions.find(undefined, '/ca'), null);
  });

  it('are found among cookies of other applications with the same name', () => {
    const session = sessions.create('ipara', '/ca');
    assert.equal(sessions.find(`JSESSIONID=${id}; JSESSIONID=${session.id}`, '/ca')?.id, session.id);
  });

  it('end when they are removed', () => {
    const session = sessions.create('ipara', '/ca');
    sessions.remove(session);
    assert.equal(sessions.find(`JSESSIONID=${session.id}`, '/ca'), null);
  });

  it("know whose a cookie of Dogtag's is once they have been told", () => {
    sessions.adopt(`${id}.route1`, 'caadmin', '/ca');
    const found = sessions.find(`JSESSIONID=${id}.route1`, '/ca');
    assert.equal(found?.userId, 'caadmin');
    assert.equal(found?.origin, 'upstream');
    sessions.adopt('not a session id', 'caadmin', '/ca');
    assert.equal(sessions.find('JSESSIONID=not a session id', '/ca'), null);
  });

  it('have names that look like those of Tomcat and are never the same', () => {
    const names = new Set(Array.from({ length: 100 }, newSessionId));
    assert.equal(names.size, 100);
    for (const name of names) assert.match(name, /^[0-9A-F]{32}$/);
    assert.equal(sessionCookie(id, '/ca', true), `JSESSIONID=${id}; Path=/ca; Secure; HttpOnly`);
    assert.equal(sessionCookie(id, '/pki', false), `JSESSIONID=${id}; Path=/pki; HttpOnly`);
  });

  it('pass over cookies of similar names', () => {
    assert.deepEqual([...sessionIdsIn(`XJSESSIONID=${id}; JSESSIONIDX=${id}; jsessionid=${id}`)], []);
  });

  it('are replaced in or taken out of a Cookie header without touching other cookies', () => {
    assert.equal(
      replaceSessionId(`a=b; JSESSIONID=${id}; c=d`, id, 'B'.repeat(32)),
      `a=b; JSESSIONID=${'B'.repeat(32)}; c=d`,
    );
    assert.equal(replaceSessionId(`a=b; JSESSIONID=${id}`, id, null), 'a=b');
    assert.equal(replaceSessionId(`JSESSIONID=${id}`, id, null), null);
  });
});
