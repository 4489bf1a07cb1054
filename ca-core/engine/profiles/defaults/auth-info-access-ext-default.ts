// authorityInfoAccess as configured (RFC 5280 section 4.2.2.1); an OCSP location that is left open becomes the installation's responder.
import { extensionOids } from '#codecs/x509';
import { informationAccessDefault } from '../information-access-default.ts';

export const authInfoAccessExtDefault = informationAccessDefault({
  classId: 'authInfoAccessExtDefaultImpl',
  className: 'AuthInfoAccessExtDefault',
  oid: extensionOids.authorityInfoAccess,
  prefix: 'authInfoAccess',
  introduction:
    'This default populates a Authority Info Access Extension (1.3.6.1.5.5.7.1.1) to the request. The default values are',
  emptyOcspLocation: (ocspUrl) => ocspUrl,
  countMax: 100,
});
