// Facts about access rules, each as Dogtag's AAclAuthz and its evaluators decide.
import assert from 'node:assert/strict';
import type { AccessClause, AccessCondition, AccessRule } from '../contract.ts';
import { AccessRules } from './authorize-operation.ts';

const condition = (subject: AccessCondition['subject'], value: string, negated = false): AccessCondition => ({
  subject,
  value,
  negated,
});
const clause = (effect: AccessClause['effect'], ...anyOf: AccessCondition[][]): AccessClause => ({
  effect,
  operations: ['read'],
  anyOf,
});
const rule = (resource: string, ...clauses: AccessClause[]): AccessRule => ({
  resource,
  operations: ['read', 'modify'],
  clauses,
  comment: '',
});

const agent = { userId: 'ipara', groups: ['Certificate Manager Agents'], remoteAddress: '192.0.2.7' };
const nobody = { userId: null, groups: [], remoteAddress: '192.0.2.7' };
const agents = condition('group', 'Certificate Manager Agents');

function allows(
  rules: AccessRule[],
  subject: typeof agent | typeof nobody,
  operation = 'read',
  resource = 'a.b',
): boolean {
  return new AccessRules(rules).allows({ resource, operation }, subject);
}

describe('access rules', () => {
  it('refuse what no rule allows, and what no rule mentions', () => {
    assert.equal(allows([], agent), false);
    assert.equal(allows([rule('a.b', clause('allow', [agents]))], agent, 'modify'), false);
    assert.equal(allows([rule('a.c', clause('allow', [agents]))], agent), false);
  });

  it('allow a member of a group, whatever the case of its name', () => {
    assert.equal(allows([rule('a.b', clause('allow', [agents]))], agent), true);
    assert.equal(
      allows([rule('a.b', clause('allow', [condition('group', 'certificate manager agents')]))], agent),
      true,
    );
    assert.equal(allows([rule('a.b', clause('allow', [agents]))], nobody), false);
  });

  it('know anybody and everybody as everyone, even somebody unknown', () => {
    for (const name of ['anybody', 'everybody'])
      assert.equal(allows([rule('a.b', clause('allow', [condition('user', name)]))], nobody), true);
    assert.equal(allows([rule('a.b', clause('allow', [condition('user', 'IPARA')]))], agent), true);
    assert.equal(allows([rule('a.b', clause('allow', [condition('user', 'other')]))], agent), false);
  });

  it('never let "not" say something of somebody unknown', () => {
    assert.equal(allows([rule('a.b', clause('allow', [condition('user', 'x', true)]))], nobody), false);
    assert.equal(allows([rule('a.b', clause('allow', [condition('group', 'x', true)]))], nobody), false);
    assert.equal(allows([rule('a.b', clause('allow', [condition('user', 'x', true)]))], agent), true);
    assert.equal(allows([rule('a.b', clause('allow', [condition('group', 'x', true)]))], agent), true);
  });

  it('match the whole address, and nothing where the pattern cannot be read', () => {
    const from = (pattern: string, negated = false) =>
      allows([rule('a.b', clause('allow', [condition('ipaddress', pattern, negated)]))], nobody);
    assert.equal(from('.*'), true);
    assert.equal(from('192\\.0\\.2\\.\\d+'), true);
    assert.equal(from('192'), false);
    assert.equal(from('10\\..*', true), true);
    assert.equal(from('('), false);
    assert.equal(from('(', true), false);
  });

  it('let one that denies win, wherever it stands', () => {
    const everyone = clause('allow', [condition('user', 'anybody')]);
    const notAgents = clause('deny', [agents]);
    assert.equal(allows([rule('a.b', everyone, notAgents)], agent), false);
    assert.equal(allows([rule('a.b', notAgents, everyone)], nobody), true);
    assert.equal(allows([rule('a.b', everyone), rule('a', notAgents)], agent), false);
  });

  it('count the rules of the resources above, and all rules of one resource', () => {
    assert.equal(allows([rule('a', clause('allow', [agents]))], agent), true);
    const two = [rule('a.b', clause('allow', [condition('group', 'x')])), rule('a.b', clause('allow', [agents]))];
    assert.equal(allows(two, agent), true);
  });

  it('hold when all conditions of one alternative do', () => {
    const both = clause('allow', [agents, condition('ipaddress', '192.*')]);
    assert.equal(allows([rule('a.b', both)], agent), true);
    assert.equal(allows([rule('a.b', clause('allow', [agents, condition('ipaddress', '10.*')]))], agent), false);
    assert.equal(allows([rule('a.b', clause('allow', [condition('ipaddress', '10.*')], [agents]))], agent), true);
  });
});
