// subjectKeyIdentifier: a hash of the key, or what the requester asked for (RFC 5280 section 4.2.1.2).
import { openDer, tags } from '#codecs/der';
import {
  computeKeyIdentifier,
  decodeSubjectKeyIdentifier,
  encodeSubjectKeyIdentifier,
  extensionOids,
} from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { CertificateDraft } from '../../issuance/certificate-draft.ts';
import { addExtension, findExtension } from '../draft-extensions.ts';
import { formatHexadecimal } from '../hexadecimal-text.ts';
import type { DefaultClass } from '../profile-class.ts';
import { readOnlyDescriptor } from '../value-descriptor.ts';

const digestLabel = 'Message digest';

/** Names that Java knows, in any case, besides the four that profiles are offered. */
const digests: Readonly<Record<string, string>> = {
  'SHA-1': 'sha1',
  SHA1: 'sha1',
  SHA: 'sha1',
  'SHA-224': 'sha224',
  SHA224: 'sha224',
  'SHA-256': 'sha256',
  SHA256: 'sha256',
  'SHA-384': 'sha384',
  SHA384: 'sha384',
  'SHA-512': 'sha512',
  SHA512: 'sha512',
  MD5: 'md5',
};

export const subjectKeyIdentifierExtDefault: DefaultClass = {
  classId: 'subjectKeyIdentifierExtDefaultImpl',
  className: 'SubjectKeyIdentifierExtDefault',
  compile: (parameters) => {
    const digestName = parameters.text('messageDigest') || 'SHA-1';
    const digest = digests[digestName.toUpperCase()] ?? null;
    const usesRequested = parameters.flag('useSKIFromCertRequest');
    const add = (draft: CertificateDraft, requested: Uint8Array | null) => {
      const keyIdentifier = requested ?? hashKey(draft, digest);
      const valueDer = encodeSubjectKeyIdentifier(keyIdentifier);
      addExtension(draft, { oid: extensionOids.subjectKeyIdentifier, critical: parameters.flag('critical'), valueDer });
    };
    return {
      text: 'This default populates a Subject Key Identifier Extension (2.5.29.14) to the request.',
      values: [
        { name: 'critical', descriptor: readOnlyDescriptor('Criticality') },
        { name: 'keyid', descriptor: readOnlyDescriptor('Key ID') },
        { name: 'messageDigest', descriptor: readOnlyDescriptor(digestLabel) },
        { name: 'useSKIFromCertRequest', descriptor: readOnlyDescriptor('Use SKI value in CSR') },
      ],
      parameterNames: ['messageDigest', 'useSKIFromCertRequest'],
      populate: (request) => {
        const requested = usesRequested
          ? request.requestedExtensions.findLast(({ oid }) => oid === extensionOids.subjectKeyIdentifier)
          : undefined;
        add(request.draft, requested === undefined ? null : decodeSubjectKeyIdentifier(requested.valueDer));
      },
      readValue: (name, { draft }) => {
        if (findExtension(draft, extensionOids.subjectKeyIdentifier) === null) add(draft, null);
        const extension = findExtension(draft, extensionOids.subjectKeyIdentifier);
        switch (name) {
          case 'critical':
            return String(extension?.critical ?? false);
          case 'keyid':
            return extension === null ? null : formatHexadecimal(decodeSubjectKeyIdentifier(extension.valueDer));
          case 'messageDigest':
            return digestName;
          default:
            return parameters.text('useSKIFromCertRequest', 'false');
        }
      },
      setValue: () => {},
    };
  },
};

function hashKey(draft: CertificateDraft, digest: string | null): Buffer {
  const { subjectPublicKeyInfoDer } = draft;
  if (digest === null || subjectPublicKeyInfoDer === null) {
    throw new CaError('malformed-request', "addExtension: extension '2.5.29.14' is null");
  }
  return computeKeyIdentifier({ keyBytes: readKeyBits(subjectPublicKeyInfoDer) }, digest);
}

// Only the bits are needed, so the numbers of the key are not looked at on this path.
function readKeyBits(subjectPublicKeyInfoDer: Uint8Array): Buffer {
  const info = openDer(subjectPublicKeyInfoDer).enterSequence('SubjectPublicKeyInfo');
  info.readElement(tags.sequence, 'algorithm');
  return info.readBitString('subjectPublicKey').bits;
}
