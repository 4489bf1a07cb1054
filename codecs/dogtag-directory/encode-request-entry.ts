// Writes an entry under `ou=ca,ou=requests` as Dogtag itself would have. Ruled by RequestRecord.java, ExtAttrDynMapper.java and ARequestQueue.java.
import { encodeInteger, encodeSequence, encodeTime } from '#codecs/der';
import { DirectoryEntry } from '#codecs/ldif';
import { encodeExtension, encodeInvalidityDate, encodeReasonCode, extensionOids } from '#codecs/x509';
import type { DirectoryRevocation } from './certificate-entry.ts';
import { encodeBase64Value, encodeExtensionDataKey, formatDirectoryDate } from './encode-values.ts';
import { encodePrefixedNumber } from './prefixed-number.ts';
import type { RequestEntry, RequestEntryKind } from './request-entry.ts';
import type { DirectoryTimeZone } from './time-zone.ts';

export interface RequestEntryContent extends RequestEntry {
  /** The certificates that `certificateSerials` names, in that order. */
  readonly certificatesDer: readonly Uint8Array[];
  /** For a revocation: what it did to each of them. */
  readonly revocations: readonly (DirectoryRevocation | null)[];
  /**
   * True for a hold or release that Dogtag must not do again. When it starts with changes that it has not saved with its CRL, it goes through all
   * completed requests of higher numbers, whatever their dates, and revokes and releases in its CRL what they say (CRLIssuingPoint.recoverCRLCache):
   * an old release of ours would take a certificate off the CRL that was revoked afterwards. It tells types by their exact letters there,
   * while its directory and its searches do not, so a capital letter keeps such a request out of it.
   */
  readonly isBygone?: boolean;
}

const typeByKind: Readonly<Record<RequestEntryKind, string>> = {
  enrollment: 'enrollment',
  renewal: 'renewal',
  revocation: 'revocation',
  release: 'unrevocation',
};

/** `container` is the layout's `requests`. */
export function encodeRequestEntry(
  content: RequestEntryContent,
  container: string,
  zone: DirectoryTimeZone,
): DirectoryEntry {
  const type = content.isBygone === true ? capitalized(typeByKind[content.kind]) : typeByKind[content.kind];
  const attributes: (readonly [string, readonly Uint8Array[]])[] = [
    texts('objectClass', 'top', 'request', 'extensibleObject'),
    texts('requestId', encodePrefixedNumber(content.id)),
    texts('requestState', content.state),
    texts('dateOfCreate', formatDirectoryDate(content.createdAt, zone)),
    texts('dateOfModify', formatDirectoryDate(content.modifiedAt, zone)),
    texts('requestOwner', ...(content.owner === null ? [] : [content.owner])),
    texts('requestType', type),
    texts('cn', String(content.id)),
  ];
  const values = [
    ['requestVersion', '1.0.0'],
    ...Object.entries(content.attributes),
    ...Object.entries(content.inputs),
    ...ownValues(content),
    ['dbStatus', 'UPDATED'],
    ['requestId', String(content.id)],
    ['requestType', type],
    ['requestStatus', content.state],
  ] as const;
  // Names that differ in case alone are one attribute to a directory: what a requester sent must not stand beside what we say.
  const last = new Map(values.map(([name, value]) => [name.toLowerCase(), { name, value }]));
  for (const { name, value } of last.values()) {
    // Dogtag drops empty values, and a directory refuses them; a requester may send names that no attribute can have.
    const text = value.trim();
    const isNamed = name.split(';').every((part) => part !== '');
    if (text !== '' && isNamed) attributes.push(texts(extensionDataAttribute(name), text));
  }
  return new DirectoryEntry(
    `cn=${content.id},${container}`,
    attributes.filter(([, list]) => list.length > 0),
  );
}

/** The attribute that holds a request's value of this name; of a nested one (`auth_token;uid`), its own. */
export function extensionDataAttribute(name: string): string {
  return `extdata-${name.split(';').map(encodeExtensionDataKey).join(';')}`;
}

function capitalized(type: string): string {
  return `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`;
}

/** Values that a record keeps in members of their own. */
function ownValues(content: RequestEntryContent): [string, string][] {
  const values: [string, string][] = [];
  if (content.profileId !== null) values.push(['profile', 'true'], ['profileId', content.profileId]);
  if (content.policySetId !== null) values.push(['profileSetId', content.policySetId]);
  if (content.authorityId !== null) values.push(['req_authority_id', content.authorityId]);
  if (content.draftDer !== null) values.push(['req_x509info', encodeBase64Value(content.draftDer)]);
  if (content.errorMessage !== null) values.push(['Error', content.errorMessage]);
  switch (content.kind) {
    case 'enrollment':
    case 'renewal': {
      const [issued] = content.certificatesDer;
      if (issued !== undefined) values.push(['req_issued_cert', encodeBase64Value(issued)]);
      if (content.failed) values.push(['Result', '2']);
      break;
    }
    case 'revocation':
      content.certificateSerials.forEach((serialNumber, index) => {
        const revocation = content.revocations[index];
        if (revocation)
          values.push([`CERT_INFO;${index}`, encodeBase64Value(encodeRevokedCertificate(serialNumber, revocation))]);
      });
      values.push(...oldCertificates(content), ['Result', content.failed ? '2' : '1']);
      break;
    case 'release':
      content.certificateSerials.forEach((serialNumber, index) => {
        values.push([`OLD_SERIALS;${index}`, String(serialNumber)]);
      });
      values.push(...oldCertificates(content), ['Result', content.failed ? '2' : '1']);
      break;
  }
  return values;
}

function oldCertificates({ certificatesDer }: RequestEntryContent): [string, string][] {
  return certificatesDer.map((der, index) => [`OLD_CERTS;${index}`, encodeBase64Value(der)]);
}

/** An element of revokedCertificates (RFC 5280 section 5.1). Here Dogtag writes the reason even where it is unspecified, other than in CRLs. */
function encodeRevokedCertificate(
  serialNumber: bigint,
  { revokedAt, reason, invalidityDate }: DirectoryRevocation,
): Buffer {
  const extensions = [
    encodeExtension({ oid: extensionOids.reasonCode, critical: false, valueDer: encodeReasonCode(reason) }),
  ];
  if (invalidityDate !== null)
    extensions.push(
      encodeExtension({
        oid: extensionOids.invalidityDate,
        critical: false,
        valueDer: encodeInvalidityDate(invalidityDate),
      }),
    );
  return encodeSequence(encodeInteger(serialNumber), encodeTime(revokedAt), encodeSequence(...extensions));
}

function texts(description: string, ...values: readonly string[]): readonly [string, readonly Uint8Array[]] {
  return [description, values.map((value) => Buffer.from(value))];
}
