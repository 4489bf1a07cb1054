// What Dogtag's servlets answer: three dialects of XML, and pages with the same values.
export {
  type ArgsetSet,
  type ArgsetValue,
  decodeArgsetXml,
  encodeArgsetPage,
  encodeArgsetXml,
} from './argset.ts';
export { escapeHtml, page } from './page.ts';
export { escapeScriptText } from './script-text.ts';
export {
  decodeTemplateXml,
  encodeTemplatePage,
  encodeTemplateXml,
  type TemplateAnswer,
  type TemplateBlock,
  templatePagePieces,
  templateXmlPieces,
} from './template.ts';
export {
  decodeXmlResponse,
  encodeJsonResponse,
  encodeXmlDocument,
  encodeXmlResponse,
  type XmlResponseItem,
} from './xml-response.ts';
