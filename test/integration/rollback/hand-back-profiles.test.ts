// Facts of handing profiles back to Dogtag's directory: what was made, changed and removed here is so there, and is followed from there again.
import assert from 'node:assert/strict';
import { profileId } from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import { sampleLayout } from '#test/sample-directory';
import { sampleEvent } from '#test/sample-records';
import { withTestDatabase } from '#test/test-database';
import { handBack } from '../../../migration/rollback/hand-back.ts';
import { type NativeSide, openNativeSide } from './native-side.ts';

describe('handing profiles back', () => {
  const test = withTestDatabase([storeMigrations]);
  let native: NativeSide;

  before(async () => {
    native = await openNativeSide(test.database);
    await run();
  });
  after(() => native?.close());

  const run = () => handBack(native.services, { unfinished: 'leave' });
  const dn = (id: string) => `cn=${id},${sampleLayout.profiles}`;
  const change = async (id: string, configurationText: string | null, classId = 'caEnrollImpl') => {
    const { profiles } = native.store;
    const seen = await profiles.find(profileId(id));
    const content = configurationText === null ? null : { id: profileId(id), classId, configurationText };
    assert.equal(await profiles.change(profileId(id), seen?.revision ?? null, content, [sampleEvent()]), true);
  };
  const counts = async () => {
    const { added, changed, unchanged, notTaken } = (await run()).profiles;
    return [added, changed, unchanged, notTaken];
  };
  const textAt = (id: string) => native.directory.find(dn(id))?.findText('certProfileConfig') ?? null;
  const importProfile = (id: string, configurationText: string) =>
    native.intake.accept([
      {
        kind: 'profile',
        fact: {
          provenance: { source: 'sample', entry: dn(id) },
          id: profileId(id),
          classId: 'caEnrollImpl',
          configurationText,
        },
      },
    ]);

  it('adds, changes and removes, and has nothing to do the second time', async () => {
    await change('made', 'desc=Größe\nenable=false\n');
    assert.deepEqual(await counts(), [1, 0, 0, 0]);
    assert.equal(textAt('made'), 'desc=Größe\nenable=false\n');
    assert.equal(native.directory.find(dn('made'))?.findText('classId'), 'caEnrollImpl');
    assert.deepEqual(await counts(), [0, 0, 0, 0]);
    await change('made', 'desc=other\nenable=true\n');
    assert.deepEqual(await counts(), [0, 1, 0, 0]);
    assert.equal(textAt('made'), 'desc=other\nenable=true\n');
    await change('made', null);
    assert.deepEqual(await counts(), [0, 1, 0, 0]);
    assert.equal(textAt('made'), null);
    assert.deepEqual(await native.store.nativeWork.listProfiles(), []);
  });

  it('does not let the directory bring back what was changed or removed here before that was handed back', async () => {
    await importProfile('theirs', 'desc=old\n');
    await change('theirs', 'desc=ours\n');
    await importProfile('theirs', 'desc=old, once more\n');
    assert.equal((await native.store.profiles.find(profileId('theirs')))?.configurationText, 'desc=ours\n');
    await change('theirs', null);
    await importProfile('theirs', 'desc=old\n');
    assert.equal(await native.store.profiles.find(profileId('theirs')), null);
    await run();
    await importProfile('theirs', 'desc=made by Dogtag afterwards\n');
    assert.match((await native.store.profiles.find(profileId('theirs')))?.configurationText ?? '', /afterwards/);
  });

  it('keeps on the list what is changed while it is handed back', async () => {
    await change('moving', 'desc=one\n');
    const [read] = await native.store.nativeWork.listProfiles();
    await change('moving', 'desc=two\n');
    if (read !== undefined) await native.store.nativeWork.markProfilesHandedBack([read]);
    assert.equal((await native.store.nativeWork.listProfiles()).length, 1);
    assert.deepEqual(await counts(), [1, 0, 0, 0]);
    assert.equal(textAt('moving'), 'desc=two\n');
  });
});
