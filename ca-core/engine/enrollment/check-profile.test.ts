// What is told of a profile's text before anybody enrols with it: obstacles, differences and mistakes, each with line and key.
import assert from 'node:assert/strict';
import { profileSettings } from '#test/profile-settings';
import { checkProfile, lintProfileText } from './check-profile.ts';

const head = ['name=A', 'desc=B', 'enable=true', 'auth.instance_id='];
const policies = (...lines: readonly string[]) => [
  'input.list=i1',
  'input.i1.class_id=certReqInputImpl',
  'policyset.list=s',
  'policyset.s.list=1',
  'policyset.s.1.default.class_id=userSubjectNameDefaultImpl',
  'policyset.s.1.constraint.class_id=noConstraintImpl',
  ...lines,
];
const text = (lines: readonly string[]) => ({
  id: 'a',
  classId: 'caEnrollImpl',
  configurationText: `${lines.join('\n')}\n`,
});
const check = (...lines: readonly string[]) => checkProfile(text(lines), profileSettings);
const lint = (...lines: readonly string[]) =>
  lintProfileText(text(lines), profileSettings).map(
    ({ severity, line, key, message }) => `${severity} ${line} ${key}: ${message}`,
  );

describe('the verdict on a profile', () => {
  it('is good for one that does here what it does in Dogtag', () => {
    assert.deepEqual(check(...head, ...policies()), { obstacle: null, differences: [] });
  });

  it('names an input that nobody can use here, and an authentication that is not known', () => {
    const keygen = check(...head, 'input.list=i1', 'input.i1.class_id=serverKeygenInputImpl');
    assert.equal(keygen.obstacle, 'input.i1.class_id: Server-side key generation is not supported');
    const directory = check('auth.instance_id=UserDirEnrollment', ...policies());
    assert.equal(directory.obstacle, 'auth.instance_id: authentication by UserDirEnrollment is not supported');
  });

  it('tells what differs with its line, and nothing of what only looks like it', () => {
    const { obstacle, differences } = check(
      ...head,
      ...policies(),
      'updater.list=u',
      'updater.u.class_id=subsystemGroupUpdaterImpl',
      'policyset.s.1.default.params.oid=2.999.1',
      'policyset.s.1.default.params.genericExtData=0500',
      'policyset.s.2.default.params.genericExtData=0c',
      'policyset.s.3.default.params.genericExtOID=1.40.1',
      'policyset.s.1.default.params.other=1.2.999.1,2.5.29.200',
    );
    assert.equal(obstacle, null);
    assert.deepEqual(
      differences.map(({ line, key }) => [line, key]),
      [
        [12, 'updater.u.class_id'],
        [13, 'policyset.s.1.default.params.oid'],
        [15, 'policyset.s.2.default.params.genericExtData'],
        [16, 'policyset.s.3.default.params.genericExtOID'],
      ],
    );
  });
});

describe('proofreading a profile', () => {
  it('has nothing to say about a good one', () => assert.deepEqual(lint(...head, ...policies()), []));

  it('tells an unknown class, with line and key', () => {
    assert.deepEqual(lint('input.list=i1', 'input.i1.class_id=fooImpl'), [
      'error 2 input.i1.class_id: unknown input class fooImpl',
    ]);
  });

  it('tells a class that is missing', () => {
    assert.deepEqual(lint('policyset.list=s', 'policyset.s.list=1'), [
      'error null policyset.s.1.default.class_id: default without a class',
    ]);
  });

  it('tells a text that is too long or a list that leads to itself as an error, and does not hang', () => {
    assert.match(lint('x'.repeat(5_000_000)).join(), /^error null : profile a, profile longer than \d+ octets$/);
    const cyclic = lint('policyset=policyset', 'policyset.list=policyset', 'policyset.policyset.list=policyset');
    assert.match(cyclic.join(), /^error null \S+: default without a class$/);
  });

  it('warns of keys that are there twice, that nothing uses, and of parameters that no class knows', () => {
    const findings = lint(
      ...head,
      ...policies('policyset.s.1.default.params.range=1', 'policyset.s.2.default.class_id=x', 'policyset.s.2.y=z'),
      'name=C',
    );
    assert.deepEqual(findings, [
      'warning 11 policyset.s.1.default.params.range: is no parameter of this class; it knows useSysEncoding',
      'warning 12 policyset.s.2: is not used: no list leads to it (2 keys)',
      'warning 14 name: is there already in line 1; this one counts',
    ]);
  });

  it('warns of a list with a name twice, and of what is missing', () => {
    const findings = lint('enable=true', 'input.list=i1,i1', 'input.i1.class_id=certReqInputImpl');
    assert.deepEqual(findings, [
      'warning null name: is missing: shown to requesters',
      'warning null desc: is missing: shown to requesters',
      'warning null policyset.list: names no policy: every request is refused',
      'warning 2 input.list: names "i1" twice',
    ]);
  });
});
