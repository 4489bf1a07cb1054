// An order to revoke, as an edge passes it on.
import type { RevocationReason } from './certificate-record.ts';
import type { SerialNumber } from './identifiers.ts';

export interface RevocationOrder {
  readonly serialNumber: SerialNumber;
  readonly reason: RevocationReason;
  readonly invalidityDate: Date | null;
  readonly comments: string | null;
  /** True when the authority's own certificate is meant: any other one is refused then, as that one is otherwise. */
  readonly isAuthorityMeant?: boolean;
  /**
   * True for what a token processor orders: whose certificates it may revoke has been decided by those who let it in, and it makes a hold final, or of a
   * superseded certificate a compromised one, without releasing it in between.
   */
  readonly isByTokenProcessor?: boolean;
}
