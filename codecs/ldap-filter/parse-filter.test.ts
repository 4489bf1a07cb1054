// Filters are read as RFC 4515 has them, and what is none is refused.
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { FilterSyntaxError, type LdapFilter, parseLdapFilter } from './index.ts';

describe('filters of LDAP', () => {
  it('reads conditions and what joins them', () => {
    const compare = (attribute: string, operator: '=' | '>=' | '<=' | '~=', value: string): LdapFilter => ({
      kind: 'compare',
      attribute,
      operator,
      value,
    });
    const cases: readonly (readonly [string, LdapFilter])[] = [
      ['(certRecordId=1)', compare('certRecordId', '=', '1')],
      ['(a>=2)', compare('a', '>=', '2')],
      ['(a<=2)', compare('a', '<=', '2')],
      ['(a~=x)', compare('a', '~=', 'x')],
      ['(a=)', compare('a', '=', '')],
      ['(a=*)', { kind: 'present', attribute: 'a' }],
      ['(x509cert.subject=*CN=b*)', { kind: 'substrings', attribute: 'x509cert.subject', parts: ['', 'CN=b', ''] }],
      ['(a=b*c)', { kind: 'substrings', attribute: 'a', parts: ['b', 'c'] }],
      ['(a=\\28b\\29\\c3\\a4\\2a)', compare('a', '=', '(b)ä*')],
      [' ( | (a=1) (b=2) ) ', { kind: 'or', filters: [compare('a', '=', '1'), compare('b', '=', '2')] }],
      ['(&)', { kind: 'and', filters: [] }],
      ['(&(!(a=1)))', { kind: 'and', filters: [{ kind: 'not', filter: compare('a', '=', '1') }] }],
    ];
    for (const [text, expected] of cases) assert.deepEqual(parseLdapFilter(text), expected, text);
  });

  it('refuses what is none', () => {
    const texts = [
      '',
      'nonsense',
      'a=1',
      '(a=1',
      '(a=1))',
      '((a=1))',
      '(=1)',
      '(a)',
      '(&a=1)',
      '(!)',
      '(a=\\2)',
      '(a:=1)',
    ];
    for (const text of [...texts, `${'(!'.repeat(60)}(a=1)${')'.repeat(60)}`, `(a=${'b'.repeat(100_001)})`])
      assert.throws(() => parseLdapFilter(text), FilterSyntaxError, text.slice(0, 80));
  });

  it('reads or refuses whatever comes', () => {
    const pieces = fc
      .array(fc.constantFrom('(', ')', '&', '|', '!', '=', '*', '\\', 'a', '1', ' ', '\\2a', '>='))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(pieces, (text) => {
        try {
          parseLdapFilter(text);
        } catch (error) {
          assert.ok(error instanceof FilterSyntaxError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
