// Makes the entries of a corpus: certificates really signed, requests as Dogtag keeps them, and those that are broken on purpose.

import {
  type DirectoryRevocation,
  encodeBase64Value,
  encodeCertificateEntry,
  encodeRequestEntry,
  type RequestEntry,
  type RequestEntryContent,
  universalTime,
} from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import type { Certificate } from '#codecs/x509';
import {
  computeKeyIdentifier,
  decodeCertificate,
  decodeSubjectPublicKeyInfo,
  encodeBasicConstraints,
  encodeNameText,
  encodeSubjectKeyIdentifier,
  extensionOids,
} from '#codecs/x509';
import { type CertificateWish, certificateBreakages, type ExpectedFinding } from './broken-certificates.ts';
import { requestBreakages } from './broken-requests.ts';
import { type CorpusIssuer, type CorpusIssuers, issueCertificate, publicKeyInfoOf } from './corpus-issuers.ts';
import {
  type CertificatePlan,
  type CorpusWish,
  finalReasons,
  planCertificate,
  planRequest,
  type RequestPlan,
} from './corpus-plan.ts';
import type { DirectoryTemplates } from './directory-templates.ts';
import { drawRsaPublicKey, oddContent } from './odd-certificates.ts';
import { SeededNumbers } from './seeded-numbers.ts';

export interface CorpusScene {
  readonly wish: CorpusWish;
  readonly templates: DirectoryTemplates;
  readonly issuers: CorpusIssuers;
}

export interface MadeEntry {
  readonly entry: DirectoryEntry;
  /** What it is, for counting. */
  readonly sort: string;
  /** In which way it is broken; null for a sound one. */
  readonly brokenAs: string | null;
  /** What an import must find, and nothing else. */
  readonly findings: readonly ExpectedFinding[];
}

interface SoundCertificate {
  readonly plan: CertificatePlan;
  readonly serialNumber: bigint;
  readonly certificate: Certificate;
  readonly revocation: DirectoryRevocation | null;
  readonly issue: (wish: CertificateWish) => Buffer;
}

const dayMs = 86_400_000;
const noLongerAuthority = [{ kind: 'issuer-is-no-authority', verdict: 'accepted' }] as const;

/** Makes entries one by one. Certificates that requests refer to are kept for a while, since making one means signing it. */
export class EntryMaker {
  readonly #scene: CorpusScene;
  readonly #recent = new Map<number, SoundCertificate>();

  constructor(scene: CorpusScene) {
    this.#scene = scene;
  }

  /** `index` counts from 0 over those that are made. */
  certificate(index: number): MadeEntry {
    const { wish, templates } = this.#scene;
    const sound = this.#sound(index);
    const { plan, certificate, revocation } = sound;
    const { notBefore, notAfter } = certificate;
    const requestId = index < wish.requests ? requestIdOf(this.#scene, index) : null;
    const template = this.#template(index);
    const entry = encodeCertificateEntry(
      {
        certificateDer: certificate.der,
        requestId,
        profileId: template.profileId,
        issuedAt: notBefore,
        modifiedAt: revocation?.revokedAt ?? notBefore,
        issuedBy: template.issuedBy,
        revocation,
        isExpired: notAfter.getTime() < wish.todayMs,
        isNotYetValid: notBefore.getTime() > wish.todayMs,
      },
      templates.layout.certificates,
      universalTime,
    );
    const sort = sortOf(plan, revocation);
    if (plan.breakage === null)
      return { entry, sort, brokenAs: null, findings: plan.issuer === 'former-authority' ? noLongerAuthority : [] };
    const breakage = certificateBreakages[plan.breakage];
    const broken = breakage.break({
      entry,
      certificate,
      numbers: new SeededNumbers(wish.seed, 'certificate-breakage', index),
      container: templates.layout.certificates,
      serialBefore: serialNumberOf(this.#scene, index - 1),
      issue: sound.issue,
    });
    return { entry: broken, sort, brokenAs: plan.breakage, findings: breakage.findings };
  }

  request(index: number): MadeEntry {
    const { wish, templates } = this.#scene;
    const plan = planRequest(wish, index);
    const id = requestIdOf(this.#scene, index);
    const entry = encodeRequestEntry(this.#requestContent(plan, id), templates.layout.requests, universalTime);
    if (plan.breakage === null) return { entry, sort: plan.kind, brokenAs: null, findings: [] };
    const breakage = requestBreakages[plan.breakage];
    const numbers = new SeededNumbers(wish.seed, 'request-breakage', index);
    const broken = breakage.break({ entry, id, numbers, container: templates.layout.requests });
    return { entry: broken, sort: plan.kind, brokenAs: plan.breakage, findings: breakage.findings };
  }

  #requestContent({ index, kind }: RequestPlan, id: bigint): RequestEntryContent {
    const { wish, templates } = this.#scene;
    const numbers = new SeededNumbers(wish.seed, 'request', index);
    const [word = '', outcome = ''] = kind.split('-');
    const about = wish.certificates > 0 ? this.#sound(index % wish.certificates).certificate : templates.authority;
    const isIssuing = word === 'enrollment' || word === 'renewal';
    const template = numbers.pick(isIssuing ? templates.enrollments : templates.revocations);
    const createdAt = new Date(Math.min(about.notBefore.getTime(), wish.todayMs));
    const isComplete = outcome === 'complete';
    const failed = outcome === 'failed';
    const revocation =
      word === 'revocation' ? drawRevocation(numbers, createdAt.getTime(), wish.todayMs, [...finalReasons, 6]) : null;
    const isAboutCertificates = !isIssuing || isComplete;
    return {
      ...template,
      id,
      kind: word as RequestEntry['kind'],
      state: failed ? 'complete' : (outcome as RequestEntry['state']),
      createdAt,
      modifiedAt: new Date(createdAt.getTime() + (isComplete ? 1000 * numbers.below(90_000) : 0)),
      failed,
      errorMessage: failed || outcome === 'rejected' ? `Refused by drawing lots (${numbers.below(1000)})` : null,
      attributes: isIssuing
        ? { ...template.attributes, req_key: encodeBase64Value(about.subjectPublicKeyInfoDer) }
        : template.attributes,
      draftDer: isIssuing ? about.tbsDer : null,
      certificateSerials: isAboutCertificates ? [about.serialNumber] : [],
      certificatesDer: isAboutCertificates ? [about.der] : [],
      revocations: isAboutCertificates ? [revocation] : [],
    };
  }

  #template(index: number) {
    return new SeededNumbers(this.#scene.wish.seed, 'template', index).pick(this.#scene.templates.certificates);
  }

  /** The certificate as it would be without the breakage. */
  #sound(index: number): SoundCertificate {
    const known = this.#recent.get(index);
    if (known !== undefined) return known;
    const { wish, issuers } = this.#scene;
    const plan = planCertificate(wish, index);
    const serialNumber = serialNumberOf(this.#scene, index);
    const numbers = new SeededNumbers(wish.seed, 'certificate', index);
    const content = { ...this.#content(plan, serialNumber, numbers), ...drawValidity(plan, wish.todayMs, numbers) };
    const issuer = issuerOf(plan, issuers);
    const issue = ({ signedBy, serialNumber: other = serialNumber, ...changes }: CertificateWish) =>
      issueCertificate(signedBy === 'foreign' ? issuers.foreign : issuer, { ...content, ...changes }, other);
    const certificate = decodeCertificate(issue({}));
    const lastMs = Math.min(wish.todayMs, content.notAfter.getTime());
    const sound = {
      plan,
      serialNumber,
      certificate,
      issue,
      revocation: revocationOf(plan, numbers, content.notBefore.getTime(), lastMs),
    };
    if (this.#recent.size > 64) this.#recent.clear();
    this.#recent.set(index, sound);
    return sound;
  }

  #content(plan: CertificatePlan, serialNumber: bigint, numbers: SeededNumbers) {
    const { issuers } = this.#scene;
    if (plan.role !== 'end-entity') {
      const { nameDer, key } = plan.role === 'sub-authority' ? issuers.subAuthority : issuers.formerAuthority;
      const valueDer = encodeBasicConstraints({ cA: true, pathLenConstraint: null });
      const extensions = [{ oid: extensionOids.basicConstraints, critical: true, valueDer }];
      return { version: 2, subjectDer: nameDer, subjectPublicKeyInfoDer: publicKeyInfoOf(key), extensions };
    }
    const { extensions } = this.#template(plan.index).certificate;
    const subjectPublicKeyInfoDer = drawRsaPublicKey(numbers);
    const host = `${numbers.pick(['web', 'mail', 'db', 'ldap', 'node', 'printer'])}-${serialNumber}.example.test`;
    const subjectDer = encodeNameText(`CN=${host},OU=${numbers.pick(['pki-ipa', 'Servers', 'Robots'])},O=EXAMPLE.TEST`);
    const keyIdentifier = () =>
      encodeSubjectKeyIdentifier(computeKeyIdentifier(decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer)));
    const fitting = extensions
      .filter(({ oid }) => oid !== extensionOids.basicConstraints && oid !== extensionOids.netscapeCertType)
      .map((one) => (one.oid === extensionOids.subjectKeyIdentifier ? { ...one, valueDer: keyIdentifier() } : one));
    const ordinary = { version: 2, subjectDer, subjectPublicKeyInfoDer, extensions: fitting };
    return oddContent(plan.oddity, ordinary, serialNumber, numbers);
  }
}

/** Number of the certificate with this index; -1 is the last real one. */
export function serialNumberOf({ wish, templates }: Pick<CorpusScene, 'wish' | 'templates'>, index: number): bigint {
  if (wish.serialNumbers === 'sequential' || index < 0) return templates.lastSerialNumber + BigInt(index + 1);
  const octets = new SeededNumbers(wish.seed, 'serial-number', index).bytes(16);
  return BigInt(`0x${octets.toString('hex')}`) | (1n << 127n);
}

export function requestIdOf({ templates }: Pick<CorpusScene, 'templates'>, index: number): bigint {
  return templates.lastRequestId + BigInt(index + 1);
}

function issuerOf({ issuer }: CertificatePlan, { host, subAuthority, formerAuthority }: CorpusIssuers): CorpusIssuer {
  return { host, 'sub-authority': subAuthority, 'former-authority': formerAuthority }[issuer];
}

function drawValidity({ state, role }: CertificatePlan, todayMs: number, numbers: SeededNumbers) {
  // Whole seconds: a certificate's times have no more.
  const today = Math.floor(todayMs / 1000) * 1000;
  const seconds = () => numbers.below(86_400) * 1000;
  const from = (begin: number, days: number) => ({
    notBefore: new Date(begin),
    notAfter: new Date(begin + days * dayMs),
  });
  if (role !== 'end-entity') return from(today - 2000 * dayMs, 7300);
  if (state === 'expired' || state === 'revoked-expired')
    return from(today - (800 + numbers.below(3000)) * dayMs + seconds(), 730);
  if (state === 'not-yet-valid') return from(today + (2 + numbers.below(300)) * dayMs + seconds(), 365);
  return from(today - (1 + numbers.below(700)) * dayMs - seconds(), 735);
}

function revocationOf(
  { state }: CertificatePlan,
  numbers: SeededNumbers,
  fromMs: number,
  toMs: number,
): DirectoryRevocation | null {
  if (state === 'on-hold') return drawRevocation(numbers, fromMs, toMs, [6]);
  if (state !== 'revoked' && state !== 'revoked-expired') return null;
  return drawRevocation(numbers, fromMs, toMs, finalReasons);
}

function drawRevocation(
  numbers: SeededNumbers,
  fromMs: number,
  toMs: number,
  reasons: readonly DirectoryRevocation['reason'][],
): DirectoryRevocation {
  const at = (share: number) => new Date(Math.floor((fromMs + (toMs - fromMs) * share) / 1000) * 1000);
  const share = numbers.fraction();
  const revokedAt = at(share);
  return {
    reason: numbers.pick(reasons),
    revokedAt,
    revokedBy: numbers.pick(['ipara', 'caadmin', 'agent']),
    // Dogtag takes the clock twice, so that a second's difference is common.
    ...(numbers.fraction() < 0.3 ? { notedAt: new Date(revokedAt.getTime() + 1000) } : {}),
    invalidityDate: numbers.fraction() < 0.15 ? at(share / 2) : null,
  };
}

function sortOf({ state, role, oddity }: CertificatePlan, revocation: DirectoryRevocation | null): string {
  if (role !== 'end-entity') return role;
  return [
    state,
    ...(revocation === null ? [] : [`reason ${revocation.reason}`]),
    ...(oddity === 'ordinary' ? [] : [oddity]),
  ].join(', ');
}
