// DER and, where old data needs it, BER: bytes to values and back.
export {
  type CharacterStringType,
  decodeCharacterStringContent,
  encodeCharacterString,
  encodeCharacterStringContent,
  findCharacterStringType,
  isIa5String,
  isPrintableString,
} from './character-string.ts';
export { DerError } from './der-error.ts';
export {
  encodeBitString,
  encodeBoolean,
  encodeConstructed,
  encodeElement,
  encodeEnumerated,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeIntegerContent,
  encodeIntegerHex,
  encodeNamedBits,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSet,
  encodeSetOf,
  encodeUnsignedInteger,
  headerLength,
  writeHeader,
} from './encode.ts';
export {
  decodeObjectIdentifierContent,
  encodeObjectIdentifierContent,
  isObjectIdentifier,
} from './object-identifier.ts';
export { type BitString, DerElement, DerReader, type DerReaderOptions, isOneElement, openDer } from './reader.ts';
export { constructedBit, contextConstructed, contextPrimitive, tags } from './tags.ts';
export {
  decodeGeneralizedTimeContent,
  decodeUtcTimeContent,
  encodeGeneralizedTime,
  encodeTime,
  encodeUtcTime,
  timeLength,
  writeTime,
} from './time.ts';
