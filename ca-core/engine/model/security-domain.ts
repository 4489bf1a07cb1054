// The hosts of Dogtag's security domain: which servers have which subsystem, and where. Whoever installs a server reads it, and whoever takes one
// away removes its host.

/** The kinds of subsystems, in the order in which Dogtag's directory lists them. */
export const domainSubsystems = ['CA', 'OCSP', 'KRA', 'RA', 'TKS', 'TPS'] as const;
export type DomainSubsystem = (typeof domainSubsystems)[number];

/** Ports and flags are text as they were told; null where nothing is. */
export interface DomainHost {
  /** Subsystem, host name and secure port, as `CA pki.example.test:443`: no two differ in case only. */
  readonly name: string;
  /** Of the domain itself, such as `IPA`. */
  readonly domain: string;
  readonly subsystem: DomainSubsystem;
  readonly hostName: string;
  readonly port: string | null;
  readonly securePort: string | null;
  readonly secureEndEntityPort: string | null;
  readonly secureAgentPort: string | null;
  readonly secureAdminPort: string | null;
  /** `TRUE` or `FALSE`, as is `domainManager`. */
  readonly clone: string | null;
  readonly subsystemName: string | null;
  readonly domainManager: string | null;
}

export interface SecurityDomain {
  /** Null where nothing is known of any domain. */
  readonly name: string | null;
  /** By subsystem, and then in the order in which they came to be. */
  readonly hosts: readonly DomainHost[];
}

/** A host that is there already is replaced; one that is not need not be removed. */
export type DomainOrder =
  | {
      readonly action: 'add-host';
      readonly host: Omit<DomainHost, 'name' | 'domain' | 'subsystem'>;
      readonly subsystem: string;
    }
  | {
      readonly action: 'remove-host';
      readonly subsystem: string;
      readonly hostName: string;
      readonly securePort: string;
    };
