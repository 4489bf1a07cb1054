// subjectInfoAccess as configured (RFC 5280 section 4.2.2.2).
import { extensionOids } from '#codecs/x509';
import { informationAccessDefault } from '../information-access-default.ts';

export const subjectInfoAccessExtDefault = informationAccessDefault({
  classId: 'subjectInfoAccessExtDefaultImpl',
  className: 'SubjectInfoAccessExtDefault',
  oid: extensionOids.subjectInfoAccess,
  prefix: 'subjInfoAccess',
  introduction:
    'This default populates a Subject Info Access Extension (1.3.6.1.5.5.7.1.11) to the request. The default values are',
  // Dogtag forgets its own path here.
  emptyOcspLocation: (ocspUrl) => ocspUrl.replace(/\/ca\/ocsp$/, '/ocsp'),
  countMax: 99,
});
