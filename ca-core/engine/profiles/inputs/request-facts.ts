// Facts that a decoded certificate request adds to a request: key, subject, extensions, validity asked for.
import type { CertificateRequestMessage } from '#codecs/crmf';
import { encodeSequence, encodeTime } from '#codecs/der';
import type { CertificationRequest } from '#codecs/pkcs';
import {
  type CertificateExtension,
  decodeName,
  decodeSubjectPublicKeyInfo,
  dogtagAttributeText,
  encodeSubjectKeyIdentifier,
  encodeSubjectPublicKeyInfoForIssuance,
  extensionOids,
} from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { DraftExtension } from '../../issuance/certificate-draft.ts';
import { hasChange } from '../dogtag-version.ts';
import type { RequestContext } from '../request-context.ts';
import { acceptRequestedExtensions, encodeRequestedExtensions } from '../requested-extensions.ts';
import { invalidRequest } from './certificate-request.ts';

export function addPkcs10Facts(request: RequestContext, csr: CertificationRequest): void {
  const keyDer = encodeKeyForIssuance(csr.subjectPublicKeyInfoDer);
  request.attributes.set('req_key', keyDer);
  addSubjectFacts(request, csr.subjectDer);
  request.draft.subjectPublicKeyInfoDer = keyDer;
  if (csr.extensions !== null) setRequestedExtensions(request, acceptRequestedExtensions(csr.extensions));
}

/** Unlike the other formats, CRMF does not put its key into the certificate by itself: a key default must. */
export function addCrmfFacts(request: RequestContext, message: CertificateRequestMessage): void {
  const { template, controls } = message;
  request.attributes.set('bodyPartId', message.requestId.toString());
  const archiveOptions = controls.findLast(({ oid }) => oid === archiveOptionsOid);
  if (archiveOptions !== undefined) request.attributes.set('req_archive_options', archiveOptions.valueDer);
  if (template.subjectPublicKeyInfoDer === null) throw new CaError('malformed-request', invalidRequest);
  request.attributes.set('req_key', encodeKeyForIssuance(template.subjectPublicKeyInfoDer));
  if (template.notBefore !== null || template.notAfter !== null) {
    // Dogtag cannot write a validity of which one end is open, and fails.
    if (template.notBefore === null || template.notAfter === null)
      throw new CaError('malformed-request', invalidRequest);
    request.attributes.set(
      'req_validity',
      encodeSequence(encodeTime(template.notBefore), encodeTime(template.notAfter)),
    );
  }
  if (template.subjectDer !== null) addSubjectFacts(request, template.subjectDer);
  if (template.extensions !== null)
    setRequestedExtensions(request, acceptCrmfExtensions(template.extensions, request.dogtagVersion));
}

/** id-regCtrl-pkiArchiveOptions (RFC 4211, 6.4): the requester's private key, to be kept by the authority. */
const archiveOptionsOid = '1.3.6.1.5.5.7.5.1.4';

export function addKeyFacts(request: RequestContext, subjectPublicKeyInfoDer: Uint8Array): void {
  const keyDer = encodeKeyForIssuance(subjectPublicKeyInfoDer);
  request.attributes.set('req_key', keyDer);
  request.draft.subjectPublicKeyInfoDer = keyDer;
}

// Dogtag takes the value of a subject key identifier in a CRMF template as the identifier itself, so it ends up inside a second OCTET STRING
// (EnrollProfile.fillCertReqMsg). 10.10 trips over every other extension there; later releases take them as those of a PKCS#10 request.
function acceptCrmfExtensions(
  extensions: readonly CertificateExtension[],
  dogtagVersion: string,
): readonly DraftExtension[] {
  const isTaken = hasChange(dogtagVersion, 'crmf-extensions');
  return extensions.flatMap((extension) => {
    const { oid, valueDer } = extension;
    if (oid === extensionOids.subjectKeyIdentifier)
      return [{ oid, critical: false, valueDer: encodeSubjectKeyIdentifier(valueDer) }];
    if (!isTaken) throw new CaError('malformed-request', invalidRequest);
    return acceptRequestedExtensions([extension]);
  });
}

function setRequestedExtensions(request: RequestContext, extensions: readonly DraftExtension[]): void {
  request.requestedExtensions = extensions;
  request.attributes.set('req_extensions', encodeRequestedExtensions(extensions));
}

const commonNameOid = '2.5.4.3';
const userIdOid = '0.9.2342.19200300.100.1.1';

function addSubjectFacts(request: RequestContext, subjectDer: Uint8Array): void {
  request.attributes.set('req_subject_name', subjectDer);
  request.attributes.set('req_subject_name.cn', firstAttributeText(subjectDer, commonNameOid) ?? '');
  request.attributes.set('req_subject_name.uid', firstAttributeText(subjectDer, userIdOid) ?? '');
}

/** Text of the first attribute of a type in the order of the encoding (least specific first), or null. Throws CaError for what is no Name. */
function firstAttributeText(nameDer: Uint8Array, oid: string): string | null {
  for (const rdn of nameOrRefuse(nameDer)) {
    const attribute = rdn.find((candidate) => candidate.oid === oid);
    if (attribute !== undefined) return dogtagAttributeText(attribute);
  }
  return null;
}

function nameOrRefuse(nameDer: Uint8Array) {
  try {
    return decodeName(nameDer);
  } catch (error) {
    throw new CaError('malformed-request', invalidRequest, { cause: error });
  }
}

/** The key as it goes into a certificate. Throws CaError `malformed-request`. */
export function encodeKeyForIssuance(subjectPublicKeyInfoDer: Uint8Array): Buffer {
  try {
    return encodeSubjectPublicKeyInfoForIssuance(decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer));
  } catch (error) {
    throw new CaError('malformed-request', invalidRequest, { cause: error });
  }
}
