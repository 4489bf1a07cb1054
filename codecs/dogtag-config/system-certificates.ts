// Certificates by which a Dogtag CA itself lives, as CS.cfg names them: what for, under which nickname and in which token.
import type { ProfileSection } from '#codecs/dogtag-profile';

export interface SystemCertificate {
  /** Dogtag's id, such as `ocsp_signing`. */
  readonly id: string;
  readonly purpose: string;
  /** Without the token's name. */
  readonly nickname: string | null;
  /** Null is NSS's own token, in files; else the name of a hardware token. */
  readonly token: string | null;
  /** CKA_ID of its key in hexadecimal, where the installation has left it there. */
  readonly keyId: string | null;
  /** As it stands in CS.cfg, which since 11.x it no longer does. */
  readonly certificateDer: Uint8Array | null;
}

const purposes: Readonly<Record<string, string>> = {
  signing: 'CA signing',
  ocsp_signing: 'OCSP signing',
  sslserver: 'TLS server',
  subsystem: 'subsystem',
  audit_signing: 'audit log signing',
  transport: 'KRA transport',
  storage: 'KRA storage',
};

/** Names that mean NSS's own token (CryptoUtil.isInternalToken). */
function isInternalToken(name: string): boolean {
  return name === '' || /^(?:internal|Internal Key Storage Token)$/i.test(name);
}

export function readSystemCertificates(configuration: ProfileSection): readonly SystemCertificate[] {
  const listed = configuration.list('ca.cert.list').map((id) => id.trim());
  const ids = listed.length > 0 ? listed : ['signing', 'ocsp_signing', 'sslserver', 'subsystem', 'audit_signing'];
  return [...new Set(ids)].flatMap((id) => {
    const read = (key: string) => configuration.findText(key) || null;
    const nickname = read(`ca.${id}.nickname`) ?? read(`ca.${id}.certnickname`) ?? read(`ca.cert.${id}.nickname`);
    if (nickname === null) return [];
    const token = read(`ca.${id}.tokenname`) ?? '';
    const isInternal = isInternalToken(token);
    // Dogtag writes nicknames with and without the token before them.
    const plain = !isInternal && nickname.startsWith(`${token}:`) ? nickname.slice(token.length + 1) : nickname;
    return [
      {
        id,
        purpose: Object.hasOwn(purposes, id) ? (purposes[id] ?? id) : id,
        nickname: plain,
        token: isInternal ? null : token,
        keyId: keyIdOf(read(`ca.${id}.privkey.id`) ?? read(`preop.cert.${id}.privkey.id`)),
        certificateDer: certificateOf(read(`ca.${id}.cert`)),
      },
    ];
  });
}

function keyIdOf(text: string | null): string | null {
  const digits = text?.replace(/^-?0x/i, '') ?? '';
  return /^[0-9a-f]+$/i.test(digits) ? digits.toLowerCase() : null;
}

/** Base64 in one line, or as an older release wrote it, with the armor left away but the blanks not. */
function certificateOf(text: string | null): Uint8Array | null {
  const base64 = text?.replace(/\s+/g, '') ?? '';
  return base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? null : Buffer.from(base64, 'base64');
}
