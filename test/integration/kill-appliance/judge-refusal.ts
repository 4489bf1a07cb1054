// What a client may be told when signer or database are gone: a server error in Dogtag's shape, so that it tries again later.
import type { Reply, Said } from '#test/conversation-client';

/** What is wrong with an answer that is no success; null when a client of Dogtag understands it. */
export function judgeRefusal({ target }: Pick<Said, 'target'>, { status, rawHeaders, text }: Reply): string | null {
  const told = `${status} ${text.slice(0, 300)}`;
  // Anything below 500 would be the client's fault, and the last word: certmonger and FreeIPA give up.
  if (status < 500) return `refused as if the client were wrong: ${told}`;
  const position = rawHeaders.findIndex((word, index) => index % 2 === 0 && word.toLowerCase() === 'content-type');
  const contentType = rawHeaders[position + 1] ?? '';
  return target.startsWith('/ca/rest/')
    ? judgeRestException(status, contentType, text, told)
    : judgeContainerPage(contentType, text, told);
}

function judgeRestException(status: number, contentType: string, text: string, told: string): string | null {
  if (!contentType.startsWith('application/json')) return `a REST error of type ${contentType}: ${told}`;
  try {
    const { ClassName, Code, Message } = JSON.parse(text) as Record<string, unknown>;
    const isWhole = typeof ClassName === 'string' && typeof Message === 'string' && Code === status;
    return isWhole && ClassName.startsWith('com.netscape.certsrv.base.') ? null : `not Dogtag's PKIException: ${told}`;
  } catch {
    return `no JSON: ${told}`;
  }
}

/** Servlets that fail leave the answer to Tomcat, which answers with a page. */
function judgeContainerPage(contentType: string, text: string, told: string): string | null {
  if (!contentType.startsWith('text/html')) return `a page of type ${contentType}: ${told}`;
  return /HTTP Status 50[03]/.test(text) ? null : `not Tomcat's error page: ${told}`;
}
