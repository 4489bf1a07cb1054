// Keywords of attribute types in distinguished names and the string type each takes (JSS X500NameAttrMap).

/** How JSS picks the string type of a value: `directory` tries a configured order, the others have one type only. */
export type AttributeSyntax = 'directory' | 'printable' | 'ia5';

export interface AttributeType {
  readonly keyword: string;
  readonly oid: string;
  readonly syntax: AttributeSyntax;
}

const types: readonly AttributeType[] = [
  { keyword: 'CN', oid: '2.5.4.3', syntax: 'directory' },
  { keyword: 'OU', oid: '2.5.4.11', syntax: 'directory' },
  { keyword: 'O', oid: '2.5.4.10', syntax: 'directory' },
  { keyword: 'SERIALNUMBER', oid: '2.5.4.5', syntax: 'printable' },
  { keyword: 'C', oid: '2.5.4.6', syntax: 'printable' },
  { keyword: 'L', oid: '2.5.4.7', syntax: 'directory' },
  { keyword: 'ST', oid: '2.5.4.8', syntax: 'directory' },
  { keyword: 'STREET', oid: '2.5.4.9', syntax: 'directory' },
  { keyword: 'TITLE', oid: '2.5.4.12', syntax: 'directory' },
  { keyword: 'UID', oid: '0.9.2342.19200300.100.1.1', syntax: 'directory' },
  { keyword: 'MAIL', oid: '0.9.2342.19200300.100.1.3', syntax: 'ia5' },
  { keyword: 'E', oid: '1.2.840.113549.1.9.1', syntax: 'ia5' },
  { keyword: 'DC', oid: '0.9.2342.19200300.100.1.25', syntax: 'ia5' },
  { keyword: 'SN', oid: '2.5.4.4', syntax: 'directory' },
  { keyword: 'GIVENNAME', oid: '2.5.4.42', syntax: 'directory' },
  { keyword: 'INITIALS', oid: '2.5.4.43', syntax: 'directory' },
  { keyword: 'GENERATIONQUALIFIER', oid: '2.5.4.44', syntax: 'directory' },
  { keyword: 'DNQUALIFIER', oid: '2.5.4.46', syntax: 'directory' },
  { keyword: 'UNSTRUCTUREDNAME', oid: '1.2.840.113549.1.9.2', syntax: 'ia5' },
  { keyword: 'UNSTRUCTUREDADDRESS', oid: '1.2.840.113549.1.9.8', syntax: 'printable' },
];

const byKeyword = new Map(types.map((type) => [type.keyword, type]));
const byOid = new Map(types.map((type) => [type.oid, type]));

/** The attribute type with this keyword, whatever its case; null for an unknown one (`EMAILADDRESS` and `S` are unknown to JSS). */
export function findAttributeTypeByKeyword(keyword: string): AttributeType | null {
  return byKeyword.get(keyword.toUpperCase()) ?? null;
}

/** The attribute type with this OID; null for an unknown one. */
export function findAttributeTypeByOid(oid: string): AttributeType | null {
  return byOid.get(oid) ?? null;
}

/** All keywords, upper case. */
export function attributeKeywords(): string[] {
  return types.map((type) => type.keyword);
}
