// The control of a message by its name.
import { type CmcControlName, cmcControls, type PkiData, type TaggedAttribute } from '#codecs/cmc';

/** The last control of that name counts, as in Dogtag's table by type. */
export function findControl({ controls }: Pick<PkiData, 'controls'>, name: CmcControlName): TaggedAttribute | null {
  return controls.findLast(({ oid }) => oid === cmcControls[name]) ?? null;
}
