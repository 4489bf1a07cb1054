// Facts of profiles as files: what comes in is read as Dogtag reads it, and what goes out is what Dogtag writes.
import assert from 'node:assert/strict';
import { decodeProfileText, editProfileText, encodeProfileFile, encodeTakenProfile } from './profile-file.ts';
import { ProfileTextError } from './profile-text.ts';

const text = 'profileId=x\nclassId=caEnrollImpl\n# a comment\nname=n\ndesc=first\ndesc=Größe\nenable=true\n';

describe('a profile as a file', () => {
  it('is UTF-8 without a NUL, or none', () => {
    assert.equal(decodeProfileText(Buffer.from('desc=Größe €\n')), 'desc=Größe €\n');
    for (const octets of [Buffer.from([0x61, 0xe4]), Buffer.from('a=\0'), Buffer.from([0xff, 0xfe, 0x61, 0x00])])
      assert.throws(() => decodeProfileText(octets), ProfileTextError);
  });

  it('is stored ordered by key, without comments, id and class, its values octet for octet', () => {
    assert.equal(
      editProfileText(text, { enable: 'false', name: null, added: 'x' }),
      'added=x\ndesc=Größe\nenable=false\n',
    );
    assert.equal(editProfileText('', { enable: 'false' }), 'enable=false\n');
    assert.equal(editProfileText(editProfileText(text, {}), {}), editProfileText(text, {}));
  });

  it('is shown with id and class among its keys, what is beyond ASCII doubled', () => {
    const file = encodeProfileFile({ id: 'x', classId: 'c', configurationText: 'profileId=other\nname=é\n' });
    assert.equal(file.toString('utf8'), 'classId=c\nname=Ã©\nprofileId=x\n');
  });

  it('is given back as it came, in the order of a Java hash table that once held id and class, too', () => {
    const keys = Array.from({ length: 9 }, (_, index) => `key${index}=${index}`);
    const echo = encodeTakenProfile(`profileId=x\nclassId=c\n${keys.join('\n')}\ndesc=é\n`, 'DATE').toString('utf8');
    const [first, ...lines] = echo.trimEnd().split('\n');
    assert.equal(first, '#DATE');
    assert.deepEqual(lines.toSorted(), [...keys, 'desc=é'].toSorted());
    assert.notDeepEqual(lines, [...keys, 'desc=é']);
    assert.equal(encodeTakenProfile('', 'DATE').toString(), '#DATE\n');
  });

  it('has no key without end', () => {
    assert.throws(() => editProfileText(`${'k'.repeat(600)}=1`, {}), ProfileTextError);
    assert.throws(() => encodeTakenProfile('x'.repeat(2_000_000), 'DATE'), ProfileTextError);
  });
});
