// What was noted while handing back: both sides had done something about the same object, or something could not be handed back.

export interface HandBackFinding {
  readonly kind: /** Dogtag has another certificate under this serial number: the fence did not hold. Nothing goes on before that is understood. */
    | 'serial-number-taken'
    /** Dogtag has another request under this number. */
    | 'request-number-taken'
    /** The directory does not take the entry. */
    | 'entry-refused'
    /** An entry that had been imported was gone and was written anew. */
    | 'entry-was-missing'
    | 'revoked-on-both-sides'
    | 'revoked-by-dogtag'
    | 'decided-on-both-sides'
    | 'changed-on-both-sides'
    /** Still being issued here when it was handed back, so it waits for an agent again. */
    | 'left-unfinished';
  /** Which side's version stands now; `none` when it could not be handed back. */
  readonly stands: 'native' | 'dogtag' | 'none';
  readonly message: string;
  /** Name of the directory's entry. */
  readonly entry: string;
}
