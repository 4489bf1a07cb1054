// A profile as a line of a list: ProfileDataInfo.
import { flag, sinceEleven, text } from '../body-schema.ts';

export const profileEntry = {
  root: 'ProfileDataInfo',
  className: 'com.netscape.certsrv.profile.ProfileDataInfo',
  unknownMembers: 'refuse',
  fields: {
    profileUrl: text('profileURL'),
    profileId: text('profileId'),
    profileName: text('profileName'),
    profileDescription: text('profileDescription'),
    visible: sinceEleven(flag('profileVisible')),
    enabled: sinceEleven(flag('profileEnable')),
    enabledBy: sinceEleven(text('profileEnableBy')),
  },
} as const;
