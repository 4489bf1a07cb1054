// What people are shown of a profile, and how two are compared.
import assert from 'node:assert/strict';
import { CommandFailure } from './failure.ts';
import { compareProfiles, describeProfileText } from './profile-outline.ts';

const profile = (id: string, ...lines: readonly string[]) => ({
  id,
  classId: 'caEnrollImpl',
  configurationText: `${lines.join('\n')}\n`,
});
const policy = (number: string, classId: string, ...parameters: readonly string[]) => [
  `policyset.s.${number}.default.class_id=${classId}`,
  ...parameters.map((parameter) => `policyset.s.${number}.default.params.${parameter}`),
  `policyset.s.${number}.constraint.class_id=noConstraintImpl`,
];
const sets = (list: string) => ['policyset.list=s', `policyset.s.list=${list}`];

describe('an outline of a profile', () => {
  it('says what it asks for and what each policy fills in and checks', () => {
    const text = profile(
      'a',
      'name=N',
      'input.list=i',
      'input.i.class_id=x',
      ...sets('1'),
      ...policy('1', 'd', 'p=1', 'q='),
    );
    assert.deepEqual(describeProfileText(text), {
      id: 'a',
      sections: [
        { title: 'a', lines: ['name: N'] },
        { title: 'asks for', lines: ['i: x'] },
        { title: 'policy 1 of s', lines: ['fills in d (p=1)', 'checks   noConstraintImpl'] },
      ],
    });
  });

  it('refuses what is no profile, with the line', () => {
    const key = 'k'.repeat(1_000);
    assert.throws(
      () => describeProfileText(profile('a', 'name=x', `${key}=1`)),
      (error: CommandFailure) => {
        assert.match(error.message, /^a is no profile: line 2: key longer than/);
        return error instanceof CommandFailure;
      },
    );
  });
});

describe('comparing two profiles', () => {
  const one = profile('one', ...sets('1,2'), ...policy('1', 'subject'), ...policy('2', 'range', 'days=1'));

  it('does not mind how policies are numbered', () => {
    const other = profile('other', ...sets('7,8'), ...policy('7', 'subject'), ...policy('8', 'range', 'days=1'));
    assert.deepEqual(compareProfiles(one, other), []);
  });

  it('tells a parameter that differs, and a policy that only one has', () => {
    const other = profile('other', ...sets('1'), ...policy('1', 'range', 'days=2'));
    assert.deepEqual(compareProfiles(one, other), [
      { place: 's subject.constraint.class_id', one: 'noConstraintImpl', other: null },
      { place: 's subject.default.class_id', one: 'subject', other: null },
      { place: 's range.default.params.days', one: '1', other: '2' },
    ]);
  });

  it('tells another order of the same policies', () => {
    const other = profile('other', ...sets('2,1'), ...policy('1', 'subject'), ...policy('2', 'range', 'days=1'));
    assert.deepEqual(compareProfiles(one, other), [
      { place: 'order of policies', one: 's subject, s range', other: 's range, s subject' },
    ]);
  });
});
