// The dialect of profileSubmit and of the servlets of installation: <XMLResponse> with elements in the order in which they were added.
import { escapeXmlText, readXml, type XmlElement, XmlError } from '#codecs/xml';

/** A name with text, or with elements inside. */
export type XmlResponseItem = readonly [string, string | readonly XmlResponseItem[]];

export function encodeXmlResponse(items: readonly XmlResponseItem[]): string {
  return encodeXmlDocument(['XMLResponse', items]);
}

/** The same with another root. */
export function encodeXmlDocument(root: XmlResponseItem): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="no"?>${encodeItem(root)}`;
}

/** The same as indented JSON, as the servlets of 11.x write it. Two items of one name would be one member. */
export function encodeJsonResponse(items: readonly XmlResponseItem[]): string {
  return JSON.stringify({ Response: membersOf(items) }, null, 2).replaceAll(/^( *"(?:[^"\\]|\\.)*"):/gm, '$1 :');
}

function membersOf(items: readonly XmlResponseItem[]): Record<string, unknown> {
  return Object.fromEntries(
    items.map(([name, content]) => [name, typeof content === 'string' ? content : membersOf(content)]),
  );
}

/** Throws XmlError. */
export function decodeXmlResponse(bytes: Uint8Array): readonly XmlResponseItem[] {
  const root = readXml(bytes);
  if (root.name !== 'XMLResponse') throw new XmlError('root is not XMLResponse', 0);
  return root.children.map(decodeItem);
}

function encodeItem([name, content]: XmlResponseItem): string {
  const inside = typeof content === 'string' ? escapeXmlText(content) : content.map(encodeItem).join('');
  return inside === '' ? `<${name}/>` : `<${name}>${inside}</${name}>`;
}

function decodeItem(source: XmlElement): XmlResponseItem {
  return [source.name, source.children.length > 0 ? source.children.map(decodeItem) : source.text];
}
