// A record in memory that an authority can rehearse on: profiles, and what earlier exchanges have left. The authority can write profiles into it and nothing else.
import type {
  AuthorityDescription,
  CertificateRecord,
  ProfileId,
  RequestRecord,
  Store,
  StoredProfile,
} from '#ca-core/engine';

export interface RehearsalRecord {
  readonly store: Store;
  addProfile(profile: Omit<StoredProfile, 'revision'>): void;
  keep(request: RequestRecord, certificates: readonly CertificateRecord[]): void;
}

export function createRehearsalRecord(hostAuthority: AuthorityDescription): RehearsalRecord {
  const profiles = new Map<ProfileId, StoredProfile>();
  const requests = new Map<bigint, RequestRecord>();
  const certificates = new Map<bigint, CertificateRecord>();
  let revision = 0n;
  const matching = (isWanted: (certificate: CertificateRecord) => boolean) =>
    [...certificates.values()].filter(isWanted).sort((one, other) => other.notAfter.getTime() - one.notAfter.getTime());
  const store = {
    certificates: {
      find: async (serialNumber) => certificates.get(serialNumber) ?? null,
      findBySubject: async (subject) => matching((one) => one.subject.toLowerCase() === subject.toLowerCase()),
      findByPublicKey: async (keyDer) => matching(({ certificateDer }) => includes(certificateDer, keyDer)),
    },
    requests: { find: async (id) => requests.get(id) ?? null },
    profiles: {
      find: async (id) => profiles.get(id) ?? null,
      list: async () => [...profiles.values()],
      revision: async () => revision,
      change: async (id, seen, content) => {
        if ((profiles.get(id)?.revision ?? null) !== seen) return false;
        revision += 1n;
        if (content === null) profiles.delete(id);
        else profiles.set(id, { ...content, revision });
        return true;
      },
    },
    audit: { record: async () => {} },
    authorities: {
      find: async (id) => (id === hostAuthority.id ? hostAuthority : null),
      findHost: async () => hostAuthority,
      list: async () => [hostAuthority],
    },
  } satisfies { readonly [Noun in keyof Store]?: Partial<Store[Noun]> };
  return {
    // A rehearsal that asks for anything else is a fault, and shows as one.
    store: store as unknown as Store,
    addProfile: (profile) => {
      revision += 1n;
      profiles.set(profile.id, { ...profile, revision });
    },
    keep: (request, issued) => {
      requests.set(request.id, request);
      for (const certificate of issued) certificates.set(certificate.serialNumber, certificate);
    },
  };
}

// A public key stands in a certificate as it is.
function includes(certificateDer: Uint8Array, part: Uint8Array): boolean {
  return Buffer.from(certificateDer).includes(Buffer.from(part));
}
