// Reads an XML document into a tree. There is no document type here at all, so neither entities nor external files can be named (XML
// bombs, XXE); what XML 1.0 calls not well-formed is refused, which is why saxes does the reading (docs/decisions/0115).
import { SaxesParser } from 'saxes';

export class XmlError extends Error {
  /** Offset in the text, in UTF-16 units. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = 'XmlError';
    this.offset = offset;
  }
}

export interface XmlLimits {
  /** Deepest nesting of elements. */
  readonly depthMax: number;
  /** Most elements and attributes together. */
  readonly nodesMax: number;
}

export interface XmlElement {
  /** As written, with its prefix if it has one. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, joined; line ends are line feeds as XML demands. */
  readonly text: string;
}

const defaultLimits: XmlLimits = { depthMax: 40, nodesMax: 100_000 };

interface OpenElement {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Takes the document as UTF-8 octets. Throws XmlError for anything that is not one well-formed element within the limits. */
export function readXml(bytes: Uint8Array, limits: XmlLimits = defaultLimits): XmlElement {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new XmlError('document is not UTF-8', 0);
  }
  return readTree(text, limits);
}

/** The first child with this name, or null. */
export function findXmlChild(element: XmlElement, name: string): XmlElement | null {
  return element.children.find((child) => child.name === name) ?? null;
}

/** All children with this name, in order. */
export function xmlChildren(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function readTree(text: string, { depthMax, nodesMax }: XmlLimits): XmlElement {
  const parser = new SaxesParser({ xmlns: false });
  const fault = (message: string) => new XmlError(message, parser.position);
  const open: OpenElement[] = [];
  let root: XmlElement | null = null;
  let nodes = 0;
  const count = () => {
    nodes += 1;
    if (nodes > nodesMax) throw fault(`more than ${nodesMax} elements and attributes`);
  };
  const addText = (more: string) => {
    const element = open.at(-1);
    // Around the root there is only white space; anything else is an error of its own.
    if (element !== undefined) element.text += more;
  };
  parser.on('error', ({ message }) => {
    throw fault(message.replace(/^\d+:\d+: /, ''));
  });
  parser.on('doctype', () => {
    throw fault('document types are not accepted');
  });
  parser.on('xmldecl', ({ encoding, version }) => {
    // Only UTF-8 is read here, so that with another encoding every character beyond ASCII would be misread; and XML 1.1 allows what 1.0 refuses.
    if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding)) throw fault('encoding other than UTF-8');
    if (version !== '1.0') throw fault('version other than 1.0');
  });
  // Before the attributes are read: neither depth nor a heap of attributes gets far.
  parser.on('opentagstart', ({ name }) => {
    if (open.length >= depthMax) throw fault(`elements are nested deeper than ${depthMax}`);
    count();
    const element: OpenElement = { name, attributes: new Map(), children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('attribute', ({ name, value }) => {
    count();
    open.at(-1)?.attributes.set(name, value);
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  if (root === null) throw fault('there is no element');
  return root;
}
