// Base64 of binary facts in imported requests and in the profile language.

const base64Form = /^[A-Za-z0-9+/]*={0,2}$/;

/** Bytes of base64 text with or without line breaks; null when it is anything else. */
export function decodeBase64Text(text: string): Buffer | null {
  const joined = text.replace(/[\r\n\t ]+/g, '');
  if (!base64Form.test(joined)) return null;
  return Buffer.from(joined, 'base64');
}
