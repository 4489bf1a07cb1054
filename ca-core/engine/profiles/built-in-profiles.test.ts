// Each built-in profile can be read without a complaint, gives the certificate of its golden file, and that certificate is fit for its purpose.
import assert from 'node:assert/strict';
import { createPublicKey, sign, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { decodePem, encodePem } from '#codecs/pem';
import {
  assembleCertificate,
  computeKeyIdentifier,
  decodeBasicConstraints,
  decodeCertificate,
  decodeExtKeyUsage,
  decodeGeneralNames,
  decodeKeyUsage,
  decodeSubjectPublicKeyInfo,
  encodeBasicConstraints,
  encodeGeneralNames,
  encodeKeyUsage,
  encodeNameText,
  encodeSubjectKeyIdentifier,
  encodeTbsCertificate,
  extensionOids,
  findExtension,
  findSignatureAlgorithm,
  formatName,
  type GeneralName,
} from '#codecs/x509';
import {
  type BuiltInProfileCase,
  builtInProfileCases,
  goldenAuthorityKey,
  goldenFolder,
  purposes,
  requestFor,
} from '#test/built-in-profile-cases';
import { generateEcKey, generateRsaKey } from '#test/certificate-request-builder';
import { profileSettings } from '#test/profile-settings';
import { createIssuingAuthority } from '../authorities/issuing-authority.ts';
import { checkProfile, lintProfileText } from '../enrollment/check-profile.ts';
import { prepareCertificate } from '../issuance/prepare-certificate.ts';
import { authorityId, type Caller, profileId, serialNumber } from '../model/index.ts';
import { checkRequest, populateRequest } from './apply-profile.ts';
import { builtInProfiles } from './built-in-profiles.ts';
import { authenticateCaller, standardAuthenticationInstances } from './caller-authentication.ts';
import { compileProfile } from './compile-profile.ts';
import { assertEnabled, parseSubmission } from './parse-submission.ts';
import type { ApplicationContext } from './profile-environment.ts';
import { settleDraft } from './settle-draft.ts';

const isWriting = process.env.RETAG_WRITE_GOLDEN === '1';
const now = new Date('2026-07-01T12:00:00.250Z');
const serial = serialNumber(0x5265746167n);

function caseOf(id: string): BuiltInProfileCase {
  const found = builtInProfileCases[id];
  assert(found !== undefined, `no case for ${id}`);
  return found;
}

/** The authority, its own certificate made by itself; RSA signs the same bytes in the same way each time. */
const authority = (() => {
  const subjectDer = encodeNameText('CN=Golden Authority,O=Example');
  const { publicKeyDer } = goldenAuthorityKey;
  const keyIdentifier = computeKeyIdentifier(decodeSubjectPublicKeyInfo(publicKeyDer));
  const content = {
    version: 2,
    subjectDer,
    issuerDer: subjectDer,
    subjectPublicKeyInfoDer: publicKeyDer,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2056-01-01T00:00:00Z'),
    signatureAlgorithm: 'SHA256withRSA',
    extensions: [
      {
        oid: extensionOids.basicConstraints,
        critical: true,
        valueDer: encodeBasicConstraints({ cA: true, pathLenConstraint: null }),
      },
      {
        oid: extensionOids.keyUsage,
        critical: true,
        valueDer: encodeKeyUsage(new Set(['digitalSignature', 'keyCertSign', 'cRLSign'])),
      },
      { oid: extensionOids.subjectKeyIdentifier, critical: false, valueDer: encodeSubjectKeyIdentifier(keyIdentifier) },
    ],
  };
  const certificateDer = signed(encodeTbsCertificate(content, 1n));
  return createIssuingAuthority(
    {
      id: authorityId('golden'),
      isHostAuthority: true,
      parentId: null,
      subject: formatName(subjectDer),
      issuer: formatName(subjectDer),
      serialNumber: 1n,
      enabled: true,
      description: null,
      ready: false,
      certificateDer,
      chainDer: [certificateDer],
    },
    [],
  );
})();

function signed(tbsDer: Uint8Array): Buffer {
  const algorithm = findSignatureAlgorithm('SHA256withRSA');
  assert(algorithm !== null);
  return assembleCertificate(tbsDer, algorithm.der, sign('sha256', tbsDer, goldenAuthorityKey.privateKey));
}

const nobody = {
  userId: null,
  groups: [],
  certificateDer: null,
  remoteAddress: '127.0.0.1',
  remoteHost: 'localhost',
  viaSession: false,
};
const registrationAgent: Caller = {
  ...nobody,
  userId: 'ra',
  groups: ['Registration Manager Agents'],
  certificateDer: Buffer.from('3000', 'hex'),
};

function compile(id: string) {
  const stored = builtInProfiles().find((profile) => profile.id === id);
  assert(stored !== undefined, id);
  return compileProfile(
    { ...stored, id: profileId(id) },
    {
      ...profileSettings,
      defaultSigningAlgorithm: authority.defaultSigningAlgorithm,
      signingAlgorithms: ['SHA256withRSA', 'SHA384withRSA'],
      hostAuthorityNotBefore: authority.facts.notBefore,
      hostAuthorityNotAfter: authority.facts.notAfter,
      authenticationInstances: standardAuthenticationInstances,
      // The others do with what every Dogtag knows.
      ...(id === 'modernMlDsaServer' ? { dogtagVersion: '11.9.0' } : {}),
    },
  );
}

/** The certificate for a request, or the words of the refusal. */
async function enroll(id: string, inputs: Readonly<Record<string, string>>): Promise<Buffer | string> {
  const profile = compile(id);
  assertEnabled(profile);
  const isImmediate = profile.authentication.kind === 'instance';
  const authentication = authenticateCaller(profile, isImmediate ? registrationAgent : nobody, {
    ...profileSettings,
    defaultSigningAlgorithm: '',
    signingAlgorithms: [],
    hostAuthorityNotBefore: now,
    hostAuthorityNotAfter: now,
    authenticationInstances: standardAuthenticationInstances,
  });
  const records = { find: async () => null, findBySubject: async () => [], findByPublicKey: async () => [] };
  const given: ApplicationContext = { authority: authority.facts, now, records, observedValidity: null };
  const submission = { inputs, authorityId: null, remoteHost: 'localhost', remoteAddress: '127.0.0.1', language: 'en' };
  const [parsed] = [...parseSubmission(profile, submission, authentication, () => given)];
  assert(parsed !== undefined);
  const { request, context } = parsed;
  populateRequest(profile, request, context);
  const rejection = await checkRequest(profile, request, context);
  if (rejection !== null) return rejection.message;
  return signed(prepareCertificate(settleDraft(request.draft, context), authority, serial, false).tbsCertificateDer);
}

describe('built-in profiles', () => {
  const all = builtInProfiles();
  const ids = all.map(({ id }) => id);

  it('are many, each with a name of its own, and each has its case here', () => {
    assert(all.length >= 28);
    // The directory of a Dogtag does not tell capital letters from small ones.
    assert.equal(new Set(ids.map((id) => id.toLowerCase())).size, ids.length);
    assert.deepEqual(
      ids.filter((id) => !/^modern[A-Z][A-Za-z]+$/.test(id)),
      [],
    );
    assert.deepEqual(Object.keys(builtInProfileCases).sort(), ids);
    const golden = readdirSync(goldenFolder).filter((name) => name.startsWith('modern'));
    if (!isWriting)
      assert.deepEqual(
        golden.sort(),
        ids.map((id) => `${id}.txt`),
      );
  });

  it('can be read, do here what they do in Dogtag, and leave nothing to complain of', () => {
    for (const profile of all) {
      assert.deepEqual(checkProfile(profile, profileSettings), { obstacle: null, differences: [] }, profile.id);
      assert.deepEqual(lintProfileText(profile, profileSettings), [], profile.id);
      assert.match(profile.configurationText, /^# /);
    }
  });

  it('are offered by a name and say what they are for', () => {
    const told = ids.map((id) => compile(id).description);
    assert.equal(new Set(told.map(({ name }) => name)).size, ids.length);
    for (const { id, name, text, enabled, visible } of told)
      assert(name.length > 4 && text.length > 40 && enabled && visible, id);
  });

  if (isWriting)
    writeFileSync(new URL('authority.txt', goldenFolder), encodePem('CERTIFICATE', authority.certificate.der));

  for (const id of ids)
    it(`${id} gives the certificate that it always gave`, async () => {
      const certificateDer = await enroll(id, requestFor(caseOf(id)));
      assert(typeof certificateDer !== 'string', `${certificateDer}`);
      const file = new URL(`${id}.txt`, goldenFolder);
      if (isWriting) writeFileSync(file, encodePem('CERTIFICATE', certificateDer));
      const golden = decodeCertificate(decodePem(readFileSync(file, 'utf8'), 'CERTIFICATE'));
      assert.equal(decodeCertificate(certificateDer).tbsDer.toString('hex'), golden.tbsDer.toString('hex'));
      assert(new X509Certificate(golden.der).verify(createPublicKey(goldenAuthorityKey.privateKey)));
      judge(golden.der, caseOf(id));
    });

  it('refuse weak keys, names that do not say whom, and certificates without the names that they need', async () => {
    const [weakRsa, weakEc] = [generateRsaKey(1024), generateEcKey('secp256k1')];
    for (const id of ids) {
      const wanted = caseOf(id);
      assert.match(String(await enroll(id, requestFor(wanted, weakRsa))), /^Key (Parameters|Type) /, id);
      assert(typeof (await outcomeOf(enroll(id, requestFor(wanted, weakEc)))) === 'string', id);
      assert.match(
        String(await enroll(id, requestFor({ ...wanted, subject: 'O=Example' }))),
        /^Subject Name Not Matched /,
        id,
      );
      const nameless = await enroll(id, requestFor({ ...wanted, subject: 'SERIALNUMBER=1,CN=Nobody', names: [] }));
      if (wanted.needsNames === false) assert(typeof nameless !== 'string', `${id}: ${nameless}`);
      else assert.equal(nameless, 'Extension 2.5.29.17 Not Found', id);
    }
  });
});

/** What a request comes to, in words where it comes to nothing. */
async function outcomeOf(answer: Promise<Buffer | string>): Promise<Buffer | string> {
  return answer.catch((error: Error) => error.message);
}

function judge(certificateDer: Buffer, wanted: BuiltInProfileCase): void {
  const { extensions, notBefore, notAfter, subjectDer, signatureAlgorithmDer } = decodeCertificate(certificateDer);
  const value = (oid: string) => findExtension(extensions, oid)?.valueDer ?? null;
  const isCritical = (oid: string) => findExtension(extensions, oid)?.critical === true;
  assert.deepEqual(signatureAlgorithmDer, findSignatureAlgorithm('SHA256withRSA')?.der);
  assert.equal(formatName(subjectDer), wanted.subjectIn ?? wanted.subject);
  assert.equal(`${(notAfter.getTime() - notBefore.getTime()) / 86_400_000} days`, wanted.lasts);

  const usage = value(extensionOids.keyUsage);
  assert.deepEqual([...decodeKeyUsage(usage ?? Buffer.alloc(0))], wanted.usage);
  assert(isCritical(extensionOids.keyUsage));
  const named = value(extensionOids.extKeyUsage);
  assert.deepEqual(named === null ? [] : decodeExtKeyUsage(named), wanted.purposes);
  // RFC 3161 demands it of time stamping, and RFC 5280 advises against it where any purpose may be added one day.
  assert.equal(isCritical(extensionOids.extKeyUsage), wanted.purposes.includes(purposes.timeStamping));
  const names = value(extensionOids.subjectAltName);
  assert.deepEqual(names === null ? [] : decodeGeneralNames(names), asReadBack(wanted.namesIn ?? wanted.names ?? []));
  const constraints = value(extensionOids.basicConstraints);
  if (constraints !== null) {
    const isAuthority = wanted.usage.includes('keyCertSign');
    assert.deepEqual(decodeBasicConstraints(constraints), {
      cA: isAuthority,
      pathLenConstraint: isAuthority ? 0 : null,
    });
    assert(isCritical(extensionOids.basicConstraints));
  }
  const statusOid = { noRevAvail: '2.5.29.56', ocspNoCheck: extensionOids.ocspNoCheck }[wanted.status ?? 'noRevAvail'];
  if (wanted.status !== undefined) assert.equal(value(statusOid)?.toString('hex'), '0500');
  const expected = [
    extensionOids.authorityKeyIdentifier,
    extensionOids.subjectKeyIdentifier,
    extensionOids.keyUsage,
    ...(wanted.purposes.length === 0 ? [] : [extensionOids.extKeyUsage]),
    ...(names === null ? [] : [extensionOids.subjectAltName]),
    wanted.status === undefined ? extensionOids.authorityInfoAccess : statusOid,
    ...(wanted.alsoHolds ?? []),
  ];
  assert.deepEqual(extensions.map(({ oid }) => oid).sort(), [...expected].sort());
}

function asReadBack(names: readonly GeneralName[]): readonly GeneralName[] {
  return names.length === 0 ? [] : decodeGeneralNames(encodeGeneralNames(names));
}
