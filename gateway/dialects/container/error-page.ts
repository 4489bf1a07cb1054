// The error pages of Dogtag's servlet container (Tomcat's ErrorReportValve), which clients see where no application answers.
import { escapeHtml } from '#codecs/dogtag-servlets';
import type { GatewayResponse } from '../../routing/operation.ts';

type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 413 | 500 | 502 | 503;

const texts: Readonly<Record<ErrorStatus, readonly [reason: string, description: string]>> = {
  400: [
    'Bad Request',
    'The server cannot or will not process the request due to something that is perceived to be a client error ' +
      '(e.g., malformed request syntax, invalid request message framing, or deceptive request routing).',
  ],
  401: [
    'Unauthorized',
    'The request has not been applied to the target resource because it lacks valid authentication credentials for that resource.',
  ],
  403: ['Forbidden', 'The server understood the request but refuses to authorize it.'],
  404: [
    'Not Found',
    'The origin server did not find a current representation for the target resource or is not willing to disclose that one exists.',
  ],
  405: [
    'Method Not Allowed',
    'The method received in the request-line is known by the origin server but not supported by the target resource.',
  ],
  413: [
    'Payload Too Large',
    'The server is refusing to process a request because the request payload is larger than the server is willing or able to process.',
  ],
  500: [
    'Internal Server Error',
    'The server encountered an unexpected condition that prevented it from fulfilling the request.',
  ],
  502: [
    'Bad Gateway',
    'The server, while acting as a gateway or proxy, received an invalid response from an inbound server it accessed while ' +
      'attempting to fulfill the request.',
  ],
  503: [
    'Service Unavailable',
    'The server is currently unable to handle the request due to a temporary overload or scheduled maintenance, which will ' +
      'likely be alleviated after some delay.',
  ],
};

/** Tomcat before it took the words of RFC 9110 (9.0.68). */
const earlierDescriptions: Readonly<Partial<Record<ErrorStatus, string>>> = {
  401: 'The request has not been applied because it lacks valid authentication credentials for the target resource.',
};

function isEarlier(containerName: string): boolean {
  const [, major, minor, patch] = /Tomcat\/(\d+)\.(\d+)\.(\d+)/.exec(containerName) ?? [];
  return Number(major) < 9 || (major === '9' && minor === '0' && Number(patch) < 68);
}

const style =
  'body {font-family:Tahoma,Arial,sans-serif;} h1, h2, h3, b {color:white;background-color:#525D76;} h1 {font-size:22px;} ' +
  'h2 {font-size:16px;} h3 {font-size:14px;} p {font-size:12px;} a {color:black;} .line {height:1px;background-color:#525D76;border:none;}';

/**
 * A page without the exceptions and stack traces that Tomcat shows: those tell strangers about the inside. `message` may be anything;
 * `containerName` comes from our own settings.
 */
export function errorPage(status: ErrorStatus, containerName: string, message: string | null = null): GatewayResponse {
  const [reason, laterDescription] = texts[status];
  const description = isEarlier(containerName) ? (earlierDescriptions[status] ?? laterDescription) : laterDescription;
  const title = `HTTP Status ${status} – ${reason}`;
  const messageLine = message === null ? '' : `<p><b>Message</b> ${escapePageText(message)}</p>`;
  const body =
    `<!doctype html><html lang="en"><head><title>${title}</title><style type="text/css">${style}</style></head>` +
    `<body><h1>${title}</h1><hr class="line" /><p><b>Type</b> Status Report</p>${messageLine}` +
    `<p><b>Description</b> ${description}</p><hr class="line" /><h3>${containerName}</h3></body></html>`;
  return {
    status,
    headers: { 'Content-Type': 'text/html;charset=utf-8', 'Content-Language': 'en' },
    body: Buffer.from(body),
  };
}

/** As Tomcat's Escape.htmlElementContent. */
const escapePageText = (text: string) => escapeHtml(text, { '/': '&#47;' });
