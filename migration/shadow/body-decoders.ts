// Bodies that are neither JSON nor XML: OCSP responses, CRLs, certificates and chains, reduced to what they say.
import { cmcControls, decodeCmcResponse, type TaggedAttribute } from '#codecs/cmc';
import { DerError } from '#codecs/der';
import { decodeOcspResponse } from '#codecs/ocsp';
import { decodeCertificateChain } from '#codecs/pkcs';
import { decodeCertificateList, findExtensionName, formatName, formatSignatureAlgorithm } from '#codecs/x509';
import type { Tree } from './compare-trees.ts';
import type { BodyDecoders } from './decode-answer.ts';

export const bodyDecoders: BodyDecoders = {
  'application/ocsp-response': decodeOcsp,
  'application/pkix-crl': decodeCrl,
  'application/x-pkcs7-crl': decodeCrl,
  // Dogtag's getCRL; what is no CRL is compared as bytes.
  'application/octet-stream': decodeCrl,
  'application/pkix-cert': decodeBytes,
  'application/pkcs7-mime': decodeCmc,
};

function decodeOcsp(body: Buffer): Tree {
  const { status, basic } = decodeOcspResponse(body);
  if (basic === null) return { status };
  const { responderId } = basic;
  return {
    status,
    responder: responderId.kind === 'byName' ? formatName(responderId.nameDer) : { keyHash: hex(responderId.keyHash) },
    producedAt: basic.producedAt.toISOString(),
    signatureAlgorithm: formatSignatureAlgorithm(basic.signatureAlgorithmDer),
    certificates: basic.certificatesDer.map(hex),
    extensions: extensionsTree(basic.extensions),
    responses: basic.responses.map(({ certId, status: certStatus, thisUpdate, nextUpdate }) => ({
      serialNumber: String(certId.serialNumber),
      issuerKeyHash: hex(certId.issuerKeyHash),
      certStatus:
        certStatus.kind === 'revoked'
          ? { revocationTime: certStatus.revocationTime.toISOString(), reasonCode: certStatus.reasonCode }
          : certStatus.kind,
      thisUpdate: thisUpdate.toISOString(),
      nextUpdate: nextUpdate?.toISOString() ?? null,
    })),
  };
}

/** Entries are compared as a set: RFC 5280 gives their order no meaning. */
function decodeCrl(body: Buffer): Tree {
  const crl = decodeCertificateList(body);
  const entries: Record<string, Tree> = {};
  for (const { serialNumber, revocationDate, reasonCode, invalidityDate } of crl.revokedCertificates())
    entries[String(serialNumber)] = {
      revocationDate: revocationDate.toISOString(),
      reasonCode,
      invalidityDate: invalidityDate?.toISOString() ?? null,
    };
  return {
    issuer: formatName(crl.issuerDer),
    version: crl.version,
    thisUpdate: crl.thisUpdate.toISOString(),
    nextUpdate: crl.nextUpdate?.toISOString() ?? null,
    signatureAlgorithm: formatSignatureAlgorithm(crl.signatureAlgorithmDer),
    extensions: extensionsTree(crl.extensions),
    revokedCertificates: entries,
  };
}

/** A CMC response, full or simple, or a bare chain. Signatures differ, and so do nonces and challenges: their length is all that can be compared. */
function decodeCmc(body: Buffer): Tree {
  const certificates = decodeCertificateChain(body).map(hex);
  try {
    const { controls, signerInfos } = decodeCmcResponse(body);
    if (controls === null) return { certificates };
    const signers = signerInfos.map((signer) => `${signer.digestAlgorithmOid} ${signer.signatureAlgorithmOid}`);
    return { certificates, controls: controls.map(controlTree), signers };
  } catch (error) {
    if (error instanceof DerError) return { certificates };
    throw error;
  }
}

const freshControls: ReadonlySet<string> = new Set([cmcControls.senderNonce, cmcControls.encryptedPop]);

function controlTree({ bodyPartId, oid, valuesDer }: TaggedAttribute): Tree {
  const name = Object.entries(cmcControls).find(([, known]) => known === oid)?.[0] ?? oid;
  const values = valuesDer.map((der) => (freshControls.has(oid) ? `${der.length} octets` : hex(der)));
  return { bodyPartId: String(bodyPartId), name, values };
}

function decodeBytes(body: Buffer): Tree {
  return { der: hex(body) };
}

function extensionsTree(
  extensions: readonly { readonly oid: string; readonly critical: boolean; readonly valueDer: Uint8Array }[],
): Tree {
  return Object.fromEntries(
    extensions.map(({ oid, critical, valueDer }) => [
      findExtensionName(oid) ?? oid,
      { critical, value: hex(valueDer) },
    ]),
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
