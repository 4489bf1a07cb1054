// Where a profile that runs here does not do all that it does in Dogtag, known from the comparison with a real one (test/lab/profiles).
import { isOneElement } from '#codecs/der';
import type { ProfileEntry, ProfileSection } from '#codecs/dogtag-profile';
import type { CompiledProfile } from './compiled-profile.ts';

/** One difference, with the line and key of the profile's text that causes it. */
export interface ProfileDifference {
  readonly line: number;
  readonly key: string;
  readonly message: string;
}

/** In the order of the text. Empty where the same request gives the same certificate or refusal, byte for byte. */
export function findProfileDifferences(root: ProfileSection, profile: CompiledProfile): readonly ProfileDifference[] {
  const note = ({ line, key }: ProfileEntry, message: string): ProfileDifference => ({ line, key, message });
  const differences = root.entries().flatMap((entry) => {
    const { key, value } = entry;
    const found: ProfileDifference[] = [];
    if (hasCutIdentifier(value))
      found.push(
        note(entry, 'Dogtag makes another object identifier of this one (2.176 and beyond); here it stays what it is'),
      );
    if (/(?:^|\.)class_id$/.test(key) && value.trim() === 'autoAssignDefaultImpl' && isEmpty(root, key, 'assignTo'))
      found.push(note(entry, 'assigned to nobody: Dogtag loses the record of such a request; here it is kept'));
    if (/(?:^|\.)class_id$/.test(key) && value.trim() === 'authzRealmDefaultImpl' && isEmpty(root, key, 'realm'))
      found.push(note(entry, 'an empty realm: Dogtag loses the record of such a request; here it is kept'));
    if (/(?<![\d.])[01]\.(?:[4-9]\d|\d{3,})(?:\.\d+)+/.test(value))
      found.push(
        note(
          entry,
          'no object identifier: Dogtag makes another one of it; here it is refused, or left out like other bad text',
        ),
      );
    if (key.endsWith('.params.genericExtData') && /^(?:[0-9A-Fa-f]{2})+$/.test(value) && !holdsOneElement(value))
      found.push(
        note(entry, 'no DER value: Dogtag signs certificates with such an extension; here they are not signed'),
      );
    if (/^updater\.[^.]+\.class_id$/.test(key))
      found.push(
        note(
          entry,
          'after issuance Dogtag adds the subject to a group of its directory; here that is left to an administrator',
        ),
      );
    return found;
  });
  const { authentication } = profile;
  const instance = root.find('auth.instance_id');
  if (authentication.kind === 'instance' && instance !== null) {
    const { kind } = authentication.instance;
    if (kind === 'router-password')
      differences.push(
        note(
          instance,
          'routers give their passwords by SCEP, to Dogtag only; every other way in is refused, as by Dogtag',
        ),
      );
    if (kind === 'est-message')
      differences.push(
        note(
          instance,
          'what an EST server passes on is answered by Dogtag only; every other way in is refused, as by Dogtag',
        ),
      );
    if (kind === 'domain-session')
      differences.push(
        note(
          instance,
          'for installers of Dogtag itself, whose sessions only Dogtag knows: refused once it is answered here',
        ),
      );
    if (kind === 'cmc-message' && authentication.instance.signedBy === 'requester')
      differences.push(
        note(
          instance,
          'shared secrets are not known here: a message that proves its sender by one is refused; signed ones are answered as by Dogtag',
        ),
      );
  }
  return differences.sort((one, other) => one.line - other.line);
}

/** JSS keeps one octet for the first two numbers, which is enough for 2.175 and no more. */
function hasCutIdentifier(value: string): boolean {
  return [...value.matchAll(/(?<![\d.])2\.(\d{1,9})(?=\.|\b)(?:\.\d+)+/g)].some(([, second]) => Number(second) > 175);
}

function holdsOneElement(hexadecimal: string): boolean {
  return isOneElement(Buffer.from(hexadecimal, 'hex'));
}

function isEmpty(root: ProfileSection, classKey: string, parameter: string): boolean {
  return (root.findText(classKey.replace(/class_id$/, `params.${parameter}`)) ?? '') === '';
}
