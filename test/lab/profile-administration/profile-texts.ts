// Texts of profiles that are given to both sides: sound ones, odd ones, and broken ones, each broken in one way.

export interface ProfileCase {
  readonly what: string;
  readonly id: string;
  readonly text: string | Buffer;
  /** Why our answer is another than Dogtag's; absent where it is the same. */
  readonly known?: { readonly reason: string; readonly status: number; readonly body: RegExp };
}

/** A profile that both take, with more lines, which win over those before. */
export function profileText(id: string | null, more = '', classId: string | null = 'caEnrollImpl'): string {
  return `${id === null ? '' : `profileId=${id}\n`}${classId === null ? '' : `classId=${classId}\n`}desc=made for the comparison
visible=false
enable=true
enableBy=admin
auth.instance_id=raCertAuth
name=Comparison
input.list=i1,i2
input.i1.class_id=certReqInputImpl
input.i2.class_id=submitterInfoInputImpl
output.list=o1
output.o1.class_id=certOutputImpl
policyset.list=set1
policyset.set1.list=1,2,3,4
policyset.set1.1.constraint.class_id=subjectNameConstraintImpl
policyset.set1.1.constraint.name=Subject Name Constraint
policyset.set1.1.constraint.params.pattern=CN=.*
policyset.set1.1.default.class_id=userSubjectNameDefaultImpl
policyset.set1.1.default.name=Subject Name Default
policyset.set1.2.constraint.class_id=noConstraintImpl
policyset.set1.2.default.class_id=userKeyDefaultImpl
policyset.set1.3.constraint.class_id=validityConstraintImpl
policyset.set1.3.constraint.params.range=740
policyset.set1.3.default.class_id=validityDefaultImpl
policyset.set1.3.default.params.range=731
policyset.set1.3.default.params.startTime=0
policyset.set1.4.constraint.class_id=noConstraintImpl
policyset.set1.4.default.class_id=signingAlgDefaultImpl
policyset.set1.4.default.params.signingAlg=-
${more}`;
}

const named = (id: string) => `retagProfAdmin${id}`;
const odd = (what: string, id: string, more: string): ProfileCase => ({
  what,
  id: named(id),
  text: profileText(named(id), more),
});

/** Both store these. */
export const soundTexts: readonly ProfileCase[] = [
  odd('an ordinary text', 'Plain', ''),
  odd('a key that is there twice', 'Twice', 'name=second\n'),
  odd('a policy that is listed twice', 'Policy', 'policyset.set1.list=1,2,3,4,4\n'),
  odd('a set that is listed twice', 'Set', 'policyset.list=set1,set1\n'),
  odd('an authentication that is not there', 'Auth', 'auth.instance_id=nosuch\n'),
  odd('parameters that are none', 'Parameter', 'policyset.set1.3.default.params.range=abc\nfoo=bar\nfoo.bar.baz=1\n'),
  odd('an updater', 'Updater', 'updater.list=u1\nupdater.u1.class_id=subsystemGroupUpdaterImpl\n'),
  odd(
    'odd lines',
    'Lines',
    'desc=a\\\n   b\\n \\u0041  \n   spaced key  :  v \n#comment\n!comment\nnovalue\n=no key\n',
  ),
  odd('carriage returns', 'Returns', 'desc=one\r\nfoo=two\rbar=three\r\n'),
  odd('no input at all', 'NoInput', 'input.list=\noutput.list=\npolicyset.list=\n'),
  odd(
    'many sets',
    'Sets',
    `${['b', 'zz', 'a', 'set9', 'Aa', 'BB']
      .map(
        (set) =>
          `policyset.${set}.list=1\npolicyset.${set}.1.default.class_id=noDefaultImpl\npolicyset.${set}.1.constraint.class_id=noConstraintImpl\n`,
      )
      .join('')}policyset.list=b,zz,a,set9,Aa,BB\n`,
  ),
  {
    what: 'nothing but the two names',
    id: named('Empty'),
    text: `profileId=${named('Empty')}\nclassId=caEnrollImpl\n`,
  },
  { what: 'an id with a space', id: `${named('Sp')} ace`, text: profileText(`${named('Sp')} ace`) },
  {
    what: 'another class of profile',
    id: named('Class'),
    text: profileText(named('Class'), '', 'caServerCertEnrollImpl'),
  },
];

const broken = (what: string, more: string): ProfileCase => ({
  what,
  id: named('Broken'),
  text: profileText(named('Broken'), more),
});

/** Dogtag refuses these, and stores nothing. */
export const brokenTexts: readonly ProfileCase[] = [
  broken('a policy without a default', 'policyset.set1.list=1,2,3,4,5\n'),
  broken('a first policy without a default', 'policyset.set1.list=5,1\n'),
  broken(
    'a policy without a constraint',
    'policyset.set1.list=1,2,3,4,5\npolicyset.set1.5.default.class_id=noDefaultImpl\n',
  ),
  broken('an unknown default', 'policyset.set1.2.default.class_id=nosuchDefaultImpl\n'),
  broken('an unknown constraint', 'policyset.set1.2.constraint.class_id=nosuchConstraintImpl\n'),
  broken('an unknown input', 'input.i1.class_id=nosuchInputImpl\n'),
  broken('an input that is only listed', 'input.list=i1,i9\n'),
  broken('an unknown output', 'output.o1.class_id=nosuchOutputImpl\n'),
  broken('an output that is only listed', 'output.list=o1,o9\n'),
  broken('an unknown updater', 'updater.list=u1\nupdater.u1.class_id=nosuchUpdaterImpl\n'),
  broken('an updater that is only listed', 'updater.list=u1\n'),
  broken('a set that names itself', 'policyset.set1=policyset\npolicyset.list=set1\n'),
  broken('an input by the name of an output', 'input.i1.class_id=certOutputImpl\n'),
  broken('a default with white space in its name', 'policyset.set1.2.default.class_id=user KeyDefaultImpl\n'),
  { what: 'no id', id: named('Broken'), text: profileText(null) },
  { what: 'no class', id: named('Broken'), text: profileText(named('Broken'), '', null) },
  { what: 'nothing', id: named('Broken'), text: '' },
  { what: 'no profile', id: named('Broken'), text: 'this is no profile\n' },
  {
    what: 'an unknown class of profile',
    id: named('Broken'),
    text: profileText(named('Broken'), '', 'nosuchImpl'),
    known: { reason: 'Dogtag shows a stack trace', status: 400, body: /unknown profile class nosuchImpl/ },
  },
];

/** Dogtag stores these, and we do not. */
export const refusedTexts: readonly ProfileCase[] = [
  {
    what: 'octets that are no UTF-8',
    id: named('Latin'),
    text: Buffer.concat([
      Buffer.from(profileText(named('Latin'))),
      Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3d, 0xe4, 0x0a]),
    ]),
    known: {
      reason: 'text that is no text comes out as another each time',
      status: 400,
      body: /the text is not UTF-8/,
    },
  },
  {
    what: 'five megabytes',
    id: named('Large'),
    text: profileText(
      named('Large'),
      Array.from({ length: 100_000 }, (_, index) => `junk.${index}=${'x'.repeat(40)}\n`).join(''),
    ),
    known: { reason: 'it is larger than any profile', status: 413, body: /larger than|longer than/ },
  },
];
