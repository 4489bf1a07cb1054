// cRLDistributionPoints as configured (RFC 5280 section 4.2.1.13).
import { extensionOids } from '#codecs/x509';
import { distributionPointsDefault } from '../distribution-points-default.ts';

export const crlDistributionPointsExtDefault = distributionPointsDefault({
  classId: 'crlDistributionPointsExtDefaultImpl',
  className: 'CRLDistributionPointsExtDefault',
  oid: extensionOids.cRLDistributionPoints,
  introduction:
    'This default populates a CRL Distribution Points Extension (2.5.29.31) to the request. The default values are',
  criticalName: 'crlDistPointsCritical',
  countName: 'crlDistPointsNum',
  valueName: 'crlDistPointsValue',
  rowPrefix: 'crlDistPoints',
  rowNames: ['PointType', 'PointName', 'Reasons', 'IssuerType', 'IssuerName', 'Enable'],
  needsFirstPoint: true,
});
