// Values that somebody might configure, right ones more often than wrong ones; what the generated profiles are made of.
import fc from 'fast-check';
import type { Parameters } from './profile-variants.ts';

export type Values = fc.Arbitrary<string>;

/** A value out of these; later ones are for things that should be rare. */
export const among = (usual: readonly string[], rare: readonly string[] = []): Values =>
  rare.length === 0
    ? fc.constantFrom(...usual)
    : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

export const flag = among(['true', 'false'], ['True', 'TRUE', 'yes', '', '-']);
export const criticality = among(['true', 'false', '-'], ['', 'maybe']);
export const count = (most: number): Values =>
  among(
    Array.from({ length: most + 1 }, (_, index) => String(index)),
    ['-1', 'x', '', '200'],
  );
export const policyNumber = among(['0', '1', '3', '127', '128', '300'], ['-1', '', 'x', '70000']);

const oids = ['1.2.3', '2.5.29.32.0', '1.3.6.1.4.1.99999.7', '2.999.1', '1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.48.1'];
export const oid = among(oids, ['1.40.1', 'x', '', '1.2.x', '1', '1.2.3.']);
export const oidList = among(
  [
    '1.3.6.1.5.5.7.3.1',
    '1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2',
    '1.3.6.1.5.5.7.3.2,1.3.6.1.5.5.7.3.4,1.3.6.1.5.5.7.3.17',
    '2.5.29.37.0',
    '1.3.6.1.5.2.3.5,1.3.6.1.5.2.3.4',
  ],
  ['', ',', '1.2.3,', 'serverAuth', '1.3.6.1.5.5.7.3.1, 1.3.6.1.5.5.7.3.2', '1.2.3,1.2.3'],
);

export const dayCount = among(['1', '10', '30', '365', '730', '3652'], ['0', '-1', '', 'x', '40000', '1.5']);
export const rangeUnit = among(['day', 'month', 'year', 'hour', 'month'], ['', 'week', 'Day']);
/** None that becomes valid while somebody looks: Dogtag's statuses follow the clock only when a job has run. */
export const startSeconds = among(['0', '864000', '-60', '8640000'], ['', 'x', '-86400', '999999999999']);

/** A kind of general name with a value that fits it, or one that does not. */
export const generalName: fc.Arbitrary<readonly [kind: string, value: string]> = fc.oneof(
  ...(
    [
      ['URIName', among(['http://host.example.test/a', 'ldap://host.example.test/cn=a,o=b?c;binary'], ['', 'no uri'])],
      ['DNSName', among(['host.example.test', '*.example.test', 'a'], ['', 'hö.example.test'])],
      ['RFC822Name', among(['ann@example.test', 'example.test', '.example.test'], ['', 'a b@c'])],
      ['DirectoryName', among(['CN=a,O=b', 'C=DE,O=Beispiel GmbH', 'UID=a+CN=b,DC=test', 'CN=Ünï'], ['', 'x', 'O='])],
      [
        'IPAddress',
        among(['192.0.2.1', '2001:db8::1', '192.0.2.0,255.255.255.0'], ['', '1.2.3', '192.0.2.0/24', '::1/64']),
      ],
      ['OIDName', among(['1.2.3.4', '2.5.4.3'], ['', 'x', '1'])],
      ['EDIPartyName', among(['party'], [''])],
      [
        'OtherName',
        among(
          [
            '(UTF8String)1.2.3,text',
            '(PrintableString)1.2.3.4,text',
            '(IA5String)1.3.6.1.4.1.311.20.2.3,ann@example.test',
            '(KerberosName)EXAMPLE.TEST|1|host|host.example.test',
            '(BMPString)1.2.3,text',
            '(Any)1.2.3,0c0161',
          ],
          ['', '1.2.3,text', '(UTF8String)x,text', '(UTF8String)1.2.3', '(Nothing)1.2.3,text'],
        ),
      ],
      ['Nothing', among(['x', ''])],
    ] as const
  ).map(([kind, values]) => values.map((value) => [kind, value] as const)),
);

/** Facts that a pattern may ask for. */
export const pattern = among(
  [
    '$request.requestor_email$',
    '$request.req_subject_name.cn$',
    'x-$request.requestor_name$-y',
    '$request.profileId$ $request.req_seq_num$',
    'plain',
  ],
  ['$request.no_such_fact$', '$request.requestor_email', '$server.source$', '$$', '$request.$', 'a$b'],
);

export const namePattern = among(
  [
    'CN=$request.req_subject_name.cn$,O=EXAMPLE.TEST',
    'UID=$request.uid$,E=$request.requestor_email$,O=$request.req_subject_name.o$',
    'CN=fixed, OU=Web , O=Example',
    'CN="quoted, value"+UID=x,O=Ex\\, ample',
    'DC=test,DC=example,CN=$request.requestor_name$',
    '2.5.4.3=by oid,O=Example',
    'C=DE,ST=Berlin,L=Berlin,STREET=a,POSTALCODE=1,SERIALNUMBER=2,CN=x',
    'CN=x\\2Cy,O=#0c0161',
  ],
  ['', 'nonsense', 'CN=', '=x', 'CN=a,,O=b', 'XX=y', 'C=DEU', 'CN=a;O=b'],
);

/** A record some of whose members may be missing. */
export function parameters(values: Readonly<Record<string, Values>>): fc.Arbitrary<Parameters> {
  return fc.record(values, { requiredKeys: [] }).map((given) => given as Parameters);
}

/** The same members for every index below a number that is small. */
export function indexed(most: number, row: (index: number) => fc.Arbitrary<Parameters>): fc.Arbitrary<Parameters> {
  return fc
    .integer({ min: 0, max: most })
    .chain((rows) => fc.tuple(...Array.from({ length: rows }, (_, index) => row(index))))
    .map((rows) => Object.assign({}, ...rows) as Parameters);
}

export function together(...parts: readonly fc.Arbitrary<Parameters>[]): fc.Arbitrary<Parameters> {
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Parameters);
}
