// What an instance's configuration says, as facts for people and findings; never a password, only what passwords there are.
import {
  type CaConfiguration,
  describeNumbers,
  describeSchedule,
  listPasswordNames,
  type SystemCertificate,
} from '#codecs/dogtag-config';
import { ProfileSection } from '#codecs/dogtag-profile';
import { decodeCertificate, formatName } from '#codecs/x509';
import { describeNssDatabase, type NssDatabase } from '../nss-database/nss-database.ts';
import type { SourceFinding } from '../records.ts';

/** A key that stays where it is, by which words a PKCS#11 signer finds it. */
export interface KeyReference {
  readonly purpose: string;
  readonly token: string;
  /** CKA_LABEL. */
  readonly label: string;
  /** CKA_ID in hexadecimal, where it is known. */
  readonly id: string | null;
  /** Serial number and SubjectPublicKeyInfo of its certificate, where that is known. */
  readonly certificateSerial: bigint | null;
  readonly publicKeyDer: Uint8Array | null;
  /** PKCS#11 libraries that are set up beside the NSS database. */
  readonly libraries: readonly string[];
}

export interface InstanceFacts {
  readonly configuration: CaConfiguration;
  readonly nss: NssDatabase | null;
  readonly passwordText: string | null;
  readonly registryText: string | null;
  readonly now: Date;
  /** Where findings say that they are from. */
  readonly entry: string;
}

const soonMs = 30 * 24 * 3600 * 1000;

export function describeInstance(facts: InstanceFacts): readonly string[] {
  const { configuration, nss, passwordText } = facts;
  const { version, instance, hostName, directory, certificates, crlPoints, numbers, profiles, audit } = configuration;
  const remarks = [
    `CS.cfg: Dogtag ${version ?? 'of an unknown release'}, instance ${instance ?? 'without a name'} on ${hostName ?? 'an unknown host'}`,
    directory === null
      ? 'CS.cfg names no directory'
      : `its directory: ${directory.url}/${directory.base}, ${directory.authentication === 'password' ? `as ${directory.bindDn ?? 'nobody'} with the password ${JSON.stringify(directory.passwordName)}` : `with the certificate ${JSON.stringify(directory.certificateNickname)}`}`,
    ...certificates.map((one) => describeCertificate(one, nss)),
    ...crlPoints.map(
      (point) =>
        `CRL ${point.id}: ${describeSchedule(point)}, signed with ${point.signatureAlgorithm ?? "the CA's own algorithm"}${point.includesExpired ? ', with expired certificates' : ''}${point.onlyAuthorities ? ', of CA certificates only' : ''}`,
    ),
    describeNumbers(numbers),
    profiles.place === 'directory'
      ? 'profiles are in the directory'
      : `profiles are in files, ${profiles.listed.length} of them`,
    audit.isEnabled
      ? `audit log ${audit.file ?? 'without a file'}: ${audit.isSigned ? `signed with ${audit.certificateNickname ?? 'a key without a name'}` : 'not signed'}, ${audit.events.length} kinds of events`
      : 'the audit log is switched off',
    `agents ${configuration.usesNonces ? 'must give back nonces' : 'need no nonces'} (setting "nonces")`,
  ];
  if (configuration.kraConnector !== null)
    remarks.push(
      `keys are archived at the KRA ${configuration.kraConnector.host}:${configuration.kraConnector.port ?? ''}`,
    );
  if (configuration.publishesCrls) remarks.push('it publishes CRLs and certificates (ca.publish), which stays behind');
  if (configuration.issuesToScep) remarks.push('it answers SCEP (ca.scep), which stays behind');
  if (configuration.securityDomain !== null)
    remarks.push(
      `security domain ${configuration.securityDomain.name} at ${configuration.securityDomain.host ?? 'an unknown host'}`,
    );
  remarks.push(
    passwordText === null
      ? `there is no password.conf (${configuration.passwordSource ?? 'no class'} provides passwords)`
      : `password.conf has passwords, which are not shown, for: ${listPasswordNames(passwordText).join(', ')}`,
  );
  return nss === null ? remarks : [...remarks, ...describeNssDatabase(nss)];
}

function describeCertificate(
  { purpose, nickname, token, certificateDer }: SystemCertificate,
  nss: NssDatabase | null,
): string {
  const der = certificateDer ?? newestOf(nickname, nss);
  const place = token === null ? 'NSS database' : `token ${token}`;
  const head = `${purpose}: ${nickname ?? 'without a nickname'} (${place})`;
  const certificate = der === null ? null : decodeQuietly(der);
  if (certificate === null) return `${head}, its certificate is not here`;
  return `${head}, ${formatName(certificate.subjectDer)}, number ${certificate.serialNumber}, until ${certificate.notAfter.toISOString().slice(0, 10)}`;
}

export function judgeInstance({
  configuration,
  nss,
  registryText,
  now,
  entry,
}: InstanceFacts): readonly SourceFinding[] {
  const findings: SourceFinding[] = [];
  const note = (kind: string, message: string) => findings.push({ kind, verdict: 'accepted', message, entry });
  for (const { purpose, nickname, certificateDer, token, keyId } of configuration.certificates) {
    const der = certificateDer ?? newestOf(nickname, nss);
    const notAfter = der === null ? null : (decodeQuietly(der)?.notAfter ?? null);
    const left = notAfter === null ? null : notAfter.getTime() - now.getTime();
    if (left !== null && left < 0)
      note('system-certificate-expired', `${purpose} (${nickname}) expired on ${notAfter?.toISOString()}`);
    else if (left !== null && left < soonMs)
      note('system-certificate-expires-soon', `${purpose} (${nickname}) expires on ${notAfter?.toISOString()}`);
    const inNss = nss?.certificates.filter((one) => one.nickname === nickname) ?? [];
    if (
      certificateDer !== null &&
      inNss.length > 0 &&
      !inNss.some((one) => Buffer.from(one.certificateDer).equals(certificateDer))
    )
      note(
        'system-certificate-differs',
        `${purpose}: the certificate in CS.cfg is not the one of ${JSON.stringify(nickname)} in the NSS database; was only one of them renewed?`,
      );
    if (token !== null)
      note(
        'key-in-hardware',
        `${purpose}: its key is in token ${JSON.stringify(token)}, label ${JSON.stringify(nickname)}${keyId === null ? '' : `, id ${keyId}`}; it stays there and is taken over by reference`,
      );
  }
  for (const { key, value } of registryText === null ? [] : foreignClasses(registryText))
    note(
      'foreign-plugin-class',
      `registry.cfg: ${key} is ${value}, which is none of Dogtag's own; profiles that use it cannot run here`,
    );
  return findings;
}

export function keyReferencesOf({ configuration, nss }: InstanceFacts): readonly KeyReference[] {
  return configuration.certificates.flatMap(({ purpose, nickname, token, keyId, certificateDer }): KeyReference[] => {
    if (token === null || nickname === null) return [];
    const der = certificateDer ?? newestOf(nickname, nss) ?? newestOf(`${token}:${nickname}`, nss);
    const certificate = der === null ? null : decodeQuietly(der);
    return [
      {
        purpose,
        token,
        label: nickname,
        id: keyId,
        certificateSerial: certificate?.serialNumber ?? null,
        publicKeyDer: certificate?.subjectPublicKeyInfoDer ?? null,
        libraries: (nss?.modules ?? []).map(({ library }) => library),
      },
    ];
  });
}

/** The newest certificate under a nickname of the NSS database; null when there is none. */
export function newestOf(nickname: string | null, nss: NssDatabase | null): Uint8Array | null {
  const found = (nss?.certificates ?? [])
    .filter((one) => one.nickname === nickname)
    .map(({ certificateDer }) => ({
      certificateDer,
      notBefore: decodeQuietly(certificateDer)?.notBefore.getTime() ?? 0,
    }))
    .sort((a, b) => b.notBefore - a.notBefore);
  return found[0]?.certificateDer ?? null;
}

function foreignClasses(registryText: string): readonly { readonly key: string; readonly value: string }[] {
  try {
    return ProfileSection.parse(registryText)
      .entries()
      .filter(
        ({ key, value }) =>
          key.endsWith('.class') && !/^(?:com\.netscape|org\.dogtagpki|com\.redhat)\./.test(value.trim()),
      );
  } catch {
    return [];
  }
}

function decodeQuietly(certificateDer: Uint8Array) {
  try {
    return decodeCertificate(certificateDer, { rules: 'ber' });
  } catch {
    return null;
  }
}
