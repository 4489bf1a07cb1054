// Names that Dogtag writes into a profile for its inputs and outputs when it makes them of a body (conf/registry.cfg).

const inputNames: Readonly<Record<string, string>> = {
  certReqInputImpl: 'Certificate Request Input',
  cmcCertReqInputImpl: 'CMC Certificate Request Input',
  dualKeyGenInputImpl: 'Dual Key Generation Input',
  encKeyGenInputImpl: 'Encryption Key Generation Input',
  fileSigningInputImpl: 'File Signing Input',
  genericInputImpl: 'Generic Input',
  imageInputImpl: 'Image Input',
  keyGenInputImpl: 'Key Generation Input',
  nsHKeyCertReqInputImpl: 'nsHKeyCertReqInputImpl',
  nsNKeyCertReqInputImpl: 'nsNKeyCertReqInputImpl',
  serialNumRenewInputImpl: 'Certificate Renewal Request Serial Number Input',
  serverKeygenInputImpl: 'Server-Side Keygen Input',
  signKeyGenInputImpl: 'Encryption Key Generation Input',
  subjectAltNameExtInputImpl: 'SAN Input',
  subjectDNInputImpl: 'Subject DN Input',
  subjectNameInputImpl: 'Subject Name Input',
  submitterInfoInputImpl: 'Submitter Information Input',
};

const outputNames: Readonly<Record<string, string>> = {
  certOutputImpl: 'Certificate Output',
  cmmfOutputImpl: 'CMMF Response Output',
  nsNKeyOutputImpl: 'nsNKeyOutputImpl',
  pkcs12OutputImpl: 'PKCS12 Output',
  pkcs7OutputImpl: 'PKCS7 Output',
};

/** Null for a class that Dogtag does not have. */
export function findPluginName(kind: 'input' | 'output', classId: string): string | null {
  const names = kind === 'input' ? inputNames : outputNames;
  return Object.hasOwn(names, classId) ? (names[classId] ?? null) : null;
}
