// Classes that Dogtag 10.10 does not have, ruled by RAClientAuthInfoInput, RAClientAuthSubjectNameConstraint,
// RAHeaderClientCertSubjectNameConstraint, P12ExportPasswordConstraint and PasswordChecker of 11.10, and authentication by FlatFileAuth.
import assert from 'node:assert/strict';
import { encodeNameText } from '#codecs/x509';
import {
  encodeCertificationRequest,
  encodeTestName,
  generateEcKey,
  nameOids,
  pemOf,
  stringTags,
} from '#test/certificate-request-builder';
import { anonymous, compileTrial, profileLines, tryProfile } from '#test/profile-trial';
import { SampleIssuer } from '#test/sample-issuer';
import { isAgentCertificate } from '../enrollment/agent-certificate.ts';

const key = generateEcKey('P-256');
const csr = (subjectDer: Uint8Array) => ({
  cert_request_type: 'pkcs10',
  cert_request: pemOf(encodeCertificationRequest({ subjectDer, key })),
});
const inputs = [
  'input.list=i1,i2',
  'input.i1.class_id=certReqInputImpl',
  'input.i2.class_id=raClientAuthInfoInputImpl',
];
const withSubjectJudgedBy = (...constraint: readonly string[]) =>
  profileLines(
    [
      { default: ['userSubjectNameDefaultImpl'], constraint },
      { default: ['userKeyDefaultImpl'] },
      { default: ['validityDefaultImpl', 'range=30'] },
    ],
    ['auth.instance_id=', ...inputs],
  );
const outcomeOf = async (trial: Parameters<typeof tryProfile>[0]) => {
  const outcome = await tryProfile(trial);
  return typeof outcome === 'string' ? outcome : 'agreed';
};

describe('the client whom a registration authority has authenticated', () => {
  const subjectDer = encodeNameText('CN=device-1');
  const judge = (facts: Readonly<Record<string, string>>, pattern: readonly string[] = [], context = {}) =>
    outcomeOf({
      lines: withSubjectJudgedBy('raClientAuthSubjectNameConstraintImpl', ...pattern),
      inputs: { ...csr(subjectDer), ...facts },
      context,
    });

  it('is told by three inputs, in their order and words', () => {
    const [, input] = compileTrial({ lines: withSubjectJudgedBy('noConstraintImpl') }).inputs;
    assert.deepEqual(
      [
        input?.class.className,
        input?.input.name,
        ...(input?.input.values ?? []).map(({ name, descriptor }) => `${name}: ${descriptor.description}`),
      ],
      [
        'RAClientAuthInfoInput',
        'RA Client authentication Information',
        'ra_client_uid: RA client uid',
        'ra_client_name: RA client Name',
        'ra_client_certificate: RA client certificate',
      ],
    );
  });

  it('must be told', async () => {
    for (const facts of [{}, { ra_client_name: ' ', ra_client_uid: '', ra_client_certificate: ' ' }])
      assert.equal(await judge(facts), 'rejected: Missing client information for Subject Name');
  });

  it('may have the subject that the pattern makes of name and uid', async () => {
    assert.equal(await judge({ ra_client_name: 'device-1', ra_client_uid: '' }), 'agreed');
    assert.equal(
      await judge({ ra_client_name: 'device-2', ra_client_uid: '' }),
      'rejected: Subject Name Not Matched CN=device-1',
    );
    const byUid = ['pattern=CN=$ra_client_uid$'];
    assert.equal(await judge({ ra_client_name: '', ra_client_uid: 'device-1' }, byUid), 'agreed');
    assert.equal(
      await judge({ ra_client_name: '', ra_client_uid: '$&' }, byUid),
      'rejected: Subject Name Not Matched CN=device-1',
    );
    assert.match(await judge({ ra_client_name: 'device-1' }), /^failed: .*pattern: needs name and uid of the client/);
    assert.match(
      await judge({ ra_client_name: 'device-1', ra_client_uid: '' }, ['pattern=no name']),
      /^rejected: Subject Name Not Matched \{0\}java\.io\.IOException/,
    );
  });

  it('has another name where the letters are of another string type, as JSS compares', async () => {
    const printable = encodeTestName([[[nameOids.cn, stringTags.printable, 'device-1']]]);
    const lines = withSubjectJudgedBy('raClientAuthSubjectNameConstraintImpl');
    const outcome = await outcomeOf({
      lines,
      inputs: { ...csr(printable), ra_client_name: 'device-1', ra_client_uid: '' },
    });
    assert.equal(outcome, 'rejected: Subject Name Not Matched CN=device-1');
  });

  it('may have the subject of its certificate, and any subject as an agent', async () => {
    const issuer = new SampleIssuer('CN=Device Authority');
    const own = Buffer.from(issuer.certify(1n, { subject: 'CN=device-1' })).toString('base64');
    const other = Buffer.from(issuer.certify(9n, { subject: 'CN=device-9' })).toString('base64');
    // The certificate counts before what else is told.
    assert.equal(await judge({ ra_client_certificate: own, ra_client_name: 'device-9', ra_client_uid: '' }), 'agreed');
    assert.equal(
      await judge({ ra_client_certificate: other, ra_client_name: 'device-1', ra_client_uid: '' }),
      'rejected: Subject Name Not Matched CN=device-1',
    );
    assert.equal(await judge({ ra_client_certificate: other }, [], { isAgentCertificate: async () => true }), 'agreed');
    assert.match(
      await judge({ ra_client_certificate: 'none' }),
      /^rejected: Subject Name Not Matched \{0\}java\.security\.cert\.CertificateException/,
    );
  });

  it('is never known by a header outside Dogtag’s CMC servlets', async () => {
    const lines = withSubjectJudgedBy('raHeaderClientCertSubjectNameConstraintImpl');
    assert.equal(
      await outcomeOf({ lines, inputs: csr(subjectDer) }),
      'rejected: Missing client information for Subject Name',
    );
  });
});

describe('the certificate of an agent', () => {
  const issuer = new SampleIssuer('CN=User Authority');
  const certificateDer = issuer.certify(7n, { subject: 'CN=Agent,O=Example' });
  const claim = `2;7;${issuer.name};CN=Agent,O=Example`;
  const user = {
    userId: 'agent',
    fullName: 'Agent',
    email: null,
    certificatesDer: [certificateDer],
    certificateClaims: [claim],
    groups: ['Certificate Manager Agents'],
  };
  const known = (changes: object) =>
    isAgentCertificate(certificateDer, {
      read: async () => ({ revision: 1n, users: [{ ...user, ...changes }], rules: [] }),
    });

  it('is one that a user of the group holds', async () => {
    assert.equal(await known({}), true);
    assert.equal(await known({ certificatesDer: [] }), true);
    assert.equal(await known({ certificateClaims: [claim.toUpperCase().replaceAll(' ', '  ')] }), true);
    assert.equal(await known({ groups: ['Administrators'] }), false);
    assert.equal(await known({ certificateClaims: ['2;8;CN=x;CN=y'] }), false);
    assert.equal(await known({ certificatesDer: [issuer.certify(8n, { subject: 'CN=Agent,O=Example' })] }), false);
    assert.equal(await isAgentCertificate(Buffer.from('3000', 'hex'), { read: async () => null }), false);
  });
});

describe('the password of a PKCS#12 file', () => {
  const rules = [
    'password.minSize=12',
    'password.minUpperLetter=2',
    'password.minLowerLetter=2',
    'password.minNumber=2',
    'password.minSpecialChar=2',
    'password.seqLength=3',
    'password.maxRepeatedChar=2',
  ];
  const lines = (parameters: readonly string[]) =>
    profileLines(
      [
        { default: ['userSubjectNameDefaultImpl'] },
        { default: ['userKeyDefaultImpl'] },
        { default: ['validityDefaultImpl', 'range=30'] },
        { constraint: ['p12ExportPasswordConstraintImpl', ...parameters] },
      ],
      [
        'auth.instance_id=',
        'input.list=i1,i2',
        'input.i1.class_id=certReqInputImpl',
        'input.i2.class_id=genericInputImpl',
        'input.i2.params.gi_num=1',
        'input.i2.params.gi_param_enable0=true',
        'input.i2.params.gi_param_name0=serverSideKeygenP12Passwd',
        'input.i2.params.gi_display_name0=P',
      ],
    );
  const judge = (password: string, parameters: readonly string[] = rules) =>
    outcomeOf({
      lines: lines(parameters),
      inputs: { ...csr(encodeNameText('CN=x')), serverSideKeygenP12Passwd: password },
    });

  it('is refused for the first demand that it does not meet, in Dogtag’s words and without being named', async () => {
    for (const [password, wording] of [
      ['Short1!', 'must be at least 12 characters'],
      ['lowercase123!!', 'requires at least 2 upper case letter(s)'],
      ['UPPERCASE123!!', 'requires at least 2 lower case letter(s)'],
      ['UPPERlower!!!!', 'requires at least 2 numeric digit(s)'],
      ['UPPERlower1234', 'requires at least 2 punctuation symbol(s)'],
      ['ABcd12!?xyzABcd9', 'cannot have repeated sequences (check also inverted).'],
      ['ABcd12!?dcBA99', 'cannot have repeated sequences (check also inverted).'],
      ['ABcd12!?eeef9', 'cannot contain the same character more then 2 times.'],
    ] as const) {
      assert.equal(await judge(password), `rejected: The password ${wording}`);
    }
    assert.equal(await judge('ABcd12!?eefg9'), 'agreed');
  });

  it('needs eight characters where the profile says nothing, and is told so', async () => {
    assert.equal(await judge('1234567', []), 'rejected: The password must be at least 8 characters');
    assert.equal(await judge('12345678', []), 'agreed');
    const [text] = (compileTrial({ lines: lines(['password.seqLength=6']) }).policySets[0]?.policies ?? [])
      .slice(-1)
      .map(({ constraint }) => constraint.text);
    assert.equal(
      text,
      'This constraint accept export password with minimum size 8, minimum number of characters upper case 0,  minimum number of characters lower case 0,  minimum number of digits 0,  minimum number of punctuation 0 (these excluding initial capital and final digits) no repeated substrings of size 6, no more 0 repeated character and verified with cracklib false.',
    );
  });

  it('is not judged by rules that are no numbers, nor by cracklib, which is not here', async () => {
    assert.match(
      await judge('ABcd12!?eefg9', ['password.minSize=many']),
      /^failed: .*password\.minSize: not a whole number/,
    );
    assert.match(
      await judge('ABcd12!?eefg9', ['password.cracklibCheck=true']),
      /^failed: .*cracklibCheck: cracklib is not asked here/,
    );
    assert.match(await judge('', []), /^failed: .*the request has no password/);
  });
});

describe('authentication that no form and no REST call can give', () => {
  it('is refused in Dogtag’s words: a router’s password, and what an EST server passes on', async () => {
    const outcome = (instance: string, caller = anonymous) =>
      outcomeOf({ lines: profileLines([], [`auth.instance_id=${instance}`]), inputs: {}, caller });
    assert.equal(await outcome('flatFileAuth'), 'Authentication credential for UID is null.');
    assert.equal(await outcome('CMCAuthForEST'), 'EST subsystem TLS client certificate required');
    const withCertificate = { ...anonymous, certificateDer: Buffer.from('3000', 'hex') };
    assert.equal(await outcome('CMCAuthForEST', withCertificate), 'Authentication credential for cmcRequest is null.');
  });
});
