// Answers OCSP requests (RFC 6960) from the record, as Dogtag's responder does (CertificateAuthority.validate and processRequest).
import { DerError } from '#codecs/der';
import {
  assembleOcspResponse,
  type CertId,
  type CertStatus,
  decodeOcspRequest,
  encodeResponseData,
  isCertIdOfIssuer,
  type OcspRequest,
} from '#codecs/ocsp';
import {
  type Certificate,
  decodeCertificate,
  decodeSubjectPublicKeyInfo,
  findSignatureAlgorithm,
  signatureKeyKinds,
  usualSignatureAlgorithm,
} from '#codecs/x509';
import type { Clock } from '#platform';
import type { AuthorityRegistry } from '../authorities/authority-registry.ts';
import { buildChain } from '../authorities/chain.ts';
import type { IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import { certificateStatusAt, serialNumber } from '../model/index.ts';
import type { Store } from '../store.ts';
import { wholeSecondsNow } from './status-change-request.ts';

export interface OcspSettings {
  /** A certificate for OCSP signing that the host authority has issued; null: the authority signs itself. */
  readonly delegate: {
    readonly certificateDer: Uint8Array;
  } | null;
  /** Null: by the key that signs. */
  readonly signatureAlgorithm: string | null;
  /** Whether the host authority says `unknown` of a certificate that nobody here has issued, as Dogtag 11.x does; 10.x has no answer then. */
  readonly answersUnknown?: boolean;
}

/** Who signs an answer. */
export interface OcspSigner {
  readonly authority: IssuingAuthority;
  readonly certificate: Certificate;
  /** SubjectPublicKeyInfo by which its key is found. */
  readonly publicKeyDer: Uint8Array;
}

export interface OcspServices {
  readonly store: Pick<Store, 'certificates'>;
  readonly authorities: AuthorityRegistry;
  readonly clock: Clock;
  /** The signature over ResponseData; throws CaError `pen-elsewhere` or `signer-unavailable`. */
  readonly sign: (signer: OcspSigner, algorithm: string, responseDataDer: Buffer) => Promise<Uint8Array>;
}

type RecordedStatus = NonNullable<Awaited<ReturnType<Store['certificates']['findRevocation']>>>;

interface PreparedSigner extends OcspSigner {
  readonly chainDer: readonly Uint8Array[];
  readonly issuerKeyBytes: Buffer;
  readonly signatureAlgorithm: { readonly name: string; readonly der: Buffer };
}

export class OcspResponder {
  readonly #services: OcspServices;
  readonly #settings: OcspSettings;
  /** By authority; a certificate that was replaced makes a new one. */
  readonly #signers = new WeakMap<Certificate, PreparedSigner>();

  constructor(services: OcspServices, settings: OcspSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  /**
   * DER of the response; null where Dogtag answers with an empty body: a request that can't be read, or whose first certificate was issued
   * by no authority here (unless those are answered, too), or by one that is disabled. Throws CaError `pen-elsewhere`, `signer-unavailable`, `store-unavailable`.
   */
  async answer(ocspRequestDer: Uint8Array): Promise<Uint8Array | null> {
    const request = decodeRequest(ocspRequestDer);
    const [first] = request?.certIds ?? [];
    if (request === null || first === undefined) return null;
    const firstStatus = await this.#findStatus(first);
    const authority = await this.#findAuthority(firstStatus);
    if (authority === null || !authority.description.enabled) return null;
    const signer = this.#prepareSigner(authority);
    const now = wholeSecondsNow(this.#services.clock);
    const statuses = [this.#judge(first, firstStatus, signer, now)];
    for (const certId of request.certIds.slice(1))
      statuses.push(this.#judge(certId, await this.#findStatus(certId), signer, now));
    const responseDataDer = encodeResponseData({
      responderId: { kind: 'byName', nameDer: signer.certificate.subjectDer },
      producedAt: now,
      responses: request.certIds.map((certId, index) => ({
        certId,
        status: statuses[index] ?? { kind: 'unknown' },
        thisUpdate: now,
        // The record is looked at now and not promised for any time to come.
        nextUpdate: null,
      })),
      extensions: request.nonce === null ? [] : [request.nonce],
    });
    const { name, der } = signer.signatureAlgorithm;
    const signature = await this.#services.sign(signer, name, responseDataDer);
    return assembleOcspResponse(responseDataDer, der, signature, signer.chainDer);
  }

  async #findAuthority(status: RecordedStatus | undefined): Promise<IssuingAuthority | null> {
    if (status !== undefined) return await this.#services.authorities.find(status.authorityId);
    return this.#settings.answersUnknown === true ? await this.#services.authorities.get(null) : null;
  }

  async #findStatus({ serialNumber: serial }: CertId): Promise<RecordedStatus | undefined> {
    return this.#services.store.certificates.findRevocation(serialNumber(serial));
  }

  /** Without a word on why: expired and not yet valid certificates are as unknown as those of other authorities. */
  #judge(certId: CertId, status: RecordedStatus | undefined, signer: PreparedSigner, now: Date): CertStatus {
    const { authority } = signer;
    const issuer = { nameDer: authority.certificate.subjectDer, keyBytes: signer.issuerKeyBytes };
    if (status === undefined || status.authorityId !== authority.description.id) return { kind: 'unknown' };
    if (!isCertIdOfIssuer(certId, issuer, false)) return { kind: 'unknown' };
    const { revocation } = status;
    if (revocation !== null)
      // Dogtag's responder goes by its record's own date (CertRecord.getRevokedOn), which may be a second from the CRL's.
      return { kind: 'revoked', revocationTime: revocation.notedAt ?? revocation.revokedAt, reasonCode: null };
    return { kind: certificateStatusAt(status, now) === 'valid' ? 'good' : 'unknown' };
  }

  #prepareSigner(authority: IssuingAuthority): PreparedSigner {
    const known = this.#signers.get(authority.certificate);
    if (known !== undefined) return known;
    const signer = this.#delegateOf(authority) ?? {
      certificate: authority.certificate,
      chainDer: authority.description.chainDer,
    };
    const { certificate } = signer;
    const wanted = this.#settings.signatureAlgorithm ?? defaultAlgorithm(authority, certificate);
    const algorithm = findSignatureAlgorithm(wanted);
    if (algorithm === null) throw new CaError('internal', `unknown OCSP signature algorithm ${wanted}`);
    const prepared: PreparedSigner = {
      ...signer,
      authority,
      publicKeyDer: certificate.subjectPublicKeyInfoDer,
      issuerKeyBytes: decodeSubjectPublicKeyInfo(authority.certificate.subjectPublicKeyInfoDer).keyBytes,
      signatureAlgorithm: algorithm,
    };
    this.#signers.set(authority.certificate, prepared);
    return prepared;
  }

  /** RFC 6960 section 4.2.2.2: a delegate answers only for the authority that issued its certificate. */
  #delegateOf(authority: IssuingAuthority) {
    const { delegate } = this.#settings;
    if (delegate === null) return null;
    const chainDer = buildChain(delegate.certificateDer, authority.description.chainDer);
    const [, issuerDer] = chainDer;
    if (issuerDer === undefined || !issuerDer.equals(authority.certificate.der)) return null;
    return { certificate: decodeCertificate(delegate.certificateDer, { rules: 'ber' }), chainDer };
  }
}

function decodeRequest(ocspRequestDer: Uint8Array): OcspRequest | null {
  try {
    return decodeOcspRequest(ocspRequestDer);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

function defaultAlgorithm(authority: IssuingAuthority, signer: Certificate): string {
  if (signer === authority.certificate) return authority.defaultSigningAlgorithm;
  const { kind } = decodeSubjectPublicKeyInfo(signer.subjectPublicKeyInfoDer);
  return usualSignatureAlgorithm(signatureKeyKinds.find((candidate) => candidate === kind) ?? null);
}
