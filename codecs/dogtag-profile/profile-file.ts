// Profiles as files that travel (`profiles/raw`): two lines more than what is stored, and octets that Dogtag takes for ISO 8859-1.
import { javaHashtableOrder } from './java-hashtable-order.ts';
import { type ProfileEntry, ProfileTextError, parseProfileText, printProfileText } from './profile-text.ts';

/** Keys that a file has and a stored profile has not: they are its name and its class. */
const virtualKeys: ReadonlySet<string> = new Set(['profileId', 'classId']);

/** The text that these octets are. Throws ProfileTextError for octets that are no UTF-8, and for a NUL. */
export function decodeProfileText(octets: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new ProfileTextError('the text is not UTF-8');
  }
  if (text.includes('\0')) throw new ProfileTextError('the text has a NUL');
  return text;
}

/**
 * The text with these keys set, or with null taken out, as it is stored: ordered by key, comments and the virtual keys gone. Values are as
 * `parseProfileText` gives them: a character for each octet. Throws ProfileTextError.
 */
export function editProfileText(text: string, edits: Readonly<Record<string, string | null>>): string {
  const values = new Map(withoutVirtualKeys(parseProfileText(text)).map(({ key, value }) => [key, value]));
  for (const [key, value] of Object.entries(edits)) {
    if (value === null) values.delete(key);
    else values.set(key, value);
  }
  const printed = printProfileText([...values].map(([key, value]) => ({ key, value })));
  return Buffer.from(printed, 'latin1').toString('utf8');
}

/** What GET gives of a profile. Octets beyond ASCII are read as characters and written as UTF-8, so that each becomes two: as Dogtag does it. */
export function encodeProfileFile(profile: {
  readonly id: string;
  readonly classId: string;
  readonly configurationText: string;
}): Buffer {
  const entries = withoutVirtualKeys(parseProfileText(profile.configurationText));
  const virtual = [
    { key: 'profileId', value: profile.id },
    { key: 'classId', value: profile.classId },
  ];
  return Buffer.from(printProfileText([...entries, ...virtual]), 'utf8');
}

/**
 * What POST and PUT answer with: the text that came without the virtual keys, in the order of a Java hash table, under the date (as Java
 * prints it). Throws ProfileTextError.
 */
export function encodeTakenProfile(text: string, dateText: string): Buffer {
  const values = new Map(parseProfileText(text).map(({ key, value }) => [key, value]));
  const lines = javaHashtableOrder([...values.keys()])
    .filter((key) => !virtualKeys.has(key))
    .map((key) => `${key}=${values.get(key) ?? ''}\n`);
  return Buffer.from(`#${dateText}\n${lines.join('')}`, 'latin1');
}

function withoutVirtualKeys(entries: readonly ProfileEntry[]): readonly ProfileEntry[] {
  return entries.filter(({ key }) => !virtualKeys.has(key));
}
