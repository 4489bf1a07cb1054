// Adds the subject's common name to the subject alternative names when it looks like a DNS name: clients no longer look at the former.
import { decodeGeneralNames, decodeName, dogtagAttributeText, encodeGeneralNames, extensionOids } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { CertificateDraft } from '../../issuance/certificate-draft.ts';
import { findExtension, rewriteExtension } from '../draft-extensions.ts';
import type { DefaultClass } from '../profile-class.ts';

export const commonNameToSanDefault: DefaultClass = {
  classId: 'commonNameToSANDefaultImpl',
  className: 'CommonNameToSANDefault',
  compile: () => ({
    text: 'This default add the Subject DN Common Name to the Subject Alternative Name extension, if it looks like a DNS name.',
    values: [],
    parameterNames: [],
    populate: (request) => {
      const commonName = mostSpecificCommonName(request.draft);
      if (commonName !== null && isDnsName(commonName)) addDnsName(request.draft, commonName);
    },
    readValue: () => null,
    setValue: () => {},
  }),
};

const commonNameOid = '2.5.4.3';

// One per RDN counts. Dogtag stumbles over an empty subject; its error has no text, and clients are shown the word that Java puts in its place.
function mostSpecificCommonName(draft: CertificateDraft): string | null {
  const rdns = draft.subjectDer === null ? [] : decodeName(draft.subjectDer);
  if (rdns.length === 0) throw new CaError('malformed-request', 'null');
  const commonNames = rdns.flatMap((rdn) => rdn.find((attribute) => attribute.oid === commonNameOid) ?? []);
  const texts = commonNames.map(dogtagAttributeText);
  return texts.includes(null) ? null : (texts.at(-1) ?? null);
}

function addDnsName(draft: CertificateDraft, dnsName: string): void {
  const present = findExtension(draft, extensionOids.subjectAltName);
  if (present === null) {
    const valueDer = encodeGeneralNames([{ kind: 'dNSName', value: dnsName }]);
    draft.extensions.push({ oid: extensionOids.subjectAltName, critical: false, valueDer });
    return;
  }
  const names = decodeGeneralNames(present.valueDer);
  const isThere = names.some((name) => name.kind === 'dNSName' && name.value.toLowerCase() === dnsName.toLowerCase());
  if (isThere) return;
  const valueDer = encodeGeneralNames([...names, { kind: 'dNSName', value: dnsName }]);
  rewriteExtension(draft, { ...present, valueDer });
}

const labelForm = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** At least two labels of letters, digits and inner hyphens; full stops at the end don't count. */
function isDnsName(text: string): boolean {
  if (text.length > 255) return false;
  const labels = text.replace(/\.+$/, '').split('.');
  return labels.length >= 2 && labels.every((label) => labelForm.test(label));
}
