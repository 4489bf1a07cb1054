// What a measurement and its load clients say to each other.

export interface LoadPlan {
  readonly port: number;
  readonly hostName: string;
  /** Null for plain HTTP; without certificate and key for a client that shows none. */
  readonly tls: {
    readonly authorityPem: string;
    readonly certificatePem?: string;
    readonly keyPem?: string;
  } | null;
  /** Connections, each with one request under way. */
  readonly connections: number;
  /** Whole requests, head and body; sent in turn, and again from the first when they are used up. */
  readonly requests: readonly Uint8Array[];
  /** Each request is sent once when null; else they are sent for so long. */
  readonly durationMs: number | null;
  /** What every answer's body must contain beside the status 200, as Latin-1; anything else is a failure. */
  readonly mustContain: string;
  /** Whether the answers' bodies are handed back for looking at. */
  readonly keepsBodies: boolean;
}

/** A client says when its connections stand, begins when it is told to, and reports. */
export type ToLoadClient = { readonly kind: 'plan'; readonly plan: LoadPlan } | { readonly kind: 'begin' };

export interface LoadResult {
  /** Of each answered request, in the order of the answers. */
  readonly latenciesMs: Float64Array;
  readonly elapsedMs: number;
  /** Processor time of the client itself. */
  readonly cpuMs: number;
  readonly bodies: readonly Uint8Array[];
  /** The first few answers that were not as they must be. */
  readonly failures: readonly string[];
  readonly failureCount: number;
}

export type FromLoadClient =
  | { readonly kind: 'connected' }
  | { readonly kind: 'finished'; readonly result: LoadResult }
  | { readonly kind: 'broken'; readonly message: string };
