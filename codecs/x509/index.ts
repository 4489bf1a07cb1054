// X.509: names, algorithms, public keys, certificates, extensions and CRLs. Bytes to values and back, as JSS reads and writes them.
export * from './certificate.ts';
export * from './compare-tbs-certificates.ts';
export * from './crl/index.ts';
export { describeExtensionValue } from './describe-extension.ts';
export * from './extension.ts';
export * from './extensions/index.ts';
export {
  type AttributeSyntax,
  type AttributeType,
  attributeKeywords,
  findAttributeTypeByKeyword,
  findAttributeTypeByOid,
} from './names/attribute-types.ts';
export {
  dogtagAttributeText,
  formatName,
  formatNameAttribute,
  formatRelativeDistinguishedName,
  hasForeignStringType,
} from './names/format-name.ts';
export * from './names/name.ts';
export { NameSyntaxError } from './names/name-syntax-error.ts';
export { encodeNameText, type ParseNameOptions, parseName } from './names/parse-name.ts';
export * from './signature-algorithm.ts';
export * from './subject-public-key-info.ts';
export * from './tbs-certificate.ts';
export { verifySignature } from './verify-signature.ts';
