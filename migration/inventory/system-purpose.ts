// Which certificates keep a Dogtag server itself alive: when one of them expires, the server stops.

/** By the profiles under which Dogtag and FreeIPA issue them; those of elliptic curves are spelled `caEC...`. */
const purposeByProfile: Readonly<Record<string, string>> = {
  cacacert: 'CA signing',
  cainstallcacert: 'CA signing',
  caocspcert: 'OCSP signing',
  cainternalauthocspcert: 'OCSP signing',
  casubsystemcert: 'subsystem',
  cainternalauthsubsystemcert: 'subsystem',
  casignedlogcert: 'audit log signing',
  caauditsigningcert: 'audit log signing',
  cainternalauthauditsigningcert: 'audit log signing',
  catransportcert: 'KRA transport',
  cainternalauthtransportcert: 'KRA transport',
  castoragecert: 'KRA storage',
  cainternalauthdrmstoragecert: 'KRA storage',
  cainternalauthservercert: 'TLS server',
};

/** Null for everybody else's certificates. TLS certificates of the CA servers are known by the host names. */
export function systemPurposeOf(
  profileId: string | null,
  subject: string,
  serverHosts: readonly string[],
): string | null {
  const purpose = purposeOfProfile(profileId);
  if (purpose !== null) return purpose;
  const commonName = /(?:^|,)CN=([^,]+)/i.exec(subject)?.[1]?.toLowerCase();
  const isServer = commonName !== undefined && serverHosts.some((host) => host.toLowerCase() === commonName);
  return isServer ? 'TLS server' : null;
}

/** False only where systemPurposeOf would find nothing: most certificates need not have their names read. */
export function mayBeSystemCertificate(
  profileId: string | null,
  subjectDer: Buffer,
  serverHosts: readonly string[],
): boolean {
  if (purposeOfProfile(profileId) !== null) return true;
  const text = serverHosts.length === 0 ? '' : subjectDer.toString('latin1').toLowerCase().replaceAll('\0', '');
  return serverHosts.some((host) => text.includes(host.toLowerCase()));
}

function purposeOfProfile(profileId: string | null): string | null {
  const profile = (profileId ?? '').toLowerCase().replace(/^caec/, 'ca');
  return Object.hasOwn(purposeByProfile, profile) ? (purposeByProfile[profile] ?? null) : null;
}
