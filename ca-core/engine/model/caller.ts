// Who asks: the identity that an edge has established and hands to the authority on every call.

/** An edge establishes this once per call; nothing in it may come from an untrusted header. */
export interface Caller {
  /** User of the installation to whom the presented certificate or session belongs; null for an anonymous caller. */
  readonly userId: string | null;
  /** Names of the groups of that user, such as `Certificate Manager Agents`. */
  readonly groups: readonly string[];
  /** DER of the verified client certificate of this very call; null when none was presented or it did not verify. */
  readonly certificateDer: Uint8Array | null;
  /** Where the call came from, as the edge saw it. */
  readonly remoteAddress: string;
  readonly remoteHost: string;
  /** True when the user came from a login session or password, not from the certificate of this very call. */
  readonly viaSession: boolean;
  /**
   * The installation itself, or a person with a shell on its machine, whom no certificate of this call can stand for. Groups decide what they may do,
   * as for everybody. No edge ever sets it.
   */
  readonly isInstallation?: true;
}

/** The installation itself: timers, recovery and the gateway's own certificate. */
export const systemCaller: Caller = {
  userId: 'system',
  groups: [],
  certificateDer: null,
  remoteAddress: '127.0.0.1',
  remoteHost: 'localhost',
  viaSession: false,
  isInstallation: true,
};
