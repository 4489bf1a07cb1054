// What zlint finds at the golden certificates of built-in profiles and what does not apply to them: every finding must be one of these, and each of
// these must be found.
import { builtInProfileCases, purposes } from '#test/built-in-profile-cases';

/** A whole rule set that does not concern some certificates. */
export interface ForeignRuleSet {
  readonly ruleSet: string;
  readonly certificates: readonly string[];
  readonly reason: string;
}

/** Rules of a set that does concern the certificates, or could, and yet do not apply. */
export interface ForeignRules {
  readonly rules: readonly string[];
  readonly certificates: readonly string[];
  readonly reason: string;
}

const cases = Object.entries(builtInProfileCases);
const idsWhere = (has: (wanted: (typeof cases)[number][1]) => boolean) =>
  cases.filter(([, wanted]) => has(wanted)).map(([id]) => id);
const endEntities = idsWhere(({ usage }) => !usage.includes('keyCertSign'));
/** Without extendedKeyUsage zlint takes a certificate for a TLS server's. */
const withoutPurpose = idsWhere(({ usage, purposes }) => purposes.length === 0 && !usage.includes('keyCertSign'));
const servers = idsWhere((wanted) => wanted.purposes.includes(purposes.server));
const mail = idsWhere((wanted) => wanted.purposes.includes(purposes.mail));
const serversBut = (...others: readonly string[]) => servers.filter((id) => !others.includes(id));
const withoutOcsp = servers.filter((id) => builtInProfileCases[id]?.status === 'noRevAvail');
/** Their days are within the limits that browsers hold public authorities to. */
const ofFewDays = ['modernAcmeServer', 'modernShortLivedServer', 'modernSpiffeSvid'];

const publicOnly = 'the programme takes up public authorities; what a private one issues is none of its business';

export const foreignRuleSets: readonly ForeignRuleSet[] = [
  { ruleSet: 'Apple', certificates: endEntities, reason: publicOnly },
  { ruleSet: 'Mozilla', certificates: ['modernSubCa'], reason: publicOnly },
  {
    ruleSet: 'CABF_BR',
    certificates: withoutPurpose,
    reason:
      'the rules are for TLS servers; these sign logs, wrap keys or are a device’s first identity, and name no host',
  },
];

export const foreignRules: readonly ForeignRules[] = [
  {
    rules: ['e_sub_cert_certificate_policies_missing', 'e_sub_cert_cert_policy_empty'],
    certificates: servers,
    reason:
      'the policies meant are the CA/Browser Forum’s, and say that an authority is audited by its rules: a private one must not say so',
  },
  {
    rules: ['e_exactly_one_smime_policy'],
    certificates: mail,
    reason: 'as with servers: the policy would say that the authority is audited by the rules for S/MIME',
  },
  {
    rules: ['w_ext_subject_key_identifier_not_recommended_subscriber'],
    certificates: servers,
    reason: 'RFC 5280 section 4.2.1.2 wants it in certificates of end entities',
  },
  {
    rules: ['w_subject_common_name_included'],
    certificates: serversBut('modernRouter'),
    reason:
      'the authority issues nothing without a subject, as Dogtag does not; clients that look there find what subjectAltName says',
  },
  {
    rules: [
      'e_sub_cert_country_name_must_appear',
      'e_sub_cert_locality_name_must_appear',
      'e_sub_cert_province_must_appear',
    ],
    certificates: serversBut('modernDomainController'),
    reason:
      'where an organization stands, a public authority has to say which one of that name; the subject is the requester’s here',
  },
  {
    rules: ['e_server_cert_valid_time_longer_than_200_days', 'w_server_cert_valid_time_longer_than_199_days'],
    certificates: serversBut(...ofFewDays),
    reason:
      'browsers hold public authorities alone to these days (a day that has begun counts as one); private ones renew by hand, too',
  },
  {
    rules: ['w_sub_cert_aia_does_not_contain_issuing_ca_url'],
    certificates: servers,
    reason:
      'RFC 5280 leaves it open, and a profile that is taken to any installation does not know where its certificate can be had',
  },
  {
    rules: ['e_dnsname_not_valid_tld'],
    certificates: serversBut('modernRouter', 'modernSpiffeSvid'),
    reason:
      'the requests here ask for names below .test (RFC 6761), and a private authority’s names need not be public',
  },
  {
    rules: ['w_sub_cert_aia_contains_internal_names'],
    certificates: serversBut(...withoutOcsp),
    reason: 'the OCSP location here is below .test, and a private authority’s may be in its own network',
  },
  {
    rules: ['e_sub_cert_aia_missing'],
    certificates: withoutOcsp,
    reason: 'there is no revocation to be learnt, and noRevAvail forbids an OCSP location beside it (RFC 9608)',
  },
  {
    rules: ['e_sub_cert_eku_check'],
    certificates: ['modernDomainController', 'modernEstServer', 'modernRouter', 'modernVpnGateway'],
    reason:
      'KDC, registration authority and IPsec peer are what these servers are as well, and their clients ask for it',
  },
  {
    rules: ['e_ext_san_missing'],
    certificates: ['modernRouter'],
    reason:
      'routers often name themselves in unstructuredName alone, and their peers know them by it; subjectAltName stands where it is asked for',
  },
  {
    rules: ['e_ext_san_other_name_present'],
    certificates: ['modernDomainController'],
    reason: 'Windows replicates by mail only with the controller’s GUID, which is an otherName',
  },
  {
    rules: [
      'e_organizational_unit_name_prohibited',
      'e_subject_contains_organizational_unit_name_and_no_organization_name',
    ],
    certificates: ['modernDomainController'],
    reason: 'the subject is the controller’s place in its directory, which has domain components and no organization',
  },
  {
    rules: [
      'e_ext_san_uniform_resource_identifier_present',
      'e_subject_common_name_not_exactly_from_san',
      'e_dnsname_not_valid_tld',
    ],
    certificates: ['modernSpiffeSvid'],
    reason:
      'a SPIFFE ID is a URI, and it alone is the name; the common name, which zlint reads as a DNS name, is the authority’s demand',
  },
  {
    rules: ['e_public_key_type_not_allowed', 'e_algorithm_identifier_improper_encoding'],
    certificates: ['modernMlDsaServer'],
    reason: 'the rules know RSA and EC keys only; RFC 9881 says how an ML-DSA key stands in a certificate',
  },
  {
    rules: ['e_ca_country_name_missing'],
    certificates: ['authority', 'modernSubCa'],
    reason: 'RFC 5280 demands a name that is not empty; in which country a private authority is need not be in it',
  },
  {
    rules: ['e_cabf_ecc_allowed_key_usages'],
    certificates: ['modernSubCa'],
    reason:
      'section 7.1.2.7.11 is about end entities, zlint asks it of every EC key; an authority’s signs certificates and CRLs',
  },
  {
    rules: ['e_sub_ca_certificate_policies_missing', 'e_invalid_ca_certificate_policies'],
    certificates: ['modernSubCa'],
    reason: 'as with servers: no policy of the CA/Browser Forum is followed, and RFC 5280 demands none',
  },
  {
    rules: ['e_sub_ca_crl_distribution_points_missing'],
    certificates: ['modernSubCa'],
    reason:
      'it names an OCSP location; where CRLs of an installation can be had is not known to a profile, and RFC 5280 leaves it open',
  },
  {
    rules: ['n_sub_ca_eku_missing'],
    certificates: ['modernSubCa'],
    reason: 'only a hint: an authority that issues by all profiles cannot be narrowed to some purposes',
  },
];
