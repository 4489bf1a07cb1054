// Names of request values in the profile language. A directory keeps them in lower case only, so those with capitals are spelled again from this list.

/** What requesters send; the names are those of the input plug-ins (com.netscape.cms.profile.input). */
const inputNames = new Set([
  'cert_request_type',
  'cert_request',
  'requestor_name',
  'requestor_email',
  'requestor_phone',
  'sn_uid',
  'sn_e',
  'sn_cn',
  'sn_ou',
  'sn_ou1',
  'sn_ou2',
  'sn_ou3',
  'sn_o',
  'sn_c',
  'subject',
  'screenname',
  'tokencuid',
  'publickey',
  'image_url',
  'file_signing_url',
  'file_signing_text',
  'file_signing_size',
  'file_signing_digest',
  'file_signing_digest_type',
  'serial_num',
  'keytype',
  'keysize',
]);
const numberedInputName = /^req_san_(pattern|type)_[0-9]+$/;

/** `name` in lower case. Names that a profile gives to generic inputs are not among them: only that profile knows them. */
export function isInputName(name: string): boolean {
  return inputNames.has(name) || numberedInputName.test(name);
}

/** Names with capitals, as Dogtag's sources spell them (IRequest, IAuthToken and the classes that set request values). */
const capitalizedNames = [
  'AGENT_PARAMS',
  'CERT_INFO',
  'CRL',
  'Error',
  'HTTP_HEADERS',
  'HTTP_PARAMS',
  'OLD_CERTS',
  'OLD_SERIALS',
  'Result',
  'SERVER_ATTRS',
  'RemServiceAuthority',
  'approvingAgents',
  'authenticatedName',
  'bodyPartId',
  'certFilter',
  'certStatus',
  'certType',
  'challengePhrase',
  'cmcReqIds',
  'cmc_POPchallengeRequired',
  'com.netscape.cmscore.request.AgentApprovals',
  'crlPublishError',
  'crlPublishStatus',
  'crlUpdateError',
  'crlUpdateStatus',
  'crmfReqId',
  'csrRequestorComments',
  'csrRequestorEmail',
  'csrRequestorName',
  'csrRequestorPhone',
  'dbStatus',
  'delayLDAPCommit',
  'errorCode',
  'installAdjustValidity',
  'isEncryptionCert',
  'isServerSideKeygen',
  'issuedCerts',
  'issuerDN',
  'keySize',
  'keyType',
  'ldapPublishOverAllStatus',
  'ldapPublishStatus',
  'origNotAfter',
  'origProfileId',
  'pkcs10ReqId',
  'pop_encryptedData',
  'pop_encryptedDataIV',
  'pop_sysPubEncryptedSession',
  'pop_userPubEncryptedSession',
  'profileApprovedBy',
  'profileId',
  'profileRemoteAddr',
  'profileRemoteHost',
  'profileSetId',
  'recipientNonce',
  'regInfo',
  'remoteReqID',
  'remoteStatus',
  'requestFormat',
  'requestId',
  'requestNotes',
  'requestOwner',
  'requestStatus',
  'requestTrustedManagerPrivilege',
  'requestType',
  'requestVersion',
  'requestorType',
  'revocationReason',
  'revokedCertRecs',
  'revokedCerts',
  'rprofileId',
  'senderNonce',
  'serialNoArray',
  'serialNumber',
  'serverSideKeygenEnrollEnableArchival',
  'serverSideKeygenStage',
  'serviceErrors',
  'transactionId',
  'updatedBy',
  'wrappedUserPrivate',
];
const capitalizedTokenNames = [
  'authManagerId',
  'authMgrImplName',
  'authMgrInstName',
  'authTime',
  'certSerial',
  'sslClientCert',
  'tokenAuthenticatedCertSubject',
  'tokenCert',
  'tokenCertExts',
  'tokenCertNotAfter',
  'tokenCertNotBefore',
  'tokenCertSubject',
  'tokenCertToRevoke',
  'tokenSharedTokenAuthenticatedCertSubject',
];

const spelling = new Map(capitalizedNames.map((name) => [name.toLowerCase(), name]));
const tokenSpelling = new Map(capitalizedTokenNames.map((name) => [name.toLowerCase(), name]));

/** The spelling of a name given in lower case; of a nested one (`auth_token;uid`), of both parts. Unknown names stay in lower case. */
export function spellRequestName(name: string): string {
  const token = /^(auth_token[-.;])(.+)$/.exec(name);
  if (token !== null) return `${token[1]}${tokenSpelling.get(token[2] ?? '') ?? token[2]}`;
  const [key = '', ...subkeys] = name.split(';');
  return [spelling.get(key) ?? key, ...subkeys].join(';');
}

/** Values that are secrets of the requester and have no business in another record. */
export function isSecretName(name: string): boolean {
  return /pass(wd|word|phrase)|challengephrase|(^|[.;_-])(pwd|pin)$|sharedsecret/.test(name);
}
