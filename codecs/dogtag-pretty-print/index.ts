// Certificates and CRLs as text for people, exactly as Dogtag prints them: clients show it, compare it and cut pieces out of it.
export { formatCertificate } from './certificate-text.ts';
export { type CrlEntriesForm, cachedCrlTextPieces, crlTextPieces, type PrintedEntries } from './crl-text.ts';
export { formatFingerprints } from './fingerprints.ts';
export type { PrintStyle } from './print-style.ts';
