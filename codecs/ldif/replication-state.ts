// Takes 389 Directory Server's replication state out of an entry, as `db2ldif -r` writes it: options of change sequence numbers, and values that are gone.
import { rememberByDescription } from './attribute-descriptions.ts';
import { DirectoryEntry } from './directory-entry.ts';

/** When an attribute was deleted, a value added, deleted, or made the entry's name (entry.c, csn2str). */
const stateOption = /^(?:adcsn|vucsn|vdcsn|mdcsn)-[0-9a-f]+$/i;
/** Kept so that other servers learn of the deletion; what bears one of them is no content any more. */
const deletionOption = /^(?:deleted|deletedattribute)$/i;

/** The entry as a search would show it: the same object where it holds no such state. */
export function withoutReplicationState(entry: DirectoryEntry): DirectoryEntry {
  const all = entry.attributes();
  if (!all.some(([description]) => mayHaveState(description))) return entry;
  const attributes: [string, readonly Uint8Array[]][] = [];
  let hasState = false;
  for (const [description, values] of all) {
    const [type = '', ...options] = description.split(';');
    const kept = options.filter((option) => !stateOption.test(option) && !deletionOption.test(option));
    // `deleted` alone might be anybody's option; it means this only beside a change sequence number.
    const isStateful = options.some((option) => stateOption.test(option)) || options.includes('deletedattribute');
    if (!isStateful) attributes.push([description, values]);
    else {
      hasState = true;
      if (!options.some((option) => deletionOption.test(option))) attributes.push([[type, ...kept].join(';'), values]);
    }
  }
  return hasState ? new DirectoryEntry(entry.dn, attributes) : entry;
}

const mayHaveState = rememberByDescription((description) =>
  description
    .split(';')
    .some((option, index) => index > 0 && (stateOption.test(option) || deletionOption.test(option))),
);
