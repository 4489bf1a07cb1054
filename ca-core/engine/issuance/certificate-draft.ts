// Agreed content of a certificate before it becomes a TBSCertificate: what defaults fill in and constraints judge.

/** RFC 5280 section 4.1.2.9; `valueDer` is the content of extnValue, still DER. Order in the draft is order in the certificate. */
export interface DraftExtension {
  oid: string;
  critical: boolean;
  valueDer: Uint8Array;
}

/** Mutable on purpose: defaults run one after another and each sees what the earlier ones left. Absent parts are null until filled. */
export interface CertificateDraft {
  /** DER value of `version`: 2 is X.509 version 3. */
  version: number;
  /** DER of the Name, exactly as it will stand in the certificate. */
  subjectDer: Uint8Array | null;
  /** DER of the issuing authority's subject Name. */
  issuerDer: Uint8Array;
  subjectPublicKeyInfoDer: Uint8Array | null;
  /** Whole seconds. */
  notBefore: Date | null;
  notAfter: Date | null;
  /** Name in the profile language, such as `SHA256withRSA`; codecs/x509 maps it to an AlgorithmIdentifier. */
  signatureAlgorithm: string | null;
  extensions: DraftExtension[];
}
