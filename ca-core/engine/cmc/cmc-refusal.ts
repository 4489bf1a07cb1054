// What a CMC client is told when the whole message is refused: a failure in RFC 5272's words, a text in Dogtag's.
import type { CmcFailure } from '#codecs/cmc';

export class CmcRefusal extends Error {
  readonly failure: CmcFailure;
  /** Body parts that are at fault; 0 is the message as a whole. */
  readonly bodyPartIds: readonly bigint[];
  readonly text: string | null;
  constructor(failure: CmcFailure, text: string | null, bodyPartIds: readonly bigint[] = [0n]) {
    super(text ?? failure);
    this.name = 'CmcRefusal';
    this.failure = failure;
    this.bodyPartIds = bodyPartIds;
    this.text = text;
  }
}
