// GET /ca/rest/profiles: all profiles, for those who administer them; for others those that are meant for everybody.
import { profileEntry } from '#codecs/dogtag-rest';
import { pageLinks, slicePage } from '../pages.ts';
import { isShownTo, profileAddress } from '../profile-bodies.ts';
import { answerWithCollection, type RestOperation, readQueryInteger } from '../rest-operation.ts';

const defaultSize = 20;

/** Dogtag 10 reads neither `visible` nor `enable`, which the interface has for clients of later ones. */
export const listProfiles: RestOperation = async ({ request, caller, ra }) => {
  // Dogtag shows its insides for a negative start; here it is the beginning.
  const start = Math.max(readQueryInteger(request, 'start', 0), 0);
  const size = readQueryInteger(request, 'size', defaultSize);
  const profiles = (await ra.listProfiles()).filter((profile) => isShownTo(caller, profile));
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
