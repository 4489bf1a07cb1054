// authorityKeyIdentifier: the identifier of the key that will sign (RFC 5280 section 4.2.1.1).
import {
  computeKeyIdentifier,
  decodeAuthorityKeyIdentifier,
  decodeSubjectKeyIdentifier,
  decodeSubjectPublicKeyInfo,
  encodeAuthorityKeyIdentifier,
  extensionOids,
} from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { CertificateDraft, DraftExtension } from '../../issuance/certificate-draft.ts';
import { hasChange } from '../dogtag-version.ts';
import { addExtension, findExtension } from '../draft-extensions.ts';
import { formatHexadecimal } from '../hexadecimal-text.ts';
import type { DefaultClass } from '../profile-class.ts';
import type { ApplicationContext, AuthorityFacts } from '../profile-environment.ts';
import { readOnlyDescriptor } from '../value-descriptor.ts';

export const authorityKeyIdentifierExtDefault: DefaultClass = {
  classId: 'authorityKeyIdentifierExtDefaultImpl',
  className: 'AuthorityKeyIdentifierExtDefault',
  compile: (parameters, { dogtagVersion }) => {
    // For self-signed certificates the subject's own key is meant.
    const isOwnKey = parameters.text('localKey') === 'true';
    const add = (draft: CertificateDraft, context: ApplicationContext) =>
      addExtension(
        draft,
        createExtension(
          isOwnKey ? ownKeyIdentifier(draft, dogtagVersion) : issuerKeyIdentifier(context.authority, dogtagVersion),
        ),
      );
    return {
      text: 'This default populates an Authority Key Identifier Extension (2.5.29.35) to the request.',
      values: [
        { name: 'critical', descriptor: readOnlyDescriptor('Criticality') },
        { name: 'keyid', descriptor: readOnlyDescriptor('Key ID') },
      ],
      parameterNames: [],
      populate: (request, context) => add(request.draft, context),
      readValue: (name, { draft }, context) => {
        if (findExtension(draft, extensionOids.authorityKeyIdentifier) === null) add(draft, context);
        const extension = findExtension(draft, extensionOids.authorityKeyIdentifier);
        if (extension === null) return name === 'critical' ? null : '';
        if (name === 'critical') return String(extension.critical);
        const { keyIdentifier } = decodeAuthorityKeyIdentifier(extension.valueDer);
        return keyIdentifier === null ? '' : formatHexadecimal(keyIdentifier);
      },
      setValue: () => {},
    };
  },
};

function missing(): CaError {
  return new CaError('malformed-request', 'Could not instantiate AuthorityKeyIdentifier extension.');
}

let latest: { readonly keyIdentifier: Uint8Array; readonly valueDer: Uint8Array } | null = null;

// Nearly every certificate has the same one, so the bytes made last are kept.
function createExtension(keyIdentifier: Uint8Array): DraftExtension {
  if (latest === null || latest.keyIdentifier !== keyIdentifier) {
    const valueDer = encodeAuthorityKeyIdentifier({
      keyIdentifier,
      authorityCertIssuer: null,
      authorityCertSerialNumber: null,
    });
    latest = { keyIdentifier, valueDer };
  }
  return { oid: extensionOids.authorityKeyIdentifier, critical: false, valueDer: latest.valueDer };
}

function issuerKeyIdentifier(authority: AuthorityFacts, dogtagVersion: string | undefined): Uint8Array {
  if (authority.hasKeyIdentifier === false && hasChange(dogtagVersion, 'authority-key-identifier-needed'))
    throw missing();
  return authority.keyIdentifier;
}

function ownKeyIdentifier(draft: CertificateDraft, dogtagVersion: string | undefined): Uint8Array {
  const own = findExtension(draft, extensionOids.subjectKeyIdentifier);
  if (own !== null && hasChange(dogtagVersion, 'own-key-identifier-repeated'))
    return decodeSubjectKeyIdentifier(own.valueDer);
  if (draft.subjectPublicKeyInfoDer === null) throw missing();
  return computeKeyIdentifier(decodeSubjectPublicKeyInfo(draft.subjectPublicKeyInfoDer));
}
