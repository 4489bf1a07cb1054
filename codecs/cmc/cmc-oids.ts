// Object identifiers of CMC (RFC 5272 appendix A) and of the CMS messages that carry it (RFC 5652).

export const cmcContentTypes = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  pkiData: '1.3.6.1.5.5.7.12.2',
  pkiResponse: '1.3.6.1.5.5.7.12.3',
} as const;

/** Controls by the standard's names without their `id-cmc-`. */
export const cmcControls = {
  identification: '1.3.6.1.5.5.7.7.2',
  identityProof: '1.3.6.1.5.5.7.7.3',
  dataReturn: '1.3.6.1.5.5.7.7.4',
  transactionId: '1.3.6.1.5.5.7.7.5',
  senderNonce: '1.3.6.1.5.5.7.7.6',
  recipientNonce: '1.3.6.1.5.5.7.7.7',
  addExtensions: '1.3.6.1.5.5.7.7.8',
  encryptedPop: '1.3.6.1.5.5.7.7.9',
  decryptedPop: '1.3.6.1.5.5.7.7.10',
  lraPopWitness: '1.3.6.1.5.5.7.7.11',
  getCert: '1.3.6.1.5.5.7.7.15',
  revokeRequest: '1.3.6.1.5.5.7.7.17',
  regInfo: '1.3.6.1.5.5.7.7.18',
  responseInfo: '1.3.6.1.5.5.7.7.19',
  queryPending: '1.3.6.1.5.5.7.7.21',
  popLinkRandom: '1.3.6.1.5.5.7.7.22',
  confirmCertAcceptance: '1.3.6.1.5.5.7.7.24',
  statusInfoV2: '1.3.6.1.5.5.7.7.25',
  identityProofV2: '1.3.6.1.5.5.7.7.34',
} as const;
export type CmcControlName = keyof typeof cmcControls;
