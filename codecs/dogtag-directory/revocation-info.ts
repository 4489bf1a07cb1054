// `revInfo`: when and why a certificate was revoked. Ruled by RevocationInfoMapper.java: `<date>[;CRLReasonExtension=<n>][;InvalidityDateExtension=<date>]`.
import { type DirectoryTimeZone, parseDirectoryDate } from './time-zone.ts';

export interface RevocationInfo {
  readonly revokedAt: Date;
  /** CRLReason of RFC 5280 section 5.3.1; null when the entry has none, which means unspecified. */
  readonly reason: number | null;
  readonly invalidityDate: Date | null;
  /** What could not be read, in words; the rest is right nonetheless. */
  readonly problems: readonly string[];
}

/** Null when not even the date can be read. */
export function parseRevocationInfo(text: string, zone: DirectoryTimeZone): RevocationInfo | null {
  const [dateText = '', ...extensions] = text.split(';');
  const revokedAt = parseDirectoryDate(dateText, zone);
  if (revokedAt === null) return null;
  const problems: string[] = [];
  let reason: number | null = null;
  let invalidityDate: Date | null = null;
  for (const extension of extensions) {
    const equals = extension.indexOf('=');
    const value = extension.slice(equals + 1);
    switch (extension.slice(0, Math.max(equals, 0))) {
      case 'CRLReasonExtension':
        if (/^[0-9]{1,2}$/.test(value)) reason = Number(value);
        else problems.push(`reason ${JSON.stringify(value)} is not a number`);
        break;
      case 'InvalidityDateExtension':
        invalidityDate = parseDirectoryDate(value, zone);
        if (invalidityDate === null) problems.push(`invalidity date ${JSON.stringify(value)} is not a date`);
        break;
      default:
        if (extension !== '') problems.push(`unknown part ${JSON.stringify(extension)}`);
    }
  }
  return { revokedAt, reason, invalidityDate, problems };
}
