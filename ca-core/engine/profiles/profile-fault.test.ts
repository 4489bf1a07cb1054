// Facts of what Dogtag says of a text that is no profile; the lab's own answers to the same are compared in test/lab/profile-administration.
import assert from 'node:assert/strict';
import { ProfileSection } from '#codecs/dogtag-profile';
import { sampleProfiles } from '#test/sample-profiles';
import { builtInProfiles } from './built-in-profiles.ts';
import { findProfileFault } from './profile-fault.ts';

const faultOf = (...lines: readonly string[]) => findProfileFault(ProfileSection.parse(lines.join('\n')));
const policy = (id: string, defaultClass = 'noDefaultImpl', constraintClass = 'noConstraintImpl') => [
  `policyset.s.${id}.default.class_id=${defaultClass}`,
  `policyset.s.${id}.constraint.class_id=${constraintClass}`,
];

describe('the fault of a profile', () => {
  it('is none in the sample and built-in profiles, nor in nothing', () => {
    for (const [id, text] of sampleProfiles) assert.equal(faultOf(text), null, id);
    for (const { id, configurationText } of builtInProfiles()) assert.equal(faultOf(configurationText), null, id);
    assert.equal(faultOf(''), null);
  });

  it('names what is only listed', () => {
    for (const what of ['input', 'output', 'updater'])
      assert.equal(faultOf(`${what}.list=a`), `Property ${what}.a.class_id missing value`);
    assert.equal(
      faultOf('policyset.list=s', 'policyset.s.list=1'),
      'Property policyset.s.1.default.class_id missing value',
    );
    assert.equal(
      faultOf('policyset.list=s', 'policyset.s.list=1', 'policyset.s.1.default.class_id=noDefaultImpl'),
      'Property policyset.s.1.constraint.class_id missing value',
    );
  });

  it('is the word that Java has for nothing where a class is not there', () => {
    for (const what of ['input', 'output', 'updater'])
      assert.equal(faultOf(`${what}.list=a`, `${what}.a.class_id=nosuch`), 'null');
  });

  it('names an unknown default or constraint', () => {
    assert.equal(faultOf('policyset.list=s', 'policyset.s.list=1', ...policy('1', 'nosuch')), 'Cannot find nosuch');
    assert.equal(
      faultOf('policyset.list=s', 'policyset.s.list=1', ...policy('1', 'noDefaultImpl', 'nosuch')),
      'Cannot find nosuch',
    );
  });

  it('is found by the first policy where a later one has no default', () => {
    assert.equal(faultOf('policyset.list=s', 'policyset.s.list=1,2', ...policy('1')), 'null');
  });

  it('is found in the order in which Dogtag reads', () => {
    assert.match(faultOf('policyset.list=s', 'policyset.s.list=1', 'output.list=o', 'input.list=i') ?? '', /input\.i/);
  });
});
