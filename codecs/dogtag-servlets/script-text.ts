// Text inside the scripts of Dogtag's pages: escaped for HTML first and for a script second (commons-lang escapeHtml4, escapeEcmaScript).

const latin1Names =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil ' +
  'sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute ' +
  'Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc ' +
  'atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide ' +
  'oslash ugrave uacute ucirc uuml yacute thorn yuml';
const latin1Entities = latin1Names.split(' ');
const htmlEntities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const scriptEscapes: Readonly<Record<string, string>> = {
  "'": "\\'",
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
};

/** Safe between double quotes in a script and, because markup is escaped too, when a page writes it into itself. */
export function escapeScriptText(text: string): string {
  return text
    .replaceAll(/[&<>"\u00a0-\u00ff]/g, (character) => {
      const entity = latin1Entities[character.charCodeAt(0) - 0xa0];
      return htmlEntities[character] ?? (entity === undefined ? character : `&${entity};`);
    })
    .replaceAll(/[^\u0020-\u007f]|['"\\/]/g, (character) => {
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      return scriptEscapes[character] ?? `\\u${code}`;
    });
}
