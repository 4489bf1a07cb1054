// What is asked of each built-in profile, and what its certificate must say: requests with throw-away keys and fixed names.
import { readFileSync } from 'node:fs';
import {
  encodeCharacterString,
  encodeConstructed,
  encodeExplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeSequence,
  tags,
} from '#codecs/der';
import { encodeGeneralNames, encodeNameText, extensionOids, type GeneralName, type KeyUsageName } from '#codecs/x509';
import { encodeCertificationRequest, type KeyPair, keyFromPem, pemOf } from './certificate-request-builder.ts';

/** Keys and golden certificates. */
export const goldenFolder = new URL('../../compat-fixtures/vectors/built-in-profiles/', import.meta.url);

export interface BuiltInProfileCase {
  readonly subject: string;
  readonly names?: readonly GeneralName[];
  /** `ec` unless said otherwise. */
  readonly key?: 'rsa' | 'ml-dsa';
  readonly lasts: string;
  readonly usage: readonly KeyUsageName[];
  /** Empty where no extendedKeyUsage may stand. */
  readonly purposes: readonly string[];
  /** Names of the certificate where they are not those of the request. */
  readonly namesIn?: readonly GeneralName[];
  readonly subjectIn?: string;
  readonly status?: 'noRevAvail' | 'ocspNoCheck';
  readonly alsoHolds?: readonly string[];
  readonly needsNames?: false;
}

export const purposes = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  mail: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  eapOverLan: '1.3.6.1.5.5.7.3.14',
  ipsecIke: '1.3.6.1.5.5.7.3.17',
  registrationAuthority: '1.3.6.1.5.5.7.3.28',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  pkinitClient: '1.3.6.1.5.2.3.4',
  pkinitKdc: '1.3.6.1.5.2.3.5',
  smartCardLogon: '1.3.6.1.4.1.311.20.2.2',
} as const;
const { server, client } = purposes;

const dns = (value: string): GeneralName => ({ kind: 'dNSName', value });
const mail = (value: string): GeneralName => ({ kind: 'rfc822Name', value });
const other = (oid: string, valueDer: Uint8Array): GeneralName => ({ kind: 'otherName', oid, valueDer });
const generalString = (text: string) => encodeCharacterString('generalString', text);
/** KRB5PrincipalName of RFC 4556 section 3.2.2. */
const principal = (realm: string, type: number, ...parts: readonly string[]) =>
  other(
    '1.3.6.1.5.2.2',
    encodeSequence(
      encodeExplicit(0, generalString(realm)),
      encodeExplicit(
        1,
        encodeSequence(
          encodeExplicit(0, encodeInteger(type)),
          encodeExplicit(1, encodeConstructed(tags.sequence, parts.map(generalString))),
        ),
      ),
    ),
  );
const hardwareModule = other(
  '1.3.6.1.5.5.7.8.4',
  encodeSequence(encodeObjectIdentifier('2.999.1'), Buffer.from('04034d2d37', 'hex')),
);
const upn = other('1.3.6.1.4.1.311.20.2.3', encodeCharacterString('utf8String', 'alice@EXAMPLE.TEST'));

const host = 'host.example.test';
const hostSubject = `CN=${host},O=Example`;
const signs = ['digitalSignature'] as const;
const signsAndDecrypts = ['digitalSignature', 'keyEncipherment'] as const;
/** A server that asks for a second name gets both: its own, and the common name behind it. */
const serverCase = {
  subject: hostSubject,
  names: [dns('www.example.test')],
  namesIn: [dns('www.example.test'), dns(host)],
  usage: signs,
} as const;
const person = { subject: 'CN=Alice Example,O=Example', usage: signs } as const;
const device = { subject: 'SERIALNUMBER=M-0007,CN=Sensor,O=Example', usage: signs } as const;

/** By the profile's id. */
export const builtInProfileCases: Readonly<Record<string, BuiltInProfileCase>> = {
  modernServer: { ...serverCase, lasts: '397 days', purposes: [server] },
  modernRaServer: { ...serverCase, lasts: '200 days', purposes: [server], key: 'rsa' },
  modernRsaServer: { ...serverCase, lasts: '397 days', usage: signsAndDecrypts, purposes: [server], key: 'rsa' },
  modernShortLivedServer: { ...serverCase, lasts: '6 days', purposes: [server], status: 'noRevAvail' },
  modernAcmeServer: { ...serverCase, lasts: '90 days', purposes: [server] },
  modernMlDsaServer: { ...serverCase, lasts: '200 days', purposes: [server], key: 'ml-dsa' },
  modernClient: { ...person, lasts: '365 days', purposes: [client], needsNames: false },
  modernMutualTls: { ...serverCase, lasts: '397 days', purposes: [server, client] },
  modernRaService: { ...serverCase, lasts: '200 days', purposes: [server, client], key: 'rsa' },
  modernSpiffeSvid: {
    subject: 'CN=billing,O=Anything',
    subjectIn: 'CN=billing,O=SPIFFE',
    names: [{ kind: 'uniformResourceIdentifier', value: 'spiffe://example.test/billing' }],
    lasts: '1 days',
    usage: signs,
    purposes: [server, client],
    status: 'noRevAvail',
    alsoHolds: [extensionOids.basicConstraints],
  },
  modernSubCa: {
    subject: 'CN=Issuing Authority,O=Example',
    lasts: '1826 days',
    usage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
    purposes: [],
    alsoHolds: [extensionOids.basicConstraints],
    needsNames: false,
  },
  modernOcspResponder: {
    subject: 'CN=OCSP Responder,O=Example',
    lasts: '90 days',
    usage: signs,
    purposes: [purposes.ocspSigning],
    status: 'ocspNoCheck',
    needsNames: false,
  },
  modernTimeStamping: {
    subject: 'CN=Time Stamping,O=Example',
    lasts: '1826 days',
    usage: signs,
    purposes: [purposes.timeStamping],
    key: 'rsa',
    needsNames: false,
  },
  modernEstServer: { ...serverCase, lasts: '397 days', purposes: [server, purposes.registrationAuthority] },
  modernKraTransport: {
    subject: 'CN=KRA Transport,O=Example',
    lasts: '730 days',
    usage: signsAndDecrypts,
    purposes: [],
    key: 'rsa',
    needsNames: false,
  },
  modernKraStorage: {
    subject: 'CN=KRA Storage,O=Example',
    lasts: '1826 days',
    usage: signsAndDecrypts,
    purposes: [],
    key: 'rsa',
    needsNames: false,
  },
  modernAuditSigning: {
    subject: 'CN=Audit Log,O=Example',
    lasts: '730 days',
    usage: ['digitalSignature', 'nonRepudiation'],
    purposes: [],
    key: 'rsa',
    needsNames: false,
  },
  modernSubsystem: {
    ...person,
    subject: 'CN=KRA Subsystem,O=Example',
    lasts: '730 days',
    purposes: [client],
    needsNames: false,
  },
  modernAgent: { ...person, lasts: '365 days', purposes: [client], key: 'rsa', needsNames: false },
  modernAdministrator: { ...person, lasts: '180 days', purposes: [client], key: 'rsa', needsNames: false },
  modernSmimeSigning: { ...person, names: [mail('alice@example.test')], lasts: '730 days', purposes: [purposes.mail] },
  modernSmimeEncryption: {
    ...person,
    names: [mail('alice@example.test')],
    lasts: '730 days',
    usage: ['keyEncipherment'],
    purposes: [purposes.mail],
    key: 'rsa',
  },
  modernSmimeEncryptionEc: {
    ...person,
    names: [mail('alice@example.test')],
    lasts: '730 days',
    usage: ['keyAgreement'],
    purposes: [purposes.mail],
  },
  modernCodeSigning: { ...person, lasts: '365 days', purposes: [purposes.codeSigning], key: 'rsa', needsNames: false },
  modernDocumentSigning: {
    ...person,
    lasts: '730 days',
    usage: ['digitalSignature', 'nonRepudiation'],
    purposes: [purposes.documentSigning],
    needsNames: false,
  },
  modernSmartCardLogon: { ...person, names: [upn], lasts: '365 days', purposes: [client, purposes.smartCardLogon] },
  modernDomainController: {
    ...serverCase,
    subject: 'CN=dc1.example.test,OU=Domain Controllers,DC=example,DC=test',
    names: [other('1.3.6.1.4.1.311.25.1', Buffer.from(`0410${'0123456789abcdef'.repeat(2)}`, 'hex'))],
    namesIn: [
      other('1.3.6.1.4.1.311.25.1', Buffer.from(`0410${'0123456789abcdef'.repeat(2)}`, 'hex')),
      dns('dc1.example.test'),
    ],
    lasts: '365 days',
    usage: signsAndDecrypts,
    purposes: [client, server, purposes.smartCardLogon, purposes.pkinitKdc],
    key: 'rsa',
    alsoHolds: ['1.3.6.1.4.1.311.20.2'],
  },
  modernPkinitClient: {
    ...person,
    names: [principal('EXAMPLE.TEST', 1, 'alice')],
    lasts: '365 days',
    purposes: [purposes.pkinitClient],
  },
  modernPkinitKdc: {
    subject: hostSubject,
    names: [principal('EXAMPLE.TEST', 2, 'krbtgt', 'EXAMPLE.TEST')],
    lasts: '397 days',
    usage: signs,
    purposes: [purposes.pkinitKdc],
  },
  modernVpnGateway: { ...serverCase, lasts: '397 days', purposes: [purposes.ipsecIke, server] },
  modernVpnClient: {
    ...person,
    names: [mail('alice@example.test')],
    lasts: '365 days',
    purposes: [purposes.ipsecIke, client],
  },
  modernEapTlsClient: { ...person, lasts: '365 days', purposes: [client, purposes.eapOverLan], needsNames: false },
  modernRadiusServer: { ...serverCase, lasts: '397 days', purposes: [server, purposes.eapOverLan] },
  modernRouter: {
    subject: 'UNSTRUCTUREDNAME=router.example.test,O=Example',
    lasts: '730 days',
    usage: signsAndDecrypts,
    purposes: [purposes.ipsecIke, client, server],
    key: 'rsa',
    needsNames: false,
  },
  modernEstDevice: { ...device, lasts: '365 days', purposes: [client], needsNames: false },
  modernIotIdevid: { ...device, names: [hardwareModule], lasts: '7305 days', purposes: [], needsNames: false },
  modernIotLdevid: { ...device, lasts: '365 days', purposes: [client], needsNames: false },
};

const keyOf = (name: string) => keyFromPem(readFileSync(new URL(`${name}-key.pem`, goldenFolder), 'utf8'));
export const goldenAuthorityKey = keyOf('authority');
const keys = { rsa: keyOf('rsa'), ec: keyOf('ec'), 'ml-dsa': keyOf('ml-dsa') };

/** The inputs of a submission; `key` instead of the case's own. */
export function requestFor(
  wanted: Pick<BuiltInProfileCase, 'subject' | 'names' | 'key'>,
  key?: KeyPair,
): Record<string, string> {
  const subjectDer = encodeNameText(wanted.subject);
  const { names = [] } = wanted;
  const extensions =
    names.length === 0
      ? []
      : [{ oid: extensionOids.subjectAltName, critical: false, valueDer: encodeGeneralNames(names) }];
  const request = encodeCertificationRequest({
    subjectDer,
    extensions,
    key: key ?? keys[wanted.key ?? 'ec'],
  });
  return { cert_request_type: 'pkcs10', cert_request: pemOf(request) };
}
