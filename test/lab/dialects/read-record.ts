// Everything that the lab's Dogtag tells of its record over REST, as our record would hold it after an import.
import {
  type AuthorityDescription,
  authorityId,
  type CertificateRecord,
  type CrlRecord,
  type DomainSubsystem,
  type ProfileDescription,
  profileId,
  type RequestRecord,
  type RevocationReason,
  type SecurityDomain,
  serialNumber,
} from '#ca-core/engine';
import {
  certificateEntry,
  decodeJsonBody,
  domainInformation,
  enrollmentRequest,
  requestInformation,
} from '#codecs/dogtag-rest';
import {
  decodeCertificate,
  decodeCertificateList,
  decodeCrlNumber,
  encodeNameText,
  encodeTbsCertificate,
} from '#codecs/x509';
import { certificateFrom, profileWith, requestFrom } from '../../golden/dialects/scripted-facts.ts';
import { type Json, type LabDogtag, listOf, member, textOf } from '../profiles/lab-dogtag.ts';
import { askDogtag } from './ask-dogtag.ts';

/** `isWhole`: of the sample that is asked about one by one, and with its true bytes. */
export interface LabCertificate {
  readonly record: CertificateRecord;
  readonly isWhole: boolean;
}
/** `isWhole`: of the sample that is asked about one by one, and with its dates, its profile and its notes. */
export interface LabRequest {
  readonly record: RequestRecord;
  readonly isWhole: boolean;
}

export interface LabRecord {
  readonly host: AuthorityDescription;
  readonly certificates: readonly LabCertificate[];
  readonly requests: readonly LabRequest[];
  readonly profiles: readonly ProfileDescription[];
  readonly crl: CrlRecord;
  readonly securityDomain: SecurityDomain;
}

export async function readLabRecord(dogtag: LabDogtag): Promise<LabRecord> {
  const authorityDer = await dogtag.getCertificate('1');
  const crl = await readCrl();
  const certificates = await readCertificates(dogtag, authorityDer);
  const requests = await readRequests(dogtag, authorityDer);
  return {
    host: describeHost(authorityDer),
    certificates: withRequests(withInvalidityDates(certificates, crl), requests),
    requests,
    profiles: await readProfiles(dogtag),
    crl,
    securityDomain: await readDomain(dogtag),
  };
}

async function readDomain(dogtag: LabDogtag): Promise<SecurityDomain> {
  const { text } = await dogtag.send('GET', '/ca/rest/securityDomain/domainInfo', null);
  const told = decodeJsonBody(domainInformation, Buffer.from(text));
  const name = told?.id ?? '';
  const hosts = (told?.list ?? []).flatMap(({ id: subsystem, list }) =>
    list.map(({ id: _, ...host }) => ({
      ...host,
      name: `${subsystem} ${host.hostName}:${host.securePort}`,
      domain: name,
      subsystem: subsystem as DomainSubsystem,
      hostName: host.hostName ?? '',
    })),
  );
  return { name, hosts };
}

function describeHost(certificateDer: Buffer): AuthorityDescription {
  const { subject, issuer, serialNumber: serial } = certificateFrom(certificateDer);
  return {
    id: authorityId('4f4a5e65-1a7f-4d0f-9a0c-3c7f3e1a2b9d'),
    isHostAuthority: true,
    parentId: null,
    subject,
    issuer,
    serialNumber: serial,
    enabled: true,
    description: null,
    ready: true,
    certificateDer,
    chainDer: [certificateDer],
  };
}

const bodyOf = (json: Json) => Buffer.from(JSON.stringify(json));

/** Many installations are read from the same lab; what cannot change is fetched once. */
const wholeCertificates = new Map<string, Json>();
const reviews = new Map<bigint, Json>();

/** How many can be fetched one by one. Of more, those are that questions are about; lists tell nearly everything of the others. */
const fetchedMax = 3000;

/** With the reason of a revocation, which lists do not tell. */
async function readCertificates(dogtag: LabDogtag, authorityDer: Buffer): Promise<LabRecord['certificates']> {
  const answer = await dogtag.send('POST', '/ca/rest/certs/search?size=100000', '{}');
  const listed = listOf(member(JSON.parse(answer.text), 'entries'));
  const records: LabCertificate[] = [];
  for (const [index, json] of listed.entries()) {
    const entry = decodeJsonBody(certificateEntry, bodyOf(json));
    const id = textOf(member(json, 'id')) ?? '';
    const { revokedOn = null, revokedBy = null } = entry ?? {};
    const isSampled = index < 110 || index % 50 === 0;
    const isFetched = isSampled || revokedOn !== null || listed.length <= fetchedMax;
    const whole = isFetched ? await readWhole(dogtag, id, revokedOn !== null) : null;
    const der = whole === null ? authorityDer : derOf(whole);
    const reason = Number(member(whole, 'RevocationReason') ?? 0) as RevocationReason;
    const record = certificateFrom(der, {
      serialNumber: serialNumber(BigInt(id)),
      subject: entry?.subject ?? '',
      issuer: entry?.issuer ?? '',
      notBefore: entry?.notBefore ?? new Date(0),
      notAfter: entry?.notAfter ?? new Date(0),
      keyAlgorithmOid: entry?.keyAlgorithmOid ?? '',
      keyBits: entry?.keyLength ?? null,
      issuedAt: entry?.issuedOn ?? new Date(0),
      issuedBy: entry?.issuedBy ?? null,
      revocation: revokedOn === null ? null : { reason, revokedAt: revokedOn, revokedBy, invalidityDate: null },
    });
    records.push({ record, isWhole: isSampled && whole !== null });
  }
  return records;
}

/** REST does not tell them; the CRL does. */
function withInvalidityDates(
  certificates: LabRecord['certificates'],
  { crlDer }: CrlRecord,
): LabRecord['certificates'] {
  const entries = [...decodeCertificateList(crlDer).revokedCertificates()];
  const dates = new Map(entries.map(({ serialNumber: serial, invalidityDate }) => [serial, invalidityDate]));
  return certificates.map(({ record, isWhole }) => {
    const { revocation } = record;
    const invalidityDate = dates.get(record.serialNumber) ?? null;
    return { record: { ...record, revocation: revocation && { ...revocation, invalidityDate } }, isWhole };
  });
}

/** Which request each was issued by; lists of requests tell it. */
function withRequests(
  certificates: LabRecord['certificates'],
  requests: LabRecord['requests'],
): LabRecord['certificates'] {
  const issuing = requests.filter(({ record: { kind } }) => kind === 'enrollment' || kind === 'renewal');
  const requestOf = new Map(
    issuing.flatMap(({ record }) => record.certificateSerials.map((serial) => [serial, record])),
  );
  return certificates.map(({ record, isWhole }) => {
    const request = requestOf.get(record.serialNumber);
    const { id = null, profileId: profile = null } = request ?? {};
    return { record: { ...record, requestId: id, profileId: profile }, isWhole };
  });
}

/** Null for a certificate that another suite has taken out of the directory meanwhile. */
async function readWhole(dogtag: LabDogtag, id: string, isRevoked: boolean): Promise<Json> {
  const key = `${id} ${isRevoked}`;
  const known = wholeCertificates.get(key);
  if (known !== undefined) return known;
  const answer = await dogtag.send('GET', `/ca/rest/certs/${id}`, null);
  const whole = answer.status === 200 ? (JSON.parse(answer.text) as Json) : null;
  wholeCertificates.set(key, whole);
  return whole;
}

const derOf = (whole: Json) =>
  Buffer.from((textOf(member(whole, 'Encoded')) ?? '').replace(/-----[^-]*-----/g, ''), 'base64');

async function readRequests(dogtag: LabDogtag, authorityDer: Buffer): Promise<LabRecord['requests']> {
  const listed = listOf(member(await dogtag.getJson('/ca/rest/agent/certrequests?pageSize=100000'), 'entries'));
  const records: LabRequest[] = [];
  for (const [index, json] of listed.entries()) {
    const information = decodeJsonBody(requestInformation, bodyOf(json));
    if (information === null) continue;
    const record = requestFrom(information);
    // Some were put into the directory by other suites, with words that Dogtag does not use itself.
    const isOwn = information.requestType === information.requestType?.toLowerCase();
    const isSampled = isOwn && (index < 60 || index % 50 === 0);
    const isFetched = isOwn && (isSampled || listed.length <= fetchedMax);
    const review = isFetched ? await readReview(dogtag, record.id) : null;
    const told = isFetched && review === null ? await readDates(dogtag, record.id) : null;
    const date = (name: 'requestCreationTime' | 'requestModificationTime') =>
      told?.[name] ?? new Date(textOf(member(review, name)) ?? 0);
    const notes = textOf(member(review, 'requestNotes'));
    const profile = textOf(member(review, 'ProfileID'));
    const request = {
      ...record,
      createdAt: date('requestCreationTime'),
      modifiedAt: date('requestModificationTime'),
      profileId: profile === null ? null : profileId(profile),
      attributes: notes === null ? {} : { requestNotes: notes },
      draftDer: draftOf(review, authorityDer),
    };
    records.push({ record: request, isWhole: isSampled && profile !== null });
  }
  return records;
}

/** What has been agreed on, of which a review tells in words: the subject is true, everything else the authority's own. */
function draftOf(review: Json, authorityDer: Buffer): Buffer | null {
  const policies = listOf(member(review, 'ProfilePolicySet')).flatMap((set) => listOf(member(set, 'policies')));
  const attributes = policies.flatMap((policy) => listOf(member(member(policy, 'def'), 'policyAttribute')));
  const subject = textOf(
    member(attributes.find((attribute) => textOf(member(attribute, 'name')) === 'name') ?? null, 'Value'),
  );
  if (subject === null) return null;
  const content = {
    ...decodeCertificate(authorityDer),
    version: 2,
    subjectDer: encodeNameText(subject),
    extensions: [],
  };
  return encodeTbsCertificate({ ...content, signatureAlgorithm: 'SHA256withRSA' }, 0n);
}

/** Of a request that Dogtag cannot show for review, as those of its own installation. */
async function readDates(dogtag: LabDogtag, id: bigint) {
  const { text } = await dogtag.send('GET', `/ca/ee/ca/checkRequest?requestId=${id}&xml=true`, null);
  const date = (name: string) => new Date(Number(new RegExp(`<${name}>([0-9]+)<`).exec(text)?.[1] ?? 0) * 1000);
  return { requestCreationTime: date('createdOn'), requestModificationTime: date('updatedOn') };
}

async function readReview(dogtag: LabDogtag, id: bigint): Promise<Json> {
  const known = reviews.get(id);
  if (known !== undefined) return known;
  const answer = await dogtag.send('GET', `/ca/rest/agent/certrequests/${id}`, null);
  const review = answer.status === 200 ? (JSON.parse(answer.text) as Json) : null;
  reviews.set(id, review);
  return review;
}

async function readProfiles(dogtag: LabDogtag): Promise<ProfileDescription[]> {
  const shown = listOf(member(await dogtag.getJson('/ca/rest/certrequests/profiles?size=1000'), 'entries'));
  const profiles: ProfileDescription[] = [];
  for (const json of shown) {
    const id = textOf(member(json, 'profileId')) ?? '';
    const template = decodeJsonBody(
      enrollmentRequest,
      bodyOf(await dogtag.getJson(`/ca/rest/certrequests/profiles/${id}`)),
    );
    profiles.push(
      profileWith(id, {
        name: textOf(member(json, 'profileName')) ?? '',
        text: textOf(member(json, 'profileDescription')) ?? '',
        renewal: template?.renewal ?? false,
        inputs: (template?.inputs ?? []).map((input) => ({
          id: input.id ?? '',
          classId: input.classId ?? '',
          name: input.name ?? '',
          text: '',
          values: input.attributes.map(({ name, descriptor }) => ({
            name: name ?? '',
            descriptor: {
              syntax: descriptor?.syntax ?? '',
              constraint: descriptor?.constraint ?? null,
              description: descriptor?.description ?? '',
              defaultValue: descriptor?.defaultValue ?? null,
            },
          })),
          parameters: [],
        })),
      }),
    );
  }
  return profiles;
}

async function readCrl(): Promise<CrlRecord> {
  const target = '/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL';
  const request = { method: 'GET', target, headers: [['Host', 'pki.example.test']] as const, body: Buffer.alloc(0) };
  const { body: crlDer } = await askDogtag(request, null, true);
  const { extensions, thisUpdate, nextUpdate, revokedCertificates } = decodeCertificateList(crlDer);
  const number = extensions.find(({ oid }) => oid === '2.5.29.20');
  return {
    issuingPoint: 'MasterCRL',
    kind: 'full',
    crlDer,
    crlNumber: number === undefined ? 0n : decodeCrlNumber(number.valueDer),
    thisUpdate,
    nextUpdate,
    entryCount: [...revokedCertificates()].length,
    origin: 'imported',
  };
}
