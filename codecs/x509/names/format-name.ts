// Names as Dogtag prints them everywhere: `CN=a,O=X`, most specific first (JSS LdapV3DNStrConverter; toString and toLdapDNString are the same there).
import { openDer, tags } from '#codecs/der';
import { findAttributeTypeByOid } from './attribute-types.ts';
import { type DistinguishedName, decodeName, type NameAttribute, type RelativeDistinguishedName } from './name.ts';
import { decodeNameString } from './name-string.ts';

const escaped = /[,+=<>#;\\"]/g;

/** Text of a Name given as DER or structure. Throws DerError for DER that is no Name. */
export function formatName(name: Uint8Array | DistinguishedName, separator: ',' | ', ' = ','): string {
  const rdns = name instanceof Uint8Array ? decodeName(name) : name;
  let text = '';
  for (let i = rdns.length - 1; i >= 0; i--) {
    const rdn = rdns[i];
    if (rdn !== undefined) text += `${text === '' ? '' : separator}${formatRelativeDistinguishedName(rdn)}`;
  }
  return text;
}

export function formatRelativeDistinguishedName(rdn: RelativeDistinguishedName): string {
  return rdn.map(formatNameAttribute).join('+');
}

/** `KEYWORD=value`, or `1.2.3=value` for an attribute type without keyword. */
export function formatNameAttribute(attribute: NameAttribute): string {
  const type = findAttributeTypeByOid(attribute.oid);
  return `${type === null ? attribute.oid : type.keyword}=${formatValue(attribute)}`;
}

/**
 * Unescaped text of a value as Dogtag reads it, or null where it prints hexadecimal. Dogtag fails altogether on a value whose string
 * type its attribute type does not allow (a C that is an IA5String); we give such values in hexadecimal, because a name that is in a
 * certificate must be printable here.
 */
export function dogtagAttributeText(attribute: NameAttribute): string | null {
  if (hasForeignStringType(attribute)) return null;
  const { valueTag, valueDer } = attribute;
  const reading = decodeNameString(valueTag, openDer(valueDer).readAny().content);
  return typeof reading === 'string' ? null : reading.text;
}

/** Whether Dogtag fails on this value because its attribute type does not allow its string type. */
export function hasForeignStringType({ oid, valueTag }: NameAttribute): boolean {
  const syntax = valueTag === tags.utf8String ? 'directory' : findAttributeTypeByOid(oid)?.syntax;
  if (syntax === 'printable') return valueTag !== tags.printableString;
  return syntax === 'ia5' && valueTag !== tags.ia5String && valueTag !== tags.printableString;
}

function formatValue(attribute: NameAttribute): string {
  const text = dogtagAttributeText(attribute);
  if (text !== null) return escapeValue(text);
  return `#${attribute.valueDer.toString('hex').toUpperCase()}`;
}

// Spaces are escaped at both ends; a value of nothing but spaces is escaped throughout.
function escapeValue(text: string): string {
  const core = text.replace(/ +$/, '');
  const trailing = text.length - core.length;
  const leading = core.length - core.replace(/^ +/, '').length;
  return '\\ '.repeat(leading) + core.slice(leading).replace(escaped, '\\$&') + '\\ '.repeat(trailing);
}
