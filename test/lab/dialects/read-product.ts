// What the lab's Dogtag tells of itself besides its record.
import type { ProductDescription } from '#gateway';
import type { LabDogtag } from '../profiles/lab-dogtag.ts';

export async function readProduct(dogtag: LabDogtag): Promise<Partial<ProductDescription>> {
  const read = async (target: string) => (await dogtag.send('GET', target, null)).text;
  const archival = JSON.parse(await read('/ca/rest/info'));
  return {
    applications: JSON.parse(await read('/pki/rest/apps')),
    subsystemCertificateBase64: /<Cert>([^<]+)/.exec(await read('/ca/admin/ca/getSubsystemCert'))?.[1] ?? '',
    keyArchival: {
      mechanism: archival.ArchivalMechanism,
      encryptAlgorithm: archival.EncryptAlgorithm,
      wrapAlgorithm: archival.WrapAlgorithm,
      transportCertificatePem: JSON.parse(await read('/ca/rest/config/cert/transport')).Encoded,
    },
  };
}
