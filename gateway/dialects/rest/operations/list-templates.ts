// GET /ca/rest/certrequests/profiles: the profiles that are meant for everybody.
import { profileEntry } from '#codecs/dogtag-rest';
import { pageLinks, slicePage } from '../pages.ts';
import { answerWithCollection, type RestOperation, readQueryInteger } from '../rest-operation.ts';

const defaultSize = 20;

export const listTemplates: RestOperation = async ({ request, ra }) => {
  // Dogtag shows its insides for a negative start; here it is the beginning.
  const start = Math.max(readQueryInteger(request, 'start', 0), 0);
  const size = readQueryInteger(request, 'size', defaultSize);
  const profiles = (await ra.listProfiles()).filter(({ visible }) => visible);
  const page = slicePage(profiles, start, size);
  return answerWithCollection(profileEntry, {
    total: profiles.length,
    entries: page.map(({ id, name, text, visible, enabled, enabledBy }) => ({
      profileUrl:
        request.dialect.api === 'v2'
          ? null
          : request.dialect.addressOf('profiles', encodeURIComponent(id), request.baseUrl),
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
