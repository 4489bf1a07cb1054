// Takes keys of authorities out of a PKCS#12 file or an NSS database into the signer's folder.
import type { ApplianceSettings } from '#appliance/settings';
import type { AuthorityId } from '#ca-core/engine';
import { type ImportedKey, importNssKey, importPkcs12Key } from '#ca-core/signer';
import { decodeCertificate } from '#codecs/x509';
import { CommandFailure } from './failure.ts';
import { dataPaths, hostKeyId, type OpenRecord } from './wiring.ts';

export interface TakenKey {
  readonly authorityId: AuthorityId;
  readonly subject: string;
  readonly wasPresent: boolean;
}

/** Where keys are: the password of a PKCS#12 file stays in its file until the process that opens it reads it there. */
export type KeyPlace =
  | { readonly pkcs12File: string; readonly passwordFile: string }
  | {
      /** As NSS's tools take it. */
      readonly nssDatabase: string;
      readonly certificates: readonly { readonly nickname: string; readonly certificateDer: Uint8Array }[];
      readonly tokenPassword: string;
    };

interface WantedKey {
  readonly keyFolder: string;
  readonly keyId: string;
  readonly passphrase: null;
  readonly publicKeyDer: Uint8Array;
}

/**
 * Takes keys of authorities out of a PKCS#12 file, as `pk12util` writes it, or of Dogtag's NSS database itself: of that authority, or of every one
 * whose key is there. Doing it again changes nothing. Throws SignerError for a place that cannot be read, CommandFailure for an authority that is none.
 */
export async function takeAuthorityKeys(
  order: { readonly from: KeyPlace; readonly authorityId: string | null },
  settings: ApplianceSettings,
  { store }: Pick<OpenRecord, 'store'>,
): Promise<readonly TakenKey[]> {
  const all = await store.authorities.list();
  const wanted = order.authorityId === null ? all : all.filter(({ id }) => id === order.authorityId);
  if (wanted.length === 0)
    throw new CommandFailure(`there is no authority ${order.authorityId ?? ''}`, { nextStep: 'retag authority show' });
  const take = openKeyPlace(order.from);
  const taken: TakenKey[] = [];
  let refusal: unknown = null;
  for (const { id, subject, isHostAuthority, certificateDer } of wanted)
    try {
      const { wasPresent } = await take({
        keyFolder: dataPaths(settings).keys,
        keyId: isHostAuthority ? hostKeyId : id,
        passphrase: null,
        publicKeyDer: decodeCertificate(certificateDer, { rules: 'ber' }).subjectPublicKeyInfoDer,
      });
      taken.push({ authorityId: id, subject, wasPresent });
    } catch (error) {
      refusal = error;
    }
  if (taken.length === 0) throw refusal;
  return taken;
}

function openKeyPlace(place: KeyPlace): (wanted: WantedKey) => Promise<ImportedKey> {
  if ('pkcs12File' in place) {
    const { pkcs12File, passwordFile } = place;
    return (wanted) =>
      importPkcs12Key({ ...wanted, pkcs12File, pkcs12Password: { file: passwordFile }, friendlyName: null });
  }
  const { nssDatabase: database, certificates, tokenPassword } = place;
  return async (wanted) => {
    const found = certificates.find(({ certificateDer }) => hasKey(certificateDer, wanted.publicKeyDer));
    if (found === undefined)
      throw new CommandFailure(`${database} holds no certificate of any authority that is known here`, {
        nextStep: 'retag authority show',
      });
    return importNssKey({ ...wanted, database, nickname: found.nickname, tokenPassword });
  };
}

function hasKey(certificateDer: Uint8Array, publicKeyDer: Uint8Array): boolean {
  try {
    return decodeCertificate(certificateDer, { rules: 'ber' }).subjectPublicKeyInfoDer.equals(publicKeyDer);
  } catch {
    return false;
  }
}
