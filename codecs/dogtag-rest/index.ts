// Bodies of Dogtag's REST interface, version 1 as 10.x speaks it: JSON and XML, written and read.
export { account } from './bodies/account.ts';
export { auditConfiguration, auditFile } from './bodies/audit.ts';
export { type AuthorityData, authorityData } from './bodies/authority.ts';
export {
  type CertificateData,
  type CertificateEntry,
  certificateData,
  certificateEntry,
} from './bodies/certificate.ts';
export { application, feature, kraConnector } from './bodies/configuration.ts';
export {
  type Descriptor,
  type EnrollmentRequest,
  enrollmentRequest,
  type ProfileInput,
} from './bodies/enrollment-request.ts';
export { exception } from './bodies/exception.ts';
export { type GroupData, type GroupMemberData, groupData, groupMemberData } from './bodies/group-data.ts';
export {
  authorityInformation,
  serverInformation,
} from './bodies/information.ts';
export { job } from './bodies/job.ts';
export { type ProfileData, profileData } from './bodies/profile-data.ts';
export { profileEntry } from './bodies/profile-entry.ts';
export { type RequestInformation, requestInformation } from './bodies/request-information.ts';
export { type Review, type ReviewedPolicy, review } from './bodies/review.ts';
export { type RevocationRequest, revocationRequest } from './bodies/revocation-request.ts';
export { type SearchRequest, searchRequest } from './bodies/search-request.ts';
export {
  type DomainHostData,
  domainHostData,
  domainInformation,
  installToken,
} from './bodies/security-domain.ts';
export { type SelfTestData, selfTestData, selfTestResult } from './bodies/self-test.ts';
export {
  type UserCertificateData,
  type UserData,
  type UserMembershipData,
  userCertificateData,
  userData,
  userMembershipData,
} from './bodies/user-data.ts';
export { BodyError } from './body-error.ts';
export type { BodyOf, BodySchema, Link, NamedText } from './body-schema.ts';
export {
  type Collection,
  encodeJsonCollection,
  encodeJsonList,
  encodeXmlCollection,
  encodeXmlList,
  jsonCollectionPieces,
  xmlCollectionPieces,
} from './collection.ts';
export { decodeJsonBody, decodeXmlBody } from './decode-body.ts';
export { encodeJsonBody, encodeXmlBody } from './encode-body.ts';
export { indentedJson, type JsonStyle, jacksonJson, jaxbJson } from './json-style.ts';
export { type BodyForm, chooseBodyForm, chooseLaterBodyForm, chooseMediaType, identifyBodyForm } from './media-type.ts';
