// Escapes of text in XML that is written by hand, as the two Java printers behind Dogtag's answers make them.

const textSpecial = /[^\t\n\u0020-\u0025\u0027-\u003b=\u003f-\u007e\u00a0-\u2027\u2029-\ud7ff\ue000-\ufffd]/;
const attributeSpecial =
  /[^\u0020\u0021\u0023-\u0025\u0027-\u003b=\u003f-\u007e\u00a0-\u2027\u2029-\ud7ff\ue000-\ufffd]/;

/**
 * Text of an element. A carriage return becomes `&#13;` (a reader would otherwise drop it, and Dogtag's base64 is full of them); what XML
 * 1.0 cannot carry at all becomes U+FFFD, because one such character would make the whole answer unreadable.
 */
export function escapeXmlText(text: string): string {
  return textSpecial.test(text) ? escapeAll(text, false) : text;
}

/** Value of an attribute in double quotes. */
export function escapeXmlAttribute(text: string): string {
  return attributeSpecial.test(text) ? escapeAll(text, true) : text;
}

function escapeAll(text: string, inAttribute: boolean): string {
  let escaped = '';
  for (const character of text) escaped += escapeCharacter(character, inAttribute);
  return escaped;
}

function escapeCharacter(character: string, inAttribute: boolean): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '\r':
      return '&#13;';
    case '"':
      return inAttribute ? '&quot;' : character;
    case '\n':
    case '\t':
      return inAttribute ? `&#${character.charCodeAt(0)};` : character;
    default:
      return escapeRare(character);
  }
}

function escapeRare(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff) return '\ufffd';
  if ((code >= 0x7f && code <= 0x9f) || code === 0x2028) return `&#${code};`;
  return character;
}
