// OCSP requests (RFC 6960 section 4.1).
import {
  contextConstructed,
  DerError,
  type DerReader,
  encodeConstructed,
  encodeExplicit,
  encodeSequence,
  openDer,
  tags,
} from '#codecs/der';
import { type CertificateExtension, encodeExtension, findExtension, readExtensions } from '#codecs/x509';
import { type CertId, readCertId } from './cert-id.ts';

export const nonceOid = '1.3.6.1.5.5.7.48.1.2';

export interface OcspRequest {
  readonly certIds: readonly CertId[];
  readonly extensions: readonly CertificateExtension[];
  /** The last nonce extension, to be sent back as it is; null without one. */
  readonly nonce: CertificateExtension | null;
  readonly isSigned: boolean;
}

/** Real requests are some hundred octets; Dogtag's own limit is a servlet parameter of the same order. */
const bytesMax = 64 * 1024;
const certIdsMax = 512;

/** Decodes a request without judging its signature. BER is taken, as by Dogtag. Throws DerError; also for a request about nothing. */
export function decodeOcspRequest(der: Uint8Array): OcspRequest {
  const reader = openDer(der, { rules: 'ber', bytesMax });
  const outer = reader.enterSequence('OCSPRequest');
  reader.assertEnd('OCSPRequest');
  const tbs = outer.enterSequence('TBSRequest');
  const isSigned = outer.findElement(contextConstructed(0), 'optionalSignature') !== null;
  outer.assertEnd('OCSPRequest');
  tbs.findEntered(contextConstructed(0), 'version')?.readInteger('version');
  tbs.findElement(contextConstructed(1), 'requestorName');
  const certIds = readCertIds(tbs.enterSequence('requestList'));
  const wrapped = tbs.findEntered(contextConstructed(2), 'requestExtensions');
  const extensions = wrapped === null ? [] : readExtensions(wrapped);
  tbs.assertEnd('TBSRequest');
  if (certIds.length === 0) throw new DerError('OCSP request about no certificate');
  return { certIds, extensions, nonce: findExtension([...extensions].reverse(), nonceOid), isSigned };
}

function readCertIds(list: DerReader): CertId[] {
  const certIds: CertId[] = [];
  while (!list.isAtEnd) {
    if (certIds.length >= certIdsMax) throw new DerError(`OCSP request about more than ${certIdsMax} certificates`);
    const request = list.enterSequence('Request');
    certIds.push(readCertId(request));
    request.findElement(contextConstructed(0), 'singleRequestExtensions');
    request.assertEnd('Request');
  }
  return certIds;
}

/** DER of an unsigned request about the given CertIDs. */
export function encodeOcspRequest(
  certIdsDer: readonly Uint8Array[],
  extensions: readonly CertificateExtension[] = [],
): Buffer {
  const list = encodeConstructed(
    tags.sequence,
    certIdsDer.map((certIdDer) => encodeSequence(certIdDer)),
  );
  if (extensions.length === 0) return encodeSequence(encodeSequence(list));
  const wrapped = encodeExplicit(2, encodeConstructed(tags.sequence, extensions.map(encodeExtension)));
  return encodeSequence(encodeSequence(list, wrapped));
}
