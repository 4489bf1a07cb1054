// freshestCRL as configured: where delta CRLs are found (RFC 5280 section 4.2.1.15).
import { extensionOids } from '#codecs/x509';
import { distributionPointsDefault } from '../distribution-points-default.ts';

export const freshestCrlExtDefault = distributionPointsDefault({
  classId: 'freshestCRLExtDefaultImpl',
  className: 'FreshestCRLExtDefault',
  oid: extensionOids.freshestCRL,
  introduction: 'This default populates a Freshest CRL Extension (2.5.29.46) to the request. The default values are',
  criticalName: 'freshestCRLCritical',
  countName: 'freshestCRLPointNum',
  valueName: 'freshestCRLPointsValue',
  rowPrefix: 'freshestCRLPoint',
  rowNames: ['Type', 'Name', 'IssuerType', 'IssuerName', 'Enable'],
  needsFirstPoint: false,
});
