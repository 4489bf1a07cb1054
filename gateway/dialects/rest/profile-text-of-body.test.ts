// Facts of profiles that are made of bodies: the text that comes of one, and what is refused before any text does.
import assert from 'node:assert/strict';
import { decodeJsonBody, jaxbJson, type ProfileData, profileData } from '#codecs/dogtag-rest';
import { profileTextOf } from './profile-text-of-body.ts';
import { RestRefusal } from './rest-dialect.ts';

const now = new Date(1_795_776_961_098);
const body = {
  id: 'x',
  classId: 'caEnrollImpl',
  name: 'Größe',
  description: 'd',
  visible: true,
  Input: [{ id: 'i1', ClassID: 'certReqInputImpl' }],
  Output: [{ id: 'o1', classId: 'certOutputImpl' }],
  PolicySets: {
    PolicySet: [
      {
        id: 'set1',
        value: [
          {
            id: '1',
            def: {
              id: 'Validity',
              classId: 'validityDefaultImpl',
              params: [
                { name: 'range', value: '731' },
                { name: 'rangeUnit', value: '' },
              ],
            },
            constraint: { id: 'None', classId: 'noConstraintImpl', constraint: [] },
          },
        ],
      },
    ],
  },
};

function dataOf(changes: Record<string, unknown> = {}): ProfileData {
  const data = decodeJsonBody(profileData, Buffer.from(JSON.stringify({ ...body, ...changes })), jaxbJson);
  assert.ok(data !== null);
  return data;
}

describe('the text of a profile that came as a body', () => {
  it('has what the body says, and the names that Dogtag gives to inputs and outputs', () => {
    assert.equal(
      profileTextOf(dataOf(), null, now),
      `desc=d
input.i1.class_id=certReqInputImpl
input.i1.name=Certificate Request Input
input.list=i1
lastModified=1795776961098
name=Größe
output.list=o1
output.o1.class_id=certOutputImpl
output.o1.name=Certificate Output
policyset.list=set1
policyset.set1.1.constraint.class_id=noConstraintImpl
policyset.set1.1.constraint.name=None
policyset.set1.1.default.class_id=validityDefaultImpl
policyset.set1.1.default.name=Validity
policyset.set1.1.default.params.range=731
policyset.set1.list=1
visible=true
`,
    );
  });

  it('keeps of the text before what bodies do not speak of, and nothing of its inputs, outputs and policies', () => {
    const before =
      'auth.instance_id=raCertAuth\nenable=false\nenableBy=admin\ninput.i9.class_id=x\ninput.list=i9\nupdater.list=\n';
    const text = profileTextOf(dataOf({ authenticatorId: 'raCertAuth' }), before, now);
    assert.match(text, /^auth\.instance_id=raCertAuth\n/);
    assert.match(text, /^enableBy=admin\n/m);
    assert.match(text, /^updater\.list=\n/m);
    assert.doesNotMatch(text, /i9/);
    assert.doesNotMatch(profileTextOf(dataOf(), before, now), /auth\.instance_id/);
  });

  const refused: Readonly<Record<string, Record<string, unknown>>> = {
    'a value with a line break, which would be another key': { name: 'x\nenable=true' },
    'a value that would go on in the next line': { description: 'x\\' },
    'an unknown input': { Input: [{ id: 'i1', ClassID: 'nosuchImpl' }] },
    'an input without an id': { Input: [{ ClassID: 'certReqInputImpl' }] },
    'an id that is two': { Input: [{ id: 'i1,i2', ClassID: 'certReqInputImpl' }] },
    'two inputs of one id': { Input: [body.Input[0], body.Input[0]] },
    'two policies of one class': {
      PolicySets: {
        PolicySet: [{ id: 's', value: ['1', '2'].map((id) => ({ ...body.PolicySets.PolicySet[0]?.value[0], id })) }],
      },
    },
    'a policy without a constraint': {
      PolicySets: { PolicySet: [{ id: 's', value: [{ id: '1', def: { classId: 'x' } }] }] },
    },
    'a signature algorithm that nobody signs with': {
      PolicySets: {
        PolicySet: [
          {
            id: 's',
            value: [
              {
                id: '1',
                def: { id: '', classId: 'signingAlgDefaultImpl' },
                constraint: {
                  id: '',
                  classId: 'signingAlgConstraintImpl',
                  constraint: [{ id: 'signingAlgsAllowed', value: 'SHA256withRSA,SHA1withDSA' }],
                },
              },
            ],
          },
        ],
      },
    },
  };
  for (const [what, changes] of Object.entries(refused))
    it(`is refused: ${what}`, () => {
      assert.throws(() => profileTextOf(dataOf(changes), null, now), RestRefusal);
    });
});
