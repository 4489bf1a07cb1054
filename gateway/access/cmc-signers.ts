// Whose certificate a CMC message says that it was signed with: the same directory decides as for certificates of connections.
import { X509Certificate } from 'node:crypto';
import { decodeContentInfo } from '#codecs/cmc';
import { DerError } from '#codecs/der';
import { decodeCertificate } from '#codecs/x509';
import { type Clock, silentLog } from '#platform';
import type { CmcSigner, RaClient } from '../contract.ts';
import type { ClientCertificate } from '../listeners/client-identity.ts';
import { AgentDirectory } from './agent-directory.ts';

/** Deciding about requests, which is what an agent's signature stands for (Dogtag's `authorize` in ProfileSubmitCMCServlet). */
const decision = { resource: 'certServer.ca.certrequests', operation: 'execute' };

/** Finds the user; that the message was signed with the certificate's key is for the authority to verify. */
export class CmcSigners {
  readonly #clock: Clock;
  readonly #directories = new WeakMap<RaClient, AgentDirectory>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Null for a message that cannot be read, or is signed by nobody whom the directory knows. */
  async find(requestDer: Uint8Array, ra: RaClient, remoteAddress: string): Promise<CmcSigner | null> {
    const certificate = signerCertificateOf(requestDer);
    if (certificate === null) return null;
    const directory = this.#directories.get(ra) ?? new AgentDirectory({ ra, clock: this.#clock, log: silentLog });
    this.#directories.set(ra, directory);
    const user = await directory.findUserByCertificate(certificate);
    if (user === null) return null;
    const { rules } = await directory.view();
    const { userId, groups } = user;
    return { userId, groups, mayDecide: rules.allows(decision, { userId, groups, remoteAddress }) };
  }
}

function signerCertificateOf(requestDer: Uint8Array): ClientCertificate | null {
  try {
    const message = decodeContentInfo(requestDer);
    if (message.kind !== 'signed') return null;
    const identifier = message.signerInfos[0]?.identifier;
    if (identifier?.kind !== 'issuer-and-serial-number') return null;
    const der = message.certificatesDer?.find((candidate) => {
      const { issuerDer, serialNumber } = decodeCertificate(candidate, { rules: 'ber' });
      return serialNumber === identifier.serialNumber && issuerDer.equals(identifier.issuerDer);
    });
    return der === undefined ? null : describe(der);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

function describe(der: Buffer): ClientCertificate | null {
  try {
    const certificate = new X509Certificate(der);
    const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
    const { validFromDate: notBefore, validToDate: notAfter } = certificate;
    return { der, pem: certificate.toString(), fingerprint, notBefore, notAfter };
  } catch {
    // What OpenSSL cannot read, no connection could have shown either.
    return null;
  }
}
