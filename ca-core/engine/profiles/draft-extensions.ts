// Extensions of a draft as defaults see them: found by OID, added once, replaced at the end.
import { DerError } from '#codecs/der';
import { CaError } from '../errors.ts';
import type { CertificateDraft, DraftExtension } from '../issuance/certificate-draft.ts';
import { describeExtension } from './extension-text.ts';

export function findExtension(draft: CertificateDraft, oid: string): DraftExtension | null {
  return draft.extensions.find((extension) => extension.oid === oid) ?? null;
}

/** Appends. Throws CaError `malformed-request` when the draft has one already: two defaults of a profile fill the same extension. */
export function addExtension(draft: CertificateDraft, extension: DraftExtension): void {
  assertAbsent(draft, extension);
  draft.extensions.push(extension);
}

/** Throws CaError `malformed-request` when the draft has such an extension. */
export function assertAbsent(draft: CertificateDraft, extension: DraftExtension): void {
  if (findExtension(draft, extension.oid) === null) return;
  throw new CaError(
    'malformed-request',
    `Duplicate extension [ ${describeExtension(extension)} ] found.  Please contact the administrator in case of a misconfigured Certificate Profile`,
  );
}

export function deleteExtension(draft: CertificateDraft, oid: string): void {
  draft.extensions = draft.extensions.filter((extension) => extension.oid !== oid);
}

/** Takes the place of the one there is, at the end: an agent's edit moves an extension behind those that were not edited. */
export function replaceExtension(draft: CertificateDraft, extension: DraftExtension): void {
  deleteExtension(draft, extension.oid);
  draft.extensions.push(extension);
}

/** Puts other content in the place of the extension with the same OID. */
export function rewriteExtension(draft: CertificateDraft, extension: DraftExtension): void {
  draft.extensions = draft.extensions.map((candidate) => (candidate.oid === extension.oid ? extension : candidate));
}

/**
 * The bytes that `encode` makes, or null when what a default has put together cannot be written (a DNS name beyond ASCII). Dogtag loses
 * such a default's work without a word, so callers leave the draft as it was.
 */
export function encodeOrNull(encode: () => Uint8Array): Uint8Array | null {
  try {
    return encode();
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}
