// /ca/ee/ca/profileList and /ca/agent/ca/profileList: every profile, hidden ones too (Dogtag's ProfileListServlet).
import type { ArgsetSet } from '#codecs/dogtag-servlets';
import type { ServletCall } from '../servlet-call.ts';

export async function profileList({ ra }: ServletCall): Promise<ArgsetSet> {
  const profiles = await ra.listProfiles();
  return {
    set: [
      [
        'record',
        {
          list: profiles.map(({ id, name, text, enabled, enabledBy, visible }) => ({
            set: [
              ['profileIsEnable', String(enabled)],
              // Dogtag forgets who enabled a profile once it is disabled.
              ['profileEnableBy', enabled ? enabledBy : null],
              ['profileId', id],
              ['profileIsVisible', String(visible)],
              ['profileName', name],
              ['profileDesc', text],
            ],
          })),
        },
      ],
      ['errorCode', '0'],
      ['errorReason', ''],
    ],
  };
}
