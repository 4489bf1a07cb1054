// The bits of keyUsage in their order: value and parameter name, label in texts, description in forms, wording of a refusal.

export interface KeyUsageValue {
  readonly name: string;
  readonly label: string;
  readonly description: string;
}

export const keyUsageValues: readonly KeyUsageValue[] = [
  { name: 'keyUsageDigitalSignature', label: 'Digital Signature', description: 'Digital Signature' },
  { name: 'keyUsageNonRepudiation', label: 'Non-Repudiation', description: 'Non-Repudiation' },
  { name: 'keyUsageKeyEncipherment', label: 'Key Encipherment', description: 'Key Encipherment' },
  { name: 'keyUsageDataEncipherment', label: 'Data Encipherment', description: 'Data Encipherment' },
  { name: 'keyUsageKeyAgreement', label: 'Key Agreement', description: 'Key Agreement' },
  { name: 'keyUsageKeyCertSign', label: 'Key Certificate Sign', description: 'Key CertSign' },
  { name: 'keyUsageCrlSign', label: 'Key CRL Sign', description: 'CRL Sign' },
  { name: 'keyUsageEncipherOnly', label: 'Encipher Only', description: 'Encipher Only' },
  { name: 'keyUsageDecipherOnly', label: 'Decipher Only', description: 'Decipher Only' },
];
