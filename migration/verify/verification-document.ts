// A verification as two documents, one for programs and one for people, of which the first names the digest of the second: one signature covers both.
import { hash } from 'node:crypto';
import { formatVerification } from './format-verification.ts';
import type { Verification } from './verification-report.ts';

export interface VerificationDocument {
  readonly format: typeof documentFormat;
  /** Whose record it is: what the installation is called, and the subject of its authority where it has one. */
  readonly installation: { readonly name: string; readonly authority: string | null };
  /** The page for people that was written with it, by the name of its file; SHA-256 in hexadecimal. */
  readonly page: { readonly file: string; readonly sha256: string };
  readonly verification: Verification;
}

const documentFormat = 'retag verification 1';
/** More differences than a page should have; the JSON has more. */
const differencesOnPage = 1_000;

/** Both texts in UTF-8; the second one is to be written to a file called `pageFile`. */
export function composeVerification(
  verification: Verification,
  installation: VerificationDocument['installation'],
  pageFile: string,
): { readonly json: string; readonly page: string } {
  const authority = installation.authority === null ? '' : ` (${installation.authority})`;
  const page = `Verification of ${installation.name}${authority}\n\n${formatVerification(verification, differencesOnPage)}`;
  const document: VerificationDocument = {
    format: documentFormat,
    installation,
    page: { file: pageFile, sha256: hash('sha256', page, 'hex') },
    verification,
  };
  return { json: `${JSON.stringify(document, null, 2)}\n`, page };
}

/** Null when the text is no such document. What is in it is as true as its signature. */
export function parseVerification(json: string): VerificationDocument | null {
  try {
    const value: unknown = JSON.parse(json);
    return isDocument(value) ? value : null;
  } catch {
    return null;
  }
}

function isDocument(value: unknown): value is VerificationDocument {
  return (
    isObject(value) &&
    value.format === documentFormat &&
    isObject(value.installation) &&
    isObject(value.page) &&
    typeof value.page.file === 'string' &&
    typeof value.page.sha256 === 'string' &&
    isObject(value.verification) &&
    typeof value.verification.isEqual === 'boolean' &&
    typeof value.verification.source === 'string' &&
    typeof value.verification.finishedAt === 'string' &&
    Array.isArray(value.verification.kinds) &&
    value.verification.kinds.every(isObject)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
