// GET /ca/rest/profiles: all profiles, for those who administer them; for others those that are meant for everybody.
import { profileEntry } from '#codecs/dogtag-rest';
import type { ProfileDescription } from '../../../contract.ts';
import { pageLinks, slicePage } from '../pages.ts';
import { isShownTo, profileAddress } from '../profile-bodies.ts';
import type { RestRequest } from '../rest-dialect.ts';
import { answerWithCollection, findQueryText, type RestOperation, readQueryInteger } from '../rest-operation.ts';

const defaultSize = 20;

/** 10.x reads neither `visible` nor `enable` nor `enableBy`, which the interface has for clients of later ones. */
export const listProfiles: RestOperation = async ({ request, caller, ra }) => {
  // Dogtag shows its insides for a negative start; here it is the beginning.
  const start = Math.max(readQueryInteger(request, 'start', 0), 0);
  const size = readQueryInteger(request, 'size', defaultSize);
  const isWanted = request.dialect.entities === 'jaxb' ? () => true : wantedIn(request);
  const profiles = (await ra.listProfiles()).filter((profile) => isShownTo(caller, profile) && isWanted(profile));
  return answerWithCollection(profileEntry, {
    total: profiles.length,
    entries: slicePage(profiles, start, size).map(({ id, name, text, visible, enabled, enabledBy }) => ({
      profileUrl: profileAddress(request, id),
      profileId: id,
      profileName: name,
      profileDescription: text,
      visible,
      enabled,
      enabledBy,
    })),
    links: pageLinks(request, { start, size, total: profiles.length }),
  });
};

/** Whatever is not `true` means false, as Java reads it. */
function wantedIn(request: RestRequest): (profile: ProfileDescription) => boolean {
  const flag = (name: string) => findQueryText(request, name)?.toLowerCase() ?? null;
  const [visible, enable, enableBy] = [flag('visible'), flag('enable'), findQueryText(request, 'enableBy')];
  return (profile) =>
    (visible === null || profile.visible === (visible === 'true')) &&
    (enable === null || profile.enabled === (enable === 'true')) &&
    (enableBy === null || profile.enabledBy === enableBy);
}
