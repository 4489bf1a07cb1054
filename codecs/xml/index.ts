// XML as Dogtag's clients write it and its servers print it: a strict reader without document types, and the two printers' escapes.

export { escapeXmlAttribute, escapeXmlText } from './escape-xml.ts';
export { findXmlChild, readXml, type XmlElement, XmlError, xmlChildren } from './read-xml.ts';
