// retag.json: what the appliance must know of this machine and of the Dogtag it stands beside.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { packetBytesDefault, packetBytesMax, packetBytesMin } from '#codecs/ajp13';
import { settings } from '#platform';

const { flag, group, listOf, oneOf, optional, purposed, tcpPort, text, url, version, wholeNumber, withDefault } =
  settings;

const identity = group({
  certificateFile: purposed('PEM file with the certificate', text),
  keyFile: purposed('PEM file with its key', text),
});

const directory = group({
  url: purposed(
    '`ldapi://` names a Unix socket, with `%2F` for each slash: `ldapi://%2Frun%2Fslapd-EXAMPLE-TEST.socket`',
    url('ldap:', 'ldaps:', 'ldapi:'),
  ),
  authentication: purposed(
    '`simple` shows `bindDn` and `password`; with `external` the server knows us by `clientCertificate`, or on a Unix socket by the user of this process',
    withDefault(oneOf('simple', 'external'), 'simple'),
  ),
  bindDn: purposed('To go back, it must be one that may write into the directory', optional(text)),
  password: optional(text),
  base: purposed("The CA's suffix", withDefault(text, 'o=ipaca')),
  startTls: purposed('Begin TLS on the plain port, before the password is shown', withDefault(flag, false)),
  caCertificateFile: purposed(
    "PEM file with the CAs under which alone the directory's TLS certificate may verify; without it, those that Node.js trusts",
    optional(text),
  ),
  certificateHostName: purposed(
    "The name that the directory's TLS certificate must have; without it, the host in `url`",
    optional(text),
  ),
  clientCertificate: purposed('Shown to the directory in TLS', optional(identity)),
  timeZone: purposed(
    'Zone in which the server wrote its dates, as `Europe/Berlin`; without it, found out from the certificates',
    optional(text),
  ),
});

const dogtag = group({
  httpsUrl: purposed('Where its TLS connector is; the host may be an address', url('https:')),
  httpUrl: purposed('Where its plain connector is', url('http:')),
  hostName: purposed('The host name in its TLS certificate and in its links', text),
  version: purposed(
    'Dogtag release to answer as, such as `11.10.1`: its REST interface in version 1 as of that release, version 2 from 11.6 on, its servlets; ' +
      'without it, what this Dogtag says that it is, else 10.10.2',
    optional(version),
  ),
  caCertificateFile: purposed('PEM file with the CA that its TLS certificate must chain to', text),
  ajp: purposed(
    "Its AJP connector, over which every client's certificate can be passed on, as FreeIPA's httpd does",
    optional(group({ host: text, port: tcpPort, secret: purposed("The connector's", optional(text)) })),
  ),
  directory,
  replicas: purposed(
    'Further directories of the same CA; what they hold together is imported and followed, and every disagreement is a finding. `directory` counts first, and is written to at a rollback',
    withDefault(listOf(directory), []),
  ),
  agent: purposed(
    "An agent's certificate and key: for the gateway's own certificate, for Dogtag's CRL at a rollback, and to forward that agent without AJP",
    optional(identity),
  ),
  administrator: purposed('The same of an administrator; forwards that administrator without AJP', optional(identity)),
});

const ajp = group({
  address: purposed('Loopback where the web server runs beside the gateway', withDefault(text, '127.0.0.1')),
  port: purposed("That of Dogtag's own connector", withDefault(tcpPort, 8009)),
  secretFile: purposed(
    'File with the secret that the web server must show (`secret=` of its ProxyPass), in one line; the variable `RETAG_AJP_SECRET` wins over it',
    optional(text),
  ),
  secretRequired: purposed(
    'Without a secret, the listener starts only when this is false, and then no client certificate counts',
    withDefault(flag, true),
  ),
  packetSize: purposed(
    "Largest AJP packet in bytes; the web server's `ProxyIOBufferSize` must be the same",
    withDefault(wholeNumber(packetBytesMin, packetBytesMax), packetBytesDefault),
  ),
  peers: purposed(
    'Addresses, or networks as `10.0.0.0/8`, from which web servers may connect',
    withDefault(listOf(text), ['127.0.0.1', '::1']),
  ),
  allowedRequestAttributesPattern: purposed(
    'Regular expression for names of request attributes that are let in; any other than the usual ones is answered 403',
    optional(text),
  ),
});

const shape = group({
  dataFolder: purposed(
    'Where the embedded database, the keys and the gateway’s own certificate live; relative to this file',
    withDefault(text, './retag-data'),
  ),
  databaseUrl: purposed(
    '`postgres://...` of a server of your own; without it the embedded one. The variable `DATABASE_URL` wins over it',
    optional(text),
  ),
  hostNames: purposed(
    'Names by which clients reach this gateway, the first one for the subject of its certificate',
    listOf(text),
  ),
  listen: group({
    address: purposed('For all three ports', withDefault(text, '127.0.0.1')),
    httpsPort: withDefault(tcpPort, 8443),
    httpPort: withDefault(tcpPort, 8080),
    adminPort: purposed('Health, status and reports over HTTPS', withDefault(tcpPort, 9443)),
  }),
  ajp: purposed(
    "AJP/1.3 for a web server in front, as FreeIPA's httpd; without it, none is listened for",
    optional(ajp),
  ),
  dogtag: purposed('The Dogtag that is being moved away from; none for a CA that never had one', optional(dogtag)),
  authority: group({
    pkcs12File: purposed("Dogtag's exported CA signing key; taken into the signer's folder once", optional(text)),
    pkcs12Password: optional(text),
    timeZone: purposed(
      'Zone in which Dogtag reckons days and prints dates, by its Java id; without it, learnt from Dogtag',
      optional(text),
    ),
    dogtagVersion: purposed(
      'Dogtag release that profiles behave as, such as `11.10.1`; without it, the one that is answered as (`dogtag.version`), which it takes the place of once there is no `dogtag`',
      optional(version),
    ),
    defaultOcspUrl: purposed(
      "What an authority information access extension without a location names; without it, made of Dogtag's host name and HTTP port",
      optional(url('http:', 'https:')),
    ),
  }),
  tls: purposed(
    "The gateway's own TLS certificate from files; without it, obtained and renewed by itself",
    optional(identity),
  ),
  tlsProfile: purposed('Profile under which it is obtained', withDefault(text, 'caServerCert')),
  nonces: purposed(
    'Whether an agent who decides or revokes must give back the nonce that he was shown; as `ca.enableNonces` says of the Dogtag (FreeIPA turns it off)',
    withDefault(flag, false),
  ),
  mirror: group({
    enabled: purposed(
      'Whether exchanges in mode `forward` are compared; those in `rehearse` always are',
      withDefault(flag, true),
    ),
    queueLengthMax: purposed(
      'Exchanges waiting to be compared; what is more is dropped and counted',
      withDefault(wholeNumber(1, 1_000_000), 2000),
    ),
  }),
  readiness: group({
    comparisonsMin: purposed(
      'Fewest comparisons of an operation (and, where a profile rules it, of a profile) before it may be cut over',
      withDefault(wholeNumber(1, 1_000_000), 3),
    ),
    spanSecondsMin: purposed(
      'Shortest time between the first and the last of them',
      withDefault(wholeNumber(0, 31_536_000), 0),
    ),
    unusedSpanSecondsMin: purposed(
      'How long everything together must have been compared before an operation that nobody used meanwhile may be cut over; a week unless said otherwise',
      withDefault(wholeNumber(0, 31_536_000), 604_800),
    ),
  }),
  log: group({ level: withDefault(oneOf('debug', 'info', 'warn', 'error'), 'info') }),
});

/** Every key with what it takes and what it is for. */
export const applianceSettingLines = settings.listSettings(shape);

export type ApplianceSettings = ReturnType<typeof shape>;

/** Reads settings from parsed JSON; file names become absolute, relative to `folder`. Throws SettingError naming the key. */
export function parseApplianceSettings(value: unknown, folder: string): ApplianceSettings {
  const parsed = shape(value, '');
  const absolute = (file: string) => resolve(folder, file);
  const absoluteIdentity = (files: { certificateFile: string; keyFile: string } | null) =>
    files && { certificateFile: absolute(files.certificateFile), keyFile: absolute(files.keyFile) };
  const absoluteDirectory = (files: ReturnType<typeof directory>) => ({
    ...files,
    caCertificateFile: files.caCertificateFile && absolute(files.caCertificateFile),
    clientCertificate: absoluteIdentity(files.clientCertificate),
  });
  const { dogtag, authority } = parsed;
  return Object.freeze({
    ...parsed,
    dataFolder: absolute(parsed.dataFolder),
    dogtag: dogtag && {
      ...dogtag,
      caCertificateFile: absolute(dogtag.caCertificateFile),
      directory: absoluteDirectory(dogtag.directory),
      replicas: dogtag.replicas.map(absoluteDirectory),
      agent: absoluteIdentity(dogtag.agent),
      administrator: absoluteIdentity(dogtag.administrator),
    },
    ajp: parsed.ajp && { ...parsed.ajp, secretFile: parsed.ajp.secretFile && absolute(parsed.ajp.secretFile) },
    authority: { ...authority, pkcs12File: authority.pkcs12File && absolute(authority.pkcs12File) },
    tls: absoluteIdentity(parsed.tls),
  });
}

/** Reads a settings file. Throws an Error whose message names the file, the place and what to do. */
export async function readSettingsFile(file: string): Promise<ApplianceSettings> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new Error(
      `settings file ${file}: ${why}. Write one with "retag config from-env > retag.json", or name another with --config.`,
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new Error(`settings file ${file} is not JSON: ${(error as Error).message}`);
  }
  try {
    return parseApplianceSettings(value, dirname(resolve(file)));
  } catch (error) {
    throw new Error(`settings file ${file}: ${(error as Error).message}`, { cause: error });
  }
}
