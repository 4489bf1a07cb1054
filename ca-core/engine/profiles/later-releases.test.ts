// What profiles do from one release of Dogtag on and not before; each test names the source of the later release that rules it.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  decodeAuthorityKeyIdentifier,
  decodeCertificatePolicies,
  encodeGeneralNames,
  encodeNameText,
  encodeSubjectKeyIdentifier,
  extensionOids,
  formatName,
} from '#codecs/x509';
import {
  encodeCertificateRequestMessages,
  encodeCertificationRequest,
  generateEcKey,
  generateMlDsaKey,
  type KeyPair,
  pemOf,
  type RequestedExtension,
} from '#test/certificate-request-builder';
import { anonymous, compileTrial, profileLines, tryProfile } from '#test/profile-trial';
import { authenticateRenewal } from './caller-authentication.ts';
import { type DogtagChange, hasChange, standardDogtagVersion } from './dogtag-version.ts';
import { RequestAttributes } from './request-attributes.ts';

const subjectDer = encodeNameText('CN=host.example.test');
const ecKey = generateEcKey('P-256');
const pkcs10 = (key: KeyPair = ecKey, more: object = {}) => ({
  cert_request_type: 'pkcs10',
  cert_request: pemOf(encodeCertificationRequest({ subjectDer, key, ...more })),
});
const crmf = (plan: { key?: KeyPair; proof?: 'signature' | 'none'; extensions?: readonly RequestedExtension[] }) => ({
  cert_request_type: 'crmf',
  cert_request: encodeCertificateRequestMessages([
    { subjectDer, key: ecKey, proof: 'signature', ...plan } as const,
  ]).toString('base64'),
});
const subject = { default: ['userSubjectNameDefaultImpl'] };
const key = { default: ['userKeyDefaultImpl'] };
const validity = { default: ['validityDefaultImpl', 'range=30', 'startTime=0'] };
const plain = [subject, key, validity];

describe('the releases of Dogtag', () => {
  it('are told by major and minor number; what is no version is the standard one', () => {
    const changes: readonly DogtagChange[] = ['crmf-extensions', 'ml-dsa'];
    const has = (version?: string) => changes.map((change) => hasChange(version, change));
    assert.equal(standardDogtagVersion, '10.10.2');
    for (const old of [undefined, '', 'unknown', '10.10.2', '10.5.18', '9.0.3'])
      assert.deepEqual(has(old), [false, false], old);
    for (const middle of ['10.11', '10.15.1', '11.2.0-beta1', '11.8.0'])
      assert.deepEqual(has(middle), [true, false], middle);
    for (const late of ['11.9.1', '11.10.1', '12.0']) assert.deepEqual(has(late), [true, true], late);
  });
});

describe('profiles as later releases run them', () => {
  const both = async (trial: Omit<Parameters<typeof tryProfile>[0], 'environment'>, from: string) => [
    await tryProfile(trial),
    await tryProfile({ ...trial, environment: { dogtagVersion: from } }),
  ];
  const draftOf = (outcome: Awaited<ReturnType<typeof tryProfile>>) => {
    assert(typeof outcome !== 'string', String(outcome));
    return outcome.draft;
  };

  it('take extensions of CRMF requests (EnrollProfile.fillCertReqMsg of 10.11)', async () => {
    const names = encodeGeneralNames([{ kind: 'dNSName', value: 'host.example.test' }]);
    const extensions = [{ oid: extensionOids.subjectAltName, critical: false, valueDer: names }];
    const lines = profileLines([
      ...plain,
      { default: ['userExtensionDefaultImpl', `userExtOID=${extensionOids.subjectAltName}`] },
    ]);
    const [before, after] = await both({ lines, inputs: crmf({ extensions }) }, '10.11');
    assert.equal(before, 'Invalid Request');
    assert(after !== undefined);
    assert.deepEqual(
      draftOf(after).extensions.map(({ valueDer }) => Buffer.from(valueDer).toString('hex')),
      [names.toString('hex')],
    );
  });

  it('wrap a subject key identifier of a CRMF request twice, in every release', async () => {
    const extensions = [
      {
        oid: extensionOids.subjectKeyIdentifier,
        critical: false,
        valueDer: encodeSubjectKeyIdentifier(Buffer.alloc(20, 1)),
      },
    ];
    const lines = profileLines([
      ...plain,
      { default: ['userExtensionDefaultImpl', `userExtOID=${extensionOids.subjectKeyIdentifier}`] },
    ]);
    for (const outcome of await both({ lines, inputs: crmf({ extensions }) }, '11.10'))
      assert.equal(Buffer.from(draftOf(outcome).extensions[0]?.valueDer ?? []).toString('hex', 0, 4), '04160414');
  });

  it('end certificates for authorities with the issuing one (CAService.issueX509Cert of 10.11)', async () => {
    const authority = [
      'basicConstraintsExtDefaultImpl',
      'basicConstraintsCritical=true',
      'basicConstraintsIsCA=true',
      'basicConstraintsPathLen=-1',
    ];
    const long = { default: ['validityDefaultImpl', 'range=20', 'rangeUnit=year', 'startTime=0'] };
    const trial = { lines: profileLines([subject, key, long, { default: authority }]), inputs: pkcs10() };
    const [before, after] = (await both(trial, '10.11')).map((outcome) => draftOf(outcome).notAfter?.toISOString());
    assert.deepEqual([before, after], ['2046-07-01T12:00:00.000Z', '2036-01-01T00:00:00.000Z']);
  });

  it('limit the validity of authorities where no agent looks, unless told not to (CAValidityDefault.populate of 11.1)', async () => {
    const lines = (...more: readonly string[]) =>
      profileLines([
        subject,
        key,
        { default: ['caValidityDefaultImpl', 'range=20', 'rangeUnit=year', 'startTime=0', ...more] },
      ]);
    const agreed = async (version: string, ...more: readonly string[]) => {
      const outcome = await tryProfile({
        lines: lines(...more),
        inputs: pkcs10(),
        environment: { dogtagVersion: version },
      });
      assert(typeof outcome !== 'string', String(outcome));
      return outcome.request.draft.notAfter?.getUTCFullYear();
    };
    assert.equal(await agreed('11.0.0'), 2046);
    assert.equal(await agreed('11.1.0'), 2036);
    assert.equal(await agreed('11.1.0', 'bypassCAnotafter=true'), 2046);
  });

  it('repeat the subject key identifier as that of the own key, where it stands before (CAEnrollDefault.getKeyIdentifier of 11.5)', async () => {
    const own = { default: ['authorityKeyIdentifierExtDefaultImpl', 'localKey=true'] };
    const longer = { default: ['subjectKeyIdentifierExtDefaultImpl', 'messageDigest=SHA-256'] };
    const lengths = (outcomes: Awaited<ReturnType<typeof both>>) =>
      outcomes.map((outcome) => {
        const found = draftOf(outcome).extensions.find(({ oid }) => oid === extensionOids.authorityKeyIdentifier);
        return decodeAuthorityKeyIdentifier(found?.valueDer ?? Buffer.alloc(0)).keyIdentifier?.length;
      });
    assert.deepEqual(
      lengths(await both({ lines: profileLines([...plain, longer, own]), inputs: pkcs10() }, '11.5')),
      [20, 32],
    );
    assert.deepEqual(
      lengths(await both({ lines: profileLines([...plain, own, longer]), inputs: pkcs10() }, '11.5')),
      [20, 20],
    );
  });

  it('refuse to name the key of an authority whose certificate does not (CAEnrollDefault.getCAKeyIdentifier of 11.5)', async () => {
    const lines = profileLines([...plain, { default: ['authorityKeyIdentifierExtDefaultImpl'] }]);
    const [before, after] = await both({ lines, inputs: pkcs10(), authority: { hasKeyIdentifier: false } }, '11.5');
    assert(typeof before === 'object');
    assert.equal(after, 'Could not instantiate AuthorityKeyIdentifier extension.');
  });

  it('start from a name of the profile (EnrollProfile.setDefaultCertInfo of 11.5)', async () => {
    const lines = profileLines([key, validity], ['auth.instance_id=', 'defaultSubjectName=CN=Somebody,O=Example']);
    const [before, after] = await both({ lines, inputs: pkcs10() }, '11.5');
    assert.equal(before, 'Certificate cannot be issued: it has no subject name');
    assert(after !== undefined);
    assert.equal(formatName(draftOf(after).subjectDer ?? Buffer.alloc(0)), 'CN=Somebody,O=Example');
  });

  it('leave a request to an agent although its sender is known (CertProcessor.submitRequests of 10.11)', () => {
    const lines = profileLines(plain, ['auth.instance_id=raCertAuth', 'auth.explicitApprovalRequired=true']);
    const needs = ['10.10.2', '10.11.0'].map(
      (dogtagVersion) => compileTrial({ lines, environment: { dogtagVersion } }).needsApproval,
    );
    assert.deepEqual(needs, [false, true]);
  });

  it('take a session for a renewal under caManualRenewal alone (RenewalProcessor of 10.11)', () => {
    const agent = { ...anonymous, userId: 'agent', groups: ['Certificate Manager Agents'], viaSession: true };
    const decides = (dogtagVersion: string, id: string) => {
      const environment = { dogtagVersion } as Parameters<typeof authenticateRenewal>[3];
      const profile = {
        ...compileTrial({ lines: profileLines([], ['auth.instance_id=', 'renewal=true']) }),
        id,
      } as ReturnType<typeof compileTrial>;
      return authenticateRenewal(profile, agent, RequestAttributes.from({}), { ...environment, peopleDn: null })
        .decidesAtOnce;
    };
    assert.deepEqual(
      ['caManualRenewal', 'other'].map((id) => decides('10.10.2', id)),
      [true, true],
    );
    assert.deepEqual(
      ['caManualRenewal', 'other'].map((id) => decides('11.0.0', id)),
      [true, false],
    );
  });

  it('have numbers and texts of user notices where they are configured (CertificatePoliciesExtDefault.createExtension of 11.6)', async () => {
    const prefix = 'PoliciesExt.certPolicy0.';
    const qualifier = `${prefix}PolicyQualifiers0.`;
    const outcomes = (organization: string, noticeNumbers: string, explicitText: string) => {
      const policies = [
        'certificatePoliciesExtDefaultImpl',
        'PoliciesExt.num=1',
        `${prefix}enable=true`,
        `${prefix}policyId=1.2.3.4`,
        `${prefix}PolicyQualifiers.num=1`,
        `${qualifier}usernotice.enable=true`,
        `${qualifier}usernotice.noticeReference.organization=${organization}`,
        `${qualifier}usernotice.noticeReference.noticeNumbers=${noticeNumbers}`,
        `${qualifier}usernotice.explicitText.value=${explicitText}`,
      ];
      return both({ lines: profileLines([...plain, { default: policies }]), inputs: pkcs10() }, '11.6');
    };
    const wrong = 'Wrong notice numbers';
    const fault = (message: string) => `Unable to create CertificatePoliciesExtension: ${message}`;
    const written = (outcome: Awaited<ReturnType<typeof tryProfile>> | undefined) => {
      if (outcome === undefined || typeof outcome === 'string') return outcome;
      const [policy] = decodeCertificatePolicies(outcome.draft.extensions[0]?.valueDer ?? Buffer.alloc(0));
      const [notice] = policy?.qualifiers ?? [];
      assert(notice?.kind === 'userNotice');
      const { noticeReference, explicitText: text } = notice;
      return [noticeReference?.organization.text ?? '', noticeReference?.numbers.join() ?? '', text?.text ?? ''].join(
        '|',
      );
    };
    const inBoth = async (...texts: Parameters<typeof outcomes>) => (await outcomes(...texts)).map(written);
    assert.deepEqual(await inBoth('Example', '1;2', 'Some text'), [wrong, 'Example|1,2|Some text']);
    assert.deepEqual(await inBoth('Example', 'Some text', '1;2'), ['Example|1,2|Some text', wrong]);
    assert.deepEqual(await inBoth('Example', '3', '4'), ['Example|4|3', 'Example|3|4']);
    assert.deepEqual(await inBoth('Example & Co', '3', '4'), Array(2).fill(fault('Not a valid string type 26')));
    assert.deepEqual(await inBoth('Example', '', '4'), ['Example|4|', fault('null')]);
  });

  it('give an external process ten seconds where the profile gives none (ExternalProcessConstraint.init of 11.3)', async () => {
    const lines = profileLines([...plain, { constraint: ['externalProcessConstraintImpl', 'executable=/bin/true'] }]);
    const seconds: number[] = [];
    const runExternalCheck = async (_: string, __: object, timeoutSeconds: number) => {
      seconds.push(timeoutSeconds);
      return { outcome: 'exited', exitCode: 0, output: '' } as const;
    };
    assert.throws(() => compileTrial({ lines }), /timeout: not a positive whole number of seconds/);
    await tryProfile({ lines, inputs: pkcs10(), environment: { dogtagVersion: '11.3', runExternalCheck } });
    assert.deepEqual(seconds, [10]);
  });
});

describe('ML-DSA and ML-KEM keys (KeyConstraint and UserKeyDefault of 11.9 and 11.10)', () => {
  const constrained = (keyType: string, keyParameters: string) =>
    profileLines([
      subject,
      validity,
      { ...key, constraint: ['keyConstraintImpl', `keyType=${keyType}`, `keyParameters=${keyParameters}`] },
    ]);
  const mlKem = (() => {
    const { privateKey, publicKey } = generateKeyPairSync('ml-kem-768' as 'ml-dsa-44');
    return { privateKey, publicKeyDer: publicKey.export({ type: 'spki', format: 'der' }) };
  })();

  for (const parameterSet of ['44', '65', '87'] as const)
    it(`ML-DSA-${parameterSet}: proves itself in PKCS#10 and CRMF, and is told by its number`, async () => {
      const mlDsa = generateMlDsaKey(parameterSet);
      const lines = constrained('MLDSA', parameterSet);
      for (const inputs of [pkcs10(mlDsa), crmf({ key: mlDsa })]) {
        const outcome = await tryProfile({ lines, inputs, environment: { dogtagVersion: '11.9.0' } });
        assert(typeof outcome !== 'string', String(outcome));
        assert.deepEqual(outcome.draft.subjectPublicKeyInfoDer, mlDsa.publicKeyDer);
        const shown = Object.fromEntries(
          outcome
            .review()
            .flatMap(({ values }) => values)
            .map(({ name, value }) => [name, value]),
        );
        assert.equal(shown.LEN, parameterSet);
        assert.match(String(shown.TYPE), new RegExp(`^ML-DSA-${parameterSet} - 2\\.16\\.840\\.1\\.101\\.3\\.4\\.3\\.`));
      }
      const other = await tryProfile({
        lines: constrained('MLDSA', '45,66'),
        inputs: pkcs10(mlDsa),
        environment: { dogtagVersion: '11.9.0' },
      });
      assert.equal(other, 'rejected: Key Parameters 45,66 Not Matched');
    });

  it('refuse a proof that does not fit, and one by another key’s algorithm', async () => {
    const mlDsa = generateMlDsaKey('65');
    const environment = { dogtagVersion: '11.10.1' };
    const outcome = (inputs: Readonly<Record<string, string>>) =>
      tryProfile({ lines: constrained('-', '65'), inputs, environment });
    assert.equal(await outcome(pkcs10(mlDsa, { breakSignature: true })), 'Invalid Request');
    // An RSA signature that calls itself ML-DSA must not be taken for what OpenSSL would make of it by itself.
    assert.equal(await outcome(pkcs10(ecKey, { algorithm: 'ml-dsa-65' })), 'Invalid Request');
    assert.equal(typeof (await outcome(pkcs10(mlDsa))), 'object');
  });

  it('are refused before any profile is asked in older releases, but for CRMF without proof', async () => {
    const mlDsa = generateMlDsaKey('44');
    const lines = constrained('-', '44');
    assert.equal(await tryProfile({ lines, inputs: pkcs10(mlDsa) }), 'Invalid Request');
    assert.equal(await tryProfile({ lines, inputs: crmf({ key: mlDsa }) }), 'Proof-of-Possession Verification Failed');
    assert.equal(
      await tryProfile({ lines, inputs: crmf({ key: mlDsa, proof: 'none' }) }),
      'rejected: Invalid Key Type OID.2.16.840.1.101.3.4.3.17',
    );
  });

  it('cannot be shown to an agent by releases that do not know them, as in Dogtag 10.10', async () => {
    const outcome = await tryProfile({
      lines: profileLines(plain),
      inputs: crmf({ key: generateMlDsaKey('44'), proof: 'none' }),
    });
    assert(typeof outcome !== 'string', String(outcome));
    assert.throws(() => outcome.review(), { message: 'Invalid Property LEN' });
  });

  it('ML-KEM-768: has no proof to give, and is told by its number from 11.10 on', async () => {
    const inputs = crmf({ key: mlKem, proof: 'none' });
    const outcome = (version: string, keyType: string) =>
      tryProfile({ lines: constrained(keyType, '512,768'), inputs, environment: { dogtagVersion: version } });
    assert.equal(await outcome('11.9.1', 'MLKEM'), 'rejected: Key Type MLKEM Not Matched');
    assert.equal(await outcome('11.10.0', 'MLDSA'), 'rejected: Key Type MLDSA Not Matched');
    const taken = await outcome('11.10.0', 'MLKEM');
    assert(typeof taken !== 'string', String(taken));
    assert.deepEqual(taken.draft.subjectPublicKeyInfoDer, mlKem.publicKeyDer);
  });

  it('are offered to whoever writes a profile', () => {
    const offered = (dogtagVersion: string) => {
      const { policySets } = compileTrial({ lines: constrained('RSA', '2048'), environment: { dogtagVersion } });
      return policySets[0]?.policies[2]?.constraint.parameters[0]?.descriptor.constraint;
    };
    assert.deepEqual(['10.10.2', '11.9.1', '11.10.1'].map(offered), [
      '-,RSA,EC',
      '-,RSA,EC,MLDSA',
      '-,RSA,EC,MLDSA,MLKEM',
    ]);
  });
});
