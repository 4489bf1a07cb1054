// Which requests a filter of the agents' form lets through.
import assert from 'node:assert/strict';
import { parseRequestFilter, withOwner } from './request-filter.ts';

describe('The filter for requests', () => {
  it('narrows by each of its conditions', () => {
    const filter = parseRequestFilter(
      '(&(requestId>=3)(requestId<=9)(requestType=Renewal)(requestState=pending)(requestOwner=caadmin))',
    );
    const more = { kind: 'renewal', state: 'pending', owner: 'caadmin', isEmpty: false };
    assert.deepEqual(filter, { fromId: 3n, toId: 9n, ...more });
  });

  it('finds nothing that would have to be two things at once', () => {
    for (const filter of [
      '(&(requestType=enrollment)(requestType=renewal))',
      '(&(requestState=pending)(requestState=complete))',
      '(&(requestOwner=one)(requestOwner=two))',
      '(requestType=unknown)',
    ])
      assert.equal(parseRequestFilter(filter).isEmpty, true, filter);
    assert.equal(withOwner(parseRequestFilter('(requestOwner=one)'), 'two').isEmpty, true);
  });

  it('may say the same twice, whatever the letters of owners and types are', () => {
    for (const filter of [
      '(&(requestType=renewal)(requestType=RENEWAL))',
      '(&(requestState=pending)(requestState=pending))',
      '(&(requestOwner=one)(requestOwner=ONE))',
    ])
      assert.equal(parseRequestFilter(filter).isEmpty, false, filter);
  });
});
