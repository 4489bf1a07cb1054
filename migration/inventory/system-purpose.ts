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
  const profile = (profileId ?? '').toLowerCase().replace(/^caec/, 'ca');
  const purpose = Object.hasOwn(purposeByProfile, profile) ? purposeByProfile[profile] : undefined;
  if (purpose !== undefined) return purpose;
  const commonName = /(?:^|,)CN=([^,]+)/i.exec(subject)?.[1]?.toLowerCase();
  const isServer = commonName !== undefined && serverHosts.some((host) => host.toLowerCase() === commonName);
  return isServer ? 'TLS server' : null;
}
