// Takes keys of authorities out of a PKCS#12 file into the signer's folder.
import type { ApplianceSettings } from '#appliance/settings';
import type { AuthorityId } from '#ca-core/engine';
import { importPkcs12Key } from '#ca-core/signer';
import { decodeCertificate } from '#codecs/x509';
import { CommandFailure } from './failure.ts';
import { dataPaths, hostKeyId, type OpenRecord } from './wiring.ts';

export interface TakenKey {
  readonly authorityId: AuthorityId;
  readonly subject: string;
  readonly wasPresent: boolean;
}

/**
 * Takes keys of authorities out of a PKCS#12 file, as `pk12util` writes it from Dogtag's NSS database: of that one, or of every one whose key the
 * file holds. Doing it again changes nothing. Throws SignerError for a file that cannot be read, CommandFailure for an authority that is none.
 */
export async function takeAuthorityKeys(
  order: { readonly pkcs12File: string; readonly passwordFile: string; readonly authorityId: string | null },
  settings: ApplianceSettings,
  { store }: Pick<OpenRecord, 'store'>,
): Promise<readonly TakenKey[]> {
  const all = await store.authorities.list();
  const wanted = order.authorityId === null ? all : all.filter(({ id }) => id === order.authorityId);
  if (wanted.length === 0)
    throw new CommandFailure(`there is no authority ${order.authorityId ?? ''}`, { nextStep: 'retag authority show' });
  const taken: TakenKey[] = [];
  let refusal: unknown = null;
  for (const { id, subject, isHostAuthority, certificateDer } of wanted)
    try {
      const { wasPresent } = await importPkcs12Key({
        keyFolder: dataPaths(settings).keys,
        keyId: isHostAuthority ? hostKeyId : id,
        passphrase: null,
        pkcs12File: order.pkcs12File,
        pkcs12Password: { file: order.passwordFile },
        friendlyName: null,
        publicKeyDer: decodeCertificate(certificateDer, { rules: 'ber' }).subjectPublicKeyInfoDer,
      });
      taken.push({ authorityId: id, subject, wasPresent });
    } catch (error) {
      refusal = error;
    }
  if (taken.length === 0) throw refusal;
  return taken;
}
