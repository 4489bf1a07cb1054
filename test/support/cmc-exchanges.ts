// CMC exchanges as they were had with a real Dogtag, with all that our side must know to have them again; and where two answers to one differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AccessRule } from '#ca-core/engine';
import { type CmcResponse, cmcControls, decodeCmcResponse, decodeStatusInfo, type TaggedAttribute } from '#codecs/cmc';
import { decodeCertificate, explainTbsDifference, formatName } from '#codecs/x509';

/** All bytes are base64. */
export interface CmcExchange {
  readonly name: string;
  readonly profileId: string;
  readonly method: string;
  readonly target: string;
  readonly body: string;
  /** Certificate of the connection; null for none. */
  readonly clientCertificate: string | null;
  readonly sentAt: string;
  readonly answer: CmcAnswer;
}

export interface CmcAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

export interface CmcInstallation {
  readonly authorityCertificate: string;
  readonly ocspUrl: string;
  readonly peopleDn: string;
  readonly users: readonly {
    readonly userId: string;
    readonly groups: readonly string[];
    readonly certificates: readonly string[];
    readonly claims: readonly string[];
  }[];
  readonly rules: readonly AccessRule[];
}

/** A certificate that was there before; `isRevoked` by then. */
export interface KnownCertificate {
  readonly certificate: string;
  readonly isRevoked: boolean;
}

export interface RecordedCmc {
  readonly installation: CmcInstallation;
  readonly profiles: readonly { readonly id: string; readonly configurationText: string }[];
  readonly certificates: readonly KnownCertificate[];
  readonly exchanges: readonly CmcExchange[];
}

export function writeRecordedCmc(path: string, recorded: RecordedCmc): void {
  writeFileSync(path, gzipSync(JSON.stringify(recorded), { level: 9 }));
}

export function readRecordedCmc(path: string): RecordedCmc {
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as RecordedCmc;
}

export interface CmcDifference {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface CmcComparison {
  readonly differences: readonly CmcDifference[];
  /** Certificates that were issued and are the same to the last byte but for the signature. */
  readonly identicalCertificates: number;
  readonly isEqualRefusal: boolean;
  /** Both messages are the same bytes but for the authority's signature. */
  readonly isSameMessage: boolean;
}

export function compareCmcAnswers(ours: CmcAnswer, theirs: CmcAnswer, authorityDer: Uint8Array): CmcComparison {
  const differences: CmcDifference[] = [];
  const note = (what: string, our: string, their: string) => {
    if (our !== their) differences.push({ what, ours: our, theirs: their });
  };
  note('status', String(ours.status), String(theirs.status));
  note('content type', String(ours.contentType), String(theirs.contentType));
  const [our, their] = [readAnswer(ours), readAnswer(theirs)];
  note('controls', our.controls, their.controls);
  note('signer', our.signer, their.signer);
  note('number of certificates', String(our.certificates.length), String(their.certificates.length));
  let identicalCertificates = 0;
  for (const [index, certificateDer] of their.certificates.entries()) {
    const other = our.certificates[index];
    if (other === undefined || certificateDer.equals(authorityDer)) continue;
    const [one, two] = [other, certificateDer].map((der) => decodeCertificate(der, { rules: 'ber' }).tbsDer);
    if (one === undefined || two === undefined) continue;
    if (one.equals(two)) identicalCertificates += 1;
    else note('certificate', explainTbsDifference(one, two).join('; '), '');
  }
  return {
    differences,
    identicalCertificates,
    isEqualRefusal: differences.length === 0 && /failed/.test(their.controls),
    isSameMessage: our.unsigned !== null && their.unsigned !== null && our.unsigned.equals(their.unsigned),
  };
}

interface ReadAnswer {
  readonly controls: string;
  readonly signer: string;
  readonly certificates: readonly Buffer[];
  readonly unsigned: Buffer | null;
}

function readAnswer({ body }: CmcAnswer): ReadAnswer {
  const der = Buffer.from(body, 'base64');
  let response: CmcResponse;
  try {
    response = decodeCmcResponse(der);
  } catch {
    return {
      controls: `no CMC: ${der.toString('latin1').slice(0, 300)}`,
      signer: '',
      certificates: [],
      unsigned: null,
    };
  }
  const controls = response.controls === null ? 'simple' : JSON.stringify(response.controls.map(describeControl));
  const signer = response.signerInfos
    .map(({ identifier, digestAlgorithmOid, signatureAlgorithmOid }) =>
      identifier.kind === 'issuer-and-serial-number'
        ? `${formatName(identifier.issuerDer)} ${identifier.serialNumber} ${digestAlgorithmOid} ${signatureAlgorithmOid}`
        : 'by key',
    )
    .join();
  const signatureBytes = response.signerInfos[0]?.signature.length ?? 0;
  return {
    controls,
    signer,
    certificates: response.certificatesDer,
    unsigned: der.subarray(0, der.length - signatureBytes),
  };
}

/** A nonce is another one every time; of a challenge only the outside can be the same. */
function describeControl({ bodyPartId, oid, valuesDer }: TaggedAttribute): readonly string[] {
  const name = Object.entries(cmcControls).find(([, known]) => known === oid)?.[0] ?? oid;
  const values = valuesDer.map((der) => {
    if (oid === cmcControls.senderNonce || oid === cmcControls.encryptedPop) return `${der.length} octets`;
    if (oid !== cmcControls.statusInfoV2) return Buffer.from(der).toString('hex');
    const { status, bodyPartIds, text, otherInfo } = decodeStatusInfo(der);
    const failure = otherInfo?.kind === 'fail' ? otherInfo.failure : (otherInfo?.kind ?? '');
    return JSON.stringify([status, bodyPartIds.join(), text, failure]);
  });
  return [String(bodyPartId), name, ...values];
}
