// Whose key is not in the signer, and where Dogtag has it.
import type { AuthorityDescription, AuthorityKeyPlace } from '#ca-core/engine';

/** For machines: authorities with where their keys are, and those that wait for their certificate (`certificateMissing`). */
export function authoritiesAsData(
  authorities: readonly AuthorityDescription[],
  places: readonly AuthorityKeyPlace[],
): readonly object[] {
  const known = new Set<string>(authorities.map(({ id }) => id));
  return [
    ...authorities.map(({ certificateDer: _, chainDer: __, ...shown }) => ({ ...shown, ...keyOf(shown.id, places) })),
    ...places
      .filter(({ id }) => !known.has(id))
      .map(({ id, isHostAuthority, toldSubject, serialNumber, keyNickname, keyHosts }) => ({
        id,
        isHostAuthority,
        subject: toldSubject,
        serialNumber,
        certificateMissing: true,
        ready: false,
        keyNickname,
        keyHosts,
      })),
  ];
}

/** For people: one line for each key that is elsewhere, then what to do. */
export function missingKeyLines(
  authorities: readonly AuthorityDescription[],
  places: readonly AuthorityKeyPlace[],
): readonly string[] {
  const known = new Map(authorities.map((authority) => [authority.id, authority]));
  const lines = places.flatMap((place): string[] => {
    const authority = known.get(place.id);
    if (authority?.ready === true) return [];
    const subject = authority?.subject ?? place.toldSubject ?? place.id;
    const certificate = place.hasCertificate
      ? ''
      : `; its certificate${place.serialNumber === null ? '' : ` (serial number ${place.serialNumber})`} is not in the record either`;
    return [`${subject}: its key is ${describePlace(place)}${certificate}`];
  });
  return lines.length === 0 ? [] : [...lines, 'bring it: retag authority take-key --help'];
}

function describePlace({ keyNickname, keyHosts }: AuthorityKeyPlace): string {
  if (keyNickname === null && keyHosts.length === 0) return 'not in the signer, and Dogtag does not say where it is';
  const nickname = keyNickname === null ? '' : ` under the nickname "${keyNickname}"`;
  const hosts = keyHosts.length === 0 ? 'a Dogtag server' : keyHosts.join(', ');
  return `in the NSS database of ${hosts}${nickname}`;
}

function keyOf(id: string, places: readonly AuthorityKeyPlace[]) {
  const place = places.find((one) => one.id === id);
  return place === undefined ? {} : { keyNickname: place.keyNickname, keyHosts: place.keyHosts };
}
