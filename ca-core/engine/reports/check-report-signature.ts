// Whether a signature that lies beside a report is one over exactly its octets, and whose. Needs neither record nor signer.
import { decodeContentInfo } from '#codecs/cmc';
import { type Certificate, decodeCertificate } from '#codecs/x509';
import { findSignerCertificate } from '../cmc/cmc-signer.ts';
import { isSignatureOf } from '../cmc/verify-signer-info.ts';

export type ReportSignature =
  /** Made with the key of this certificate; whether that is to be believed is for the caller to judge. */
  { readonly isGood: true; readonly certificate: Certificate } | { readonly isGood: false; readonly problem: string };

/** `signatureDer` is a ContentInfo of RFC 5652 without content. Never throws. */
export function checkReportSignature(content: Uint8Array, signatureDer: Uint8Array): ReportSignature {
  const bad = (problem: string): ReportSignature => ({ isGood: false, problem });
  try {
    const message = decodeContentInfo(signatureDer);
    if (message.kind !== 'signed') return bad('the signature file holds no CMS signature');
    if (message.content !== null) return bad('the signature file holds a content of its own');
    const [signerInfo] = message.signerInfos;
    const certificate = findSignerCertificate(message);
    if (message.signerInfos.length !== 1 || signerInfo === undefined || certificate === null)
      return bad('the signature file does not hold one signature with its certificate');
    const attached = { ...message, content: Buffer.from(content) };
    if (!isSignatureOf(certificate.subjectPublicKeyInfoDer, signerInfo, attached))
      return bad('the signature is not one over this report: one of the two was changed');
    return { isGood: true, certificate: decodeCertificate(certificate.der) };
  } catch (error) {
    return bad(`the signature file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
