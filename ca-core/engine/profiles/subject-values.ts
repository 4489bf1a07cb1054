// The subject as the one value that agents see and edit, which is the same for all defaults that make a subject by their own means.
import { encodeNameText, formatName } from '#codecs/x509';
import type { CertificateDraft } from '../issuance/certificate-draft.ts';
import { invalidProperty } from './extension-default.ts';
import type { NamedValue } from './profile-class.ts';
import { textDescriptor } from './value-descriptor.ts';

export const subjectValues: readonly NamedValue[] = [{ name: 'name', descriptor: textDescriptor('Subject Name') }];

export function readSubject(draft: CertificateDraft): string | null {
  return draft.subjectDer === null ? null : formatName(draft.subjectDer);
}

/** Throws CaError `malformed-edit`. A form without this value empties the name; the constraints then have their say. */
export function setSubject(name: string, value: string | null, draft: CertificateDraft): void {
  try {
    draft.subjectDer = encodeNameText(value ?? '');
  } catch {
    throw invalidProperty(name);
  }
}
