// What the index of a file needs to know of a record, seen without decoding it where it is written plainly.
import { findOwnName } from '#codecs/dogtag-directory';

export interface Glance {
  /** Where the entry stands, as its name says. */
  readonly parentDn: string;
  readonly ownName: string;
  /** Text of the attribute with the number. */
  readonly numberText: string;
  /** Of a certificate. */
  readonly subject: string;
}

/** Attribute with the number, and the subject's for certificates, by the container's own name. */
const kinds = [
  { parent: /^ou=certificateRepository,ou=ca,/i, number: '\nserialno: ', subject: '\nsubjectName: ' },
  { parent: /^ou=ca,ou=requests,/i, number: '\nrequestId: ', subject: null },
] as const;
const plainName = /^dn: cn=([0-9]{1,60}),([^\\"+\r\n]+)\r?\n(?! )/;
const nameLengthMax = 400;

/** Null when the record has to be decoded to know; that is always right, and slow. */
export function glanceAt(record: Buffer): Glance | null {
  const match = plainName.exec(record.toString('latin1', 0, nameLengthMax));
  const [, ownName, parentDn] = match ?? [];
  if (ownName === undefined || parentDn === undefined) return null;
  const kind = kinds.find(({ parent }) => parent.test(parentDn));
  if (kind === undefined) return null;
  const numberText = findLine(record, kind.number);
  const subject = kind.subject === null ? '' : findLine(record, kind.subject);
  return numberText === null || subject === null ? null : { parentDn, ownName, numberText, subject };
}

/** The only value that stands on one whole line; null when there is none, several, or one that is folded. */
function findLine(record: Buffer, start: string): string | null {
  const at = record.indexOf(start, 0, 'latin1');
  if (at < 0 || record.includes(start, at + 1, 'latin1')) return null;
  const from = at + start.length;
  const end = record.indexOf(0x0a, from);
  if (end < 0 || record[end + 1] === 0x20) return null;
  const text = record.toString('latin1', from, record[end - 1] === 0x0d ? end - 1 : end);
  return text.startsWith(' ') ? null : text;
}

/** The number or other name by which a numbered entry is called, or null when it does not stand in such a container. */
export function numberedContainerOf(dn: string): { readonly attribute: string; readonly parentDn: string } | null {
  const parentDn = /^(?:\\.|[^\\,])*,\s*(.+)$/s.exec(dn)?.[1];
  if (parentDn === undefined || findOwnName(dn, 'cn', parentDn) === null) return null;
  const plain = parentDn.replaceAll(/\s*([,=])\s*/g, '$1');
  const attribute = kinds[0].parent.test(plain) ? 'serialno' : kinds[1].parent.test(plain) ? 'requestId' : null;
  return attribute === null ? null : { attribute, parentDn };
}
