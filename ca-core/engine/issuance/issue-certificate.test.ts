// Nothing is signed without a durable intent, nothing signed goes unrecorded, and nothing is answered before it is recorded.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { type Signer, SignerError } from '#ca-core/signer';
import { encodeNameText } from '#codecs/x509';
import { silentLog, systemClock } from '#platform';
import { createThrowawayAuthority, type ThrowawayAuthority, type ThrowawayKeyType } from '#test/throwaway-authority';
import type { AuditEvent } from '../audit/audit-event.ts';
import { CaError } from '../errors.ts';
import { profileId, type RequestRecord, requestId, type SerialNumber, serialNumber } from '../model/index.ts';
import type { Issuance, IssuanceIntent } from '../store.ts';
import type { CertificateDraft } from './certificate-draft.ts';
import { CertificateIssuer, type IssuanceOrder, type IssuanceServices } from './issue-certificate.ts';
import { resumeIssuance } from './resume-issuance.ts';

const request: RequestRecord = {
  id: requestId(7n),
  kind: 'enrollment',
  state: 'begin',
  createdAt: new Date('2026-11-23T10:00:00Z'),
  modifiedAt: new Date('2026-11-23T10:00:00Z'),
  owner: null,
  authorityId: null,
  profileId: profileId('caIPAserviceCert'),
  policySetId: 'serverCertSet',
  inputs: {},
  attributes: {},
  draftDer: null,
  errorMessage: null,
  failed: false,
  certificateSerials: [],
  origin: 'native',
};

/** The record in so far as issuance sees it, with the faults that a test asks for. */
class FakeRecord {
  readonly intents = new Map<SerialNumber, IssuanceIntent>();
  readonly issuances = new Map<SerialNumber, Issuance>();
  readonly abandoned = new Map<SerialNumber, RequestRecord>();
  readonly requests = new Map<bigint, RequestRecord>();
  readonly events: string[] = [];
  readonly auditNames: string[] = [];
  isPenHere = true;
  intentFault: CaError | null = null;
  issuanceFault: CaError | null = null;
  /** Done when a certificate is to be recorded, before it is or the fault comes. */
  beforeIssuance: ((issuance: Issuance) => void) | null = null;
  /** What a list of open intents shows that was read a moment ago. */
  staleIntents: readonly IssuanceIntent[] = [];
  #nextSerial = 100n;

  readonly store = {
    issuance: {
      reserveSerialNumber: async () => serialNumber(this.#nextSerial++),
      recordIntent: async (intent: IssuanceIntent, approved: RequestRecord, auditEvents: readonly AuditEvent[]) => {
        if (this.intentFault !== null) throw this.intentFault;
        this.events.push('intent');
        this.auditNames.push(...auditEvents.map(({ name }) => name));
        this.intents.set(intent.serialNumber, intent);
        this.requests.set(approved.id, approved);
      },
      recordIssuance: async (issuance: Issuance) => {
        this.beforeIssuance?.(issuance);
        if (this.issuanceFault !== null) throw this.issuanceFault;
        this.events.push('issuance');
        this.auditNames.push(...issuance.auditEvents.map(({ name }) => name));
        this.intents.delete(issuance.certificate.serialNumber);
        this.issuances.set(issuance.certificate.serialNumber, issuance);
        this.requests.set(issuance.request.id, issuance.request);
      },
      recordAbandonedIntent: async (serial: SerialNumber, waiting: RequestRecord) => {
        this.events.push('abandoned');
        this.intents.delete(serial);
        this.abandoned.set(serial, waiting);
        this.requests.set(waiting.id, waiting);
      },
      unresolvedIntents: async () => [...this.staleIntents, ...this.intents.values()],
      isUnresolved: async (serial: SerialNumber) => this.intents.has(serial),
    },
    requests: { find: async (id: bigint) => this.requests.get(id) ?? null },
    pens: { isHeldHere: async () => this.isPenHere },
  } as unknown as IssuanceServices['store'];
}

/** A signer that fails as a test asks, and counts. */
class FakeSigner implements Signer {
  fault: SignerError | null = null;
  damage = false;
  /** Done while a signature is being made. */
  meanwhile: (() => Promise<void>) | null = null;
  readonly signed: Buffer[] = [];
  readonly #inner: Signer;
  readonly #record: FakeRecord;
  constructor(inner: Signer, record: FakeRecord) {
    this.#inner = inner;
    this.#record = record;
  }
  describe(): ReturnType<Signer['describe']> {
    return this.#inner.describe();
  }
  async sign(...[keyId, algorithm, prepared]: Parameters<Signer['sign']>): Promise<Uint8Array> {
    if (this.fault !== null) throw this.fault;
    this.#record.events.push('signature');
    this.signed.push(Buffer.from(prepared.der));
    await this.meanwhile?.();
    const signature = Buffer.from(await this.#inner.sign(keyId, algorithm, prepared));
    if (this.damage) signature[20] = (signature[20] ?? 0) ^ 1;
    return signature;
  }
}

describe('issuance', () => {
  const authorities = new Map<ThrowawayKeyType, ThrowawayAuthority>();
  let record: FakeRecord;
  let signer: FakeSigner;
  let issuer: CertificateIssuer;

  const use = async (keyType: ThrowawayKeyType) => {
    const authority = authorities.get(keyType) ?? (await createThrowawayAuthority(keyType));
    authorities.set(keyType, authority);
    record = new FakeRecord();
    signer = new FakeSigner(authority.signer, record);
    issuer = new CertificateIssuer({ store: record.store, signer, clock: systemClock, log: silentLog });
    return authority;
  };
  const order = async (
    keyType: ThrowawayKeyType = 'rsa',
    edits: Partial<CertificateDraft> = {},
  ): Promise<IssuanceOrder> => {
    const { registry } = await use(keyType);
    const authority = await registry.get(null);
    const draft: CertificateDraft = {
      version: 2,
      subjectDer: encodeNameText('CN=a.example.test,O=EXAMPLE.TEST'),
      issuerDer: authority.facts.subjectDer,
      subjectPublicKeyInfoDer: authority.certificate.subjectPublicKeyInfoDer,
      notBefore: authority.facts.notBefore,
      notAfter: new Date(authority.facts.notBefore.getTime() + 86_400_000),
      signatureAlgorithm: null,
      extensions: [{ oid: '2.5.29.15', critical: true, valueDer: Buffer.from('030204f0', 'hex') }],
      ...edits,
    };
    return { authority, draft, request, issuedBy: 'ipara', auditEvents: [], remoteAddress: '127.0.0.1' };
  };
  const resume = async (keyType: ThrowawayKeyType = 'rsa', signal?: AbortSignal) => {
    const authority = authorities.get(keyType);
    assert(authority !== undefined);
    return resumeIssuance({ store: record.store, issuer, authorities: authority.registry, log: silentLog }, signal);
  };
  // The issuer is made by `order`, so it must be read after that.
  const issue = (wanted: IssuanceOrder) => issuer.issue(wanted);
  const unavailable = new CaError('store-unavailable', 'the record is not available');

  for (const keyType of ['rsa', 'P-256', 'P-384', 'ed25519'] as const)
    it(`stores the intent, signs, verifies and records, in this order, with a key of kind ${keyType}`, async () => {
      const { certificate, request: completed } = await issue(await order(keyType));
      assert.deepEqual(record.events, ['intent', 'signature', 'issuance']);
      assert.equal(completed.state, 'complete');
      assert.deepEqual(completed.certificateSerials, [certificate.serialNumber]);
      const opened = new X509Certificate(certificate.certificateDer);
      const authority = authorities.get(keyType);
      assert(authority !== undefined);
      assert(opened.verify(new X509Certificate(authority.description.certificateDer).publicKey));
      assert.equal(certificate.subject, 'CN=a.example.test,O=EXAMPLE.TEST');
      assert.equal(certificate.issuer, 'CN=Test Authority,O=EXAMPLE.TEST');
    });

  it('signs nothing when the intent could not be stored', async () => {
    const wanted = await order();
    record.intentFault = unavailable;
    await assert.rejects(issuer.issue(wanted), { code: 'store-unavailable' });
    record.intentFault = new CaError('pen-elsewhere', 'the other side holds the pen');
    await assert.rejects(issuer.issue(wanted), { code: 'pen-elsewhere' });
    assert.deepEqual(signer.signed, []);
  });

  it('leaves the intent open when the signer is gone, and finishes it with the same bytes later', async () => {
    const wanted = await order();
    signer.fault = new SignerError('unavailable', 'gone');
    let isReported = false;
    issuer.onUnresolved = () => {
      isReported = true;
    };
    await assert.rejects(issuer.issue(wanted), { code: 'signer-unavailable' });
    assert(isReported);
    const [intent] = record.intents.values();
    assert(intent !== undefined);
    assert.deepEqual(await resume(), { finished: 0, abandoned: 0, open: 1 });
    signer.fault = null;
    assert.deepEqual(await resume(), { finished: 1, abandoned: 0, open: 0 });
    assert.deepEqual(signer.signed, [Buffer.from(intent.tbsCertificateDer)]);
    const issuance = record.issuances.get(intent.serialNumber);
    assert.equal(issuance?.request.state, 'complete');
    assert.equal(issuance?.auditEvents[0]?.name, 'issuance-resumed');
    assert.deepEqual(await resume(), { finished: 0, abandoned: 0, open: 0 });
  });

  it('answers nothing when the record refuses the certificate, and records that very signature later', async () => {
    const wanted = await order();
    record.issuanceFault = unavailable;
    await assert.rejects(issuer.issue(wanted), { code: 'store-unavailable' });
    assert.equal(signer.signed.length, 1);
    record.issuanceFault = null;
    assert.deepEqual(await resume(), { finished: 1, abandoned: 0, open: 0 });
    assert.equal(signer.signed.length, 1, 'signed twice');
    assert.equal(record.issuances.size, 1);
  });

  it('records a signature that exists even when the pen has gone since', async () => {
    const wanted = await order();
    record.issuanceFault = unavailable;
    await assert.rejects(issuer.issue(wanted));
    record.issuanceFault = null;
    record.isPenHere = false;
    assert.deepEqual(await resume(), { finished: 1, abandoned: 0, open: 0 });
  });

  it('gives an unsigned intent up when the other side has the pen by now, and never uses its number again', async () => {
    const wanted = await order();
    signer.fault = new SignerError('unavailable', 'gone');
    await assert.rejects(issuer.issue(wanted));
    signer.fault = null;
    record.isPenHere = false;
    assert.deepEqual(await resume(), { finished: 0, abandoned: 1, open: 0 });
    assert.deepEqual(signer.signed, []);
    const [[serial, waiting] = []] = record.abandoned;
    assert.equal(waiting?.state, 'pending');
    record.isPenHere = true;
    const { certificate } = await issuer.issue(wanted);
    assert.notEqual(certificate.serialNumber, serial);
  });

  it('throws a signature away that does not verify, and tells the requester no more than Dogtag does', async () => {
    const wanted = await order();
    signer.damage = true;
    await assert.rejects(issuer.issue(wanted), { code: 'internal', message: 'Request 7 - Server Internal Error' });
    assert.equal(record.issuances.size, 0);
    assert.equal(record.abandoned.size, 1);
    assert.equal(record.intents.size, 0);
  });

  it('leaves an intent alone that a caller still waits for', async () => {
    const wanted = await order();
    let resumed: Awaited<ReturnType<typeof resume>> | null = null;
    signer.meanwhile = async () => {
      assert.equal(record.intents.size, 1);
      resumed = await resume();
    };
    await issuer.issue(wanted);
    assert.deepEqual(resumed, { finished: 0, abandoned: 0, open: 0 });
    assert.equal(signer.signed.length, 1);
  });

  it('accounts for the decision with the intent, since whoever finishes it later knows nothing of it', async () => {
    const decided: AuditEvent = {
      name: 'enrollment-decided',
      outcome: 'success',
      actor: 'ipara',
      remoteAddress: '127.0.0.1',
      details: { action: 'approve' },
    };
    const wanted = { ...(await order()), auditEvents: [decided] };
    signer.fault = new SignerError('unavailable', 'gone');
    await assert.rejects(issuer.issue(wanted));
    assert.deepEqual(record.auditNames, ['enrollment-decided']);
    signer.fault = null;
    await resume();
    assert.deepEqual(record.auditNames, ['enrollment-decided', 'issuance-resumed']);
  });

  it('does not sign once more what a caller got after the list of open intents was read', async () => {
    const wanted = await order('P-256');
    signer.meanwhile = async () => {
      record.staleIntents = [...record.intents.values()];
    };
    await issuer.issue(wanted);
    assert.equal(record.staleIntents.length, 1);
    assert.deepEqual(await resume('P-256'), { finished: 0, abandoned: 0, open: 0 });
    record.isPenHere = false;
    assert.deepEqual(await resume('P-256'), { finished: 0, abandoned: 0, open: 0 });
    assert.equal(signer.signed.length, 1);
    assert.equal(record.abandoned.size, 0);
  });

  it('signs once what two go through at the same time', async () => {
    const wanted = await order('P-256');
    signer.fault = new SignerError('unavailable', 'gone');
    await assert.rejects(issuer.issue(wanted));
    signer.fault = null;
    const reports = await Promise.all([resume('P-256'), resume('P-256')]);
    assert.equal(signer.signed.length, 1);
    assert.equal(reports[0].finished + reports[1].finished, 1);
  });

  it('finishes the others although one intent cannot be read', async () => {
    const wanted = await order();
    signer.fault = new SignerError('unavailable', 'gone');
    for (let count = 0; count < 3; count += 1) await assert.rejects(issuer.issue(wanted));
    signer.fault = null;
    const [first] = record.intents.values();
    assert(first !== undefined);
    record.intents.set(first.serialNumber, { ...first, tbsCertificateDer: Buffer.from('3000', 'hex') });
    assert.deepEqual(await resume(), { finished: 2, abandoned: 0, open: 1 });
    assert.deepEqual([...record.intents.keys()], [first.serialNumber]);
  });

  it('stops going through intents when it is told to', async () => {
    const wanted = await order();
    signer.fault = new SignerError('unavailable', 'gone');
    await assert.rejects(issuer.issue(wanted));
    signer.fault = null;
    assert.deepEqual(await resume('rsa', AbortSignal.abort()), { finished: 0, abandoned: 0, open: 0 });
    assert.deepEqual(signer.signed, []);
    assert.equal(record.intents.size, 1);
  });

  it('keeps a signature that the record refuses for a reason of its own, and asks for another try', async () => {
    const wanted = await order('P-256');
    record.issuanceFault = new CaError('internal', 'the audit trail does not fit');
    let isReported = false;
    issuer.onUnresolved = () => {
      isReported = true;
    };
    await assert.rejects(issuer.issue(wanted), { code: 'store-unavailable' });
    assert(isReported);
    assert.deepEqual(await resume('P-256'), { finished: 0, abandoned: 0, open: 1 });
    record.issuanceFault = null;
    assert.deepEqual(await resume('P-256'), { finished: 1, abandoned: 0, open: 0 });
    assert.equal(signer.signed.length, 1, 'signed twice');
    assert.deepEqual(issuer.heldSignatures(), []);
  });

  it('gives its own signature up when another process has resolved the intent', async () => {
    const wanted = await order('P-256');
    record.issuanceFault = new CaError('internal', 'there is no open intent');
    record.beforeIssuance = ({ certificate }) => record.intents.delete(certificate.serialNumber);
    await assert.rejects(issuer.issue(wanted), { code: 'internal' });
    assert.deepEqual(issuer.heldSignatures(), []);
  });

  it('lets go of a signature when the commit that nobody heard of was made', async () => {
    const wanted = await order('P-256');
    record.issuanceFault = unavailable;
    record.beforeIssuance = ({ certificate }) => record.intents.delete(certificate.serialNumber);
    await assert.rejects(issuer.issue(wanted), { code: 'store-unavailable' });
    assert.equal(issuer.heldSignatures().length, 1);
    assert.deepEqual(await resume('P-256'), { finished: 0, abandoned: 0, open: 0 });
    assert.deepEqual(issuer.heldSignatures(), []);
    assert.equal(signer.signed.length, 1);
  });

  it('refuses what must not be signed before anything is stored', async () => {
    const extension = { oid: '2.5.29.15', critical: true, valueDer: Buffer.from('030204f0', 'hex') };
    const cases: [Partial<CertificateDraft>, RegExp][] = [
      [{ extensions: [extension, extension] }, /extension 2\.5\.29\.15 occurs twice/],
      [{ extensions: [{ ...extension, valueDer: Buffer.from('0302', 'hex') }] }, /holds no DER value/],
      [{ extensions: [{ ...extension, valueDer: Buffer.from('05000500', 'hex') }] }, /holds no DER value/],
      [{ notAfter: new Date('2000-01-01T00:00:00Z') }, /notAfter is before notBefore/],
      [{ notAfter: new Date('2190-01-01T00:00:00Z') }, /longer than 100 years/],
      [{ subjectDer: null }, /lacks its subject/],
      [{ subjectDer: Buffer.from('3006310430020600', 'hex') }, /would not be readable/],
      [{ subjectPublicKeyInfoDer: Buffer.from('3000', 'hex').subarray(0, 1) }, /would not be readable/],
      [{ signatureAlgorithm: 'SHA256withEC' }, /does not sign with SHA256withEC/],
      [{ signatureAlgorithm: 'MD5withRSA' }, /does not sign with MD5withRSA/],
      [{ signatureAlgorithm: 'ROT13' }, /ROT13 is not known/],
    ];
    for (const [edits, message] of cases) {
      const wanted = await order('rsa', edits);
      await assert.rejects(issuer.issue(wanted), { code: 'malformed-request', message });
      assert.deepEqual(record.events, [], String(message));
    }
  });
});
