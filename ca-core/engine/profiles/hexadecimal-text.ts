// Bytes as agents see them: upper-case pairs with colons, 16 to a line, lines ended by a backslash and an n (EnrollDefault.toHexString).

export function formatHexadecimal(bytes: Uint8Array): string {
  const pairs = Array.from(bytes, (octet) => octet.toString(16).toUpperCase().padStart(2, '0'));
  let text = '';
  for (let at = 0; at < pairs.length; at += 16) {
    const isLast = at + 16 >= pairs.length;
    text += `${pairs.slice(at, at + 16).join(':')}${isLast ? '' : ':'}\\n`;
  }
  return text;
}
