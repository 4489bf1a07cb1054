// What CS.cfg says of a Dogtag CA, as far as somebody who takes its place has to know it. Read as Dogtag reads it: the same lines as profiles.
import { ProfileSection } from '#codecs/dogtag-profile';
import { type CrlPointConfiguration, readCrlPoints } from './crl-points.ts';
import { type DirectoryConfiguration, readDirectoryConfiguration } from './directory-configuration.ts';
import { type ProfileStorage, readProfileStorage } from './profile-storage.ts';
import { type NumberConfiguration, readNumberConfiguration } from './serial-numbers.ts';
import { readSystemCertificates, type SystemCertificate } from './system-certificates.ts';

export interface CaConfiguration {
  /** Release, such as `10.10.2`; null when it is not said. */
  readonly version: string | null;
  readonly instance: string | null;
  readonly hostName: string | null;
  readonly securePort: string | null;
  readonly directory: DirectoryConfiguration | null;
  readonly certificates: readonly SystemCertificate[];
  readonly crlPoints: readonly CrlPointConfiguration[];
  readonly numbers: NumberConfiguration;
  readonly profiles: ProfileStorage;
  readonly audit: {
    readonly isEnabled: boolean;
    readonly isSigned: boolean;
    readonly certificateNickname: string | null;
    /** Path on Dogtag's machine. */
    readonly file: string | null;
    readonly events: readonly string[];
    readonly bufferBytes: number | null;
    readonly flushSeconds: number | null;
    readonly maxFileKib: number | null;
    readonly rolloverSeconds: number | null;
  };
  /** Whether an agent has to give back what he was shown (`ca.enableNonces`). */
  readonly usesNonces: boolean;
  readonly publishesCrls: boolean;
  readonly issuesToScep: boolean;
  readonly securityDomain: { readonly name: string; readonly host: string | null; readonly port: string | null } | null;
  /** Where keys are archived; null where none are. */
  readonly kraConnector: { readonly host: string; readonly port: string | null } | null;
  /** Names under which passwords are asked for, never the passwords. */
  readonly passwordNames: readonly string[];
  /** Class that provides passwords: a file, or somebody at the console (nuxwdog). */
  readonly passwordSource: string | null;
}

/** Throws ProfileTextError for text beyond every reasonable size. */
export function parseCaConfiguration(text: string): CaConfiguration {
  const configuration = ProfileSection.parse(text);
  const read = (key: string) => configuration.findText(key) || null;
  const number = (key: string) => {
    const digits = read(key) ?? '';
    return /^\d{1,12}$/.test(digits) ? Number(digits) : null;
  };
  const isOn = (key: string) => configuration.findFlag(key) === true;
  const audit = 'log.instance.SignedAudit';
  const domain = read('securitydomain.name');
  const kraHost = read('ca.connector.KRA.host');
  return {
    version: read('cms.product.version') ?? read('cms.version'),
    instance: read('instanceId'),
    hostName: read('machineName') ?? read('service.machineName'),
    securePort: read('service.securePort') ?? read('https.port'),
    directory: readDirectoryConfiguration(configuration),
    certificates: readSystemCertificates(configuration),
    crlPoints: readCrlPoints(configuration),
    numbers: readNumberConfiguration(configuration),
    profiles: readProfileStorage(configuration),
    audit: {
      isEnabled: isOn(`${audit}.enable`),
      isSigned: isOn(`${audit}.logSigning`),
      certificateNickname: read(`${audit}.signedAuditCertNickname`),
      file: read(`${audit}.fileName`),
      events: configuration.list(`${audit}.events`).map((event) => event.trim()),
      bufferBytes: number(`${audit}.bufferSize`),
      flushSeconds: number(`${audit}.flushInterval`),
      maxFileKib: number(`${audit}.maxFileSize`),
      rolloverSeconds: number(`${audit}.rolloverInterval`),
    },
    usesNonces: isOn('ca.enableNonces'),
    publishesCrls: isOn('ca.publish.enable'),
    issuesToScep: isOn('ca.scep.enable'),
    securityDomain:
      domain === null
        ? null
        : { name: domain, host: read('securitydomain.host'), port: read('securitydomain.httpsadminport') },
    kraConnector:
      kraHost !== null && isOn('ca.connector.KRA.enable')
        ? { host: kraHost, port: read('ca.connector.KRA.port') }
        : null,
    passwordNames: configuration.list('cms.passwordlist').map((name) => name.trim()),
    passwordSource: read('passwordClass'),
  };
}
