// Certificates as browsers once took them in: DER of a media type of their own (Dogtag's CMSServlet.importCertToNav).
import { encodeCertificateChain } from '#codecs/pkcs';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import { findParameter, isChecked, type ServletCall } from './servlet-call.ts';

const userType = 'application/x-x509-user-cert';
const mailType = 'application/x-x509-email-cert';
/** What a client may call it. Dogtag takes any text; a type that browsers show would let a subject's name be a page of this host. */
const importTypes: ReadonlySet<string> = new Set([
  userType,
  mailType,
  'application/x-x509-ca-cert',
  'application/x-x509-server-cert',
  'application/pkix-cert',
  'application/pkcs7-mime',
  'application/x-pkcs7-certificates',
  'application/octet-stream',
]);

export function wantsImport(request: GatewayRequest): boolean {
  return isChecked(request, 'importCert');
}

export function importTypeOf(asked: string | null, usual: string): string {
  return asked !== null && importTypes.has(asked) ? asked : usual;
}

/** With the chain of the host authority, which comes last even when it is asked for itself; alone where `importCAChain` is there and not true. */
export async function answerForImport(
  { request, ra, settings }: ServletCall,
  certificateDer: Uint8Array,
): Promise<GatewayResponse> {
  const isAlone = findParameter(request, 'importCAChain') !== null && !isChecked(request, 'importCAChain');
  const usual = isChecked(request, 'emailCert') ? mailType : userType;
  const headers = { 'Content-Type': importTypeOf(findParameter(request, 'importCertMimeType'), usual) };
  if (isAlone) return { status: 200, headers, body: Buffer.from(certificateDer) };
  const { chainDer } = await ra.describeAuthority(null);
  const content = settings.release.chainContent;
  return {
    status: 200,
    headers,
    body: encodeCertificateChain([certificateDer, ...chainDer], { order: 'given', content }),
  };
}
