// What recorded exchanges do not reach of the servlets that show certificates and requests.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type CertificateQuery, profileId } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { decodeTemplateXml } from '#codecs/dogtag-servlets';
import { systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { sampleAuthorityDescription, sampleCertificateRecord, sampleRequest } from '#test/sample-records';
import type { NonceBook } from '../../access/nonces.ts';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import type { OperationName } from '../../routing/operation-names.ts';
import { createDialects, dogtag10, dogtag11, type ProductDescription } from '../index.ts';

const authority = createSampleAuthority();
const records = Array.from({ length: 12 }, (_, index) =>
  sampleCertificateRecord(authority.issue({ serialNumber: BigInt(index + 2), isAuthority: index === 11 }), {
    profileId: profileId(index % 2 === 0 ? 'caServerCert' : 'caUserCert'),
    issuedBy: 'ipara',
  }),
);

/** The record as searched; `asked` are the queries that it was asked. */
function recordWith(asked: CertificateQuery[] = []): RaClient {
  return {
    describeAuthority: async () => sampleAuthorityDescription(authority),
    findCertificate: async (serial: bigint) => records.find(({ serialNumber }) => serialNumber === serial) ?? null,
    searchCertificates: async (query: CertificateQuery) => {
      asked.push(query);
      const matches = records.filter(
        ({ serialNumber }) =>
          serialNumber >= (query.serialFrom ?? 0n) && serialNumber <= (query.serialTo ?? serialNumber),
      );
      const after = matches.filter(({ serialNumber }) => serialNumber > (query.afterSerial ?? -1n));
      return { certificates: after.slice(query.offset ?? 0).slice(0, query.limit), total: matches.length };
    },
  } as Partial<RaClient> as RaClient;
}

const caller = {
  userId: 'ipara',
  groups: [],
  certificateDer: null,
  remoteAddress: '127.0.0.1',
  remoteHost: '127.0.0.1',
  viaSession: false,
};

interface Asked {
  readonly product?: ProductDescription;
  readonly ra?: RaClient;
  readonly nonces?: NonceBook;
}

function ask(operation: OperationName, query: string, more: Asked = {}): Promise<GatewayResponse> {
  const { product = dogtag10, ra = recordWith(), nonces = null } = more;
  const form = new Map([...new URLSearchParams(query)].map(([name, value]) => [name, [value]]));
  const request: GatewayRequest = {
    operation,
    requestId: 'r1',
    method: 'GET',
    path: '/ca/ee/ca/x',
    parameters: {},
    form,
    query: form,
    queryText: query,
    headers: {},
    body: Buffer.alloc(0),
    baseUrl: 'https://pki.example.test:8443',
    isSecure: true,
    user: null,
    nonces,
  };
  const { handlers } = createDialects({ clock: systemClock, timeZone: 'Etc/UTC', product });
  return handlers[operation](request, caller, ra);
}

const decode = ({ body }: GatewayResponse) => decodeTemplateXml(body);
const serialsIn = (answer: GatewayResponse) =>
  decode(answer).records.map((record) => record.get('serialNumberDecimal'));

describe('srchCerts', () => {
  it('refuses values that would be parts of a filter', async () => {
    for (const condition of [
      'issuedByInUse=on&issuedBy=x)(certStatus=VALID',
      'revokedByInUse=on&revokedBy=a*',
      'serialNumberRangeInUse=on&serialFrom=1)(certStatus=VALID',
      'statusInUse=on&status=VA*',
      'profileInUse=on&profile=ca\\2a',
      'revocationReasonInUse=on&revocationReason=1)(a=b',
    ]) {
      const answer = decode(await ask('servlet-search-certificates', `${condition}&xml=true`));
      assert.equal(answer.fixed.get('errorDetails'), 'Unable to search LDAP record: Bad search filter', condition);
    }
  });

  it('looks through the record for what it is not searched by', async () => {
    const byProfile = await ask('servlet-search-certificates', 'profileInUse=on&profile=causercert&xml=true');
    assert.deepEqual(serialsIn(byProfile), ['3', '5', '7', '9', '11', '13']);
    const authorities = await ask('servlet-search-certificates', 'basicConstraintsInUse=on&xml=true');
    assert.deepEqual(serialsIn(authorities), ['13']);
    const first = await ask('servlet-search-certificates', 'profileInUse=on&profile=caUserCert&maxResults=2&xml=true');
    assert.deepEqual(serialsIn(first), ['3', '5']);
  });

  it('lets others have their turns while it writes a long list', async () => {
    const [record] = records;
    assert.ok(record);
    const many = Array.from({ length: 1000 }, () => record);
    const ra = { ...recordWith(), searchCertificates: async () => ({ certificates: many, total: 1000 }) } as RaClient;
    for (const form of ['xml=true', 'xml=false']) {
      let [turns, isDone] = [0, false];
      const others = (async () => {
        for (; !isDone; turns++) await setImmediate();
      })();
      const answer = await ask('servlet-search-certificates', `statusInUse=on&status=VALID&maxResults=1000&${form}`, {
        ra,
      });
      isDone = true;
      await others;
      assert.match(answer.body.toString(), /totalRecordCount/);
      // A hundred rows at once, which are first made and then written.
      assert.ok(turns >= 18, `${turns} turns`);
    }
  });

  it('passes over certificates whose basic constraints cannot be read', async () => {
    const der = Buffer.from(authority.issue({ serialNumber: 30n, isAuthority: true }));
    // BasicConstraints with a BOOLEAN of true becomes one with an INTEGER of -1, which is no path length.
    const at = der.indexOf(Buffer.from('30030101ff', 'hex'));
    assert.ok(at > 0);
    der[at + 2] = 2;
    const sound = records[11];
    assert.ok(sound);
    const ra = {
      ...recordWith(),
      searchCertificates: async () => ({ certificates: [sampleCertificateRecord(der), sound], total: 2 }),
    } as RaClient;
    const answer = await ask('servlet-search-certificates', 'basicConstraintsInUse=on&xml=true', { ra });
    assert.deepEqual(serialsIn(answer), ['13']);
  });

  it('reads no more of the record than it shows', async () => {
    const asked: CertificateQuery[] = [];
    await ask('servlet-search-certificates', 'statusInUse=on&status=VALID&maxResults=3', { ra: recordWith(asked) });
    assert.deepEqual(asked, [{ statuses: ['valid'], limit: 3, countTotal: false }]);
  });
});

describe('listCerts', () => {
  it('begins at the beginning where no direction is given, whatever was asked before', async () => {
    await ask('servlet-list-certificates', 'direction=end&maxCount=2&xml=true');
    assert.deepEqual(serialsIn(await ask('servlet-list-certificates', 'maxCount=2&xml=true')), ['2', '3']);
  });

  it('goes by places from 11.5 on', async () => {
    const page = async (query: string) =>
      await ask('servlet-list-certificates', `maxCount=5&xml=true&${query}`, { product: dogtag11 });
    const first = decode(await page('direction=begin&serialFrom=4'));
    assert.deepEqual(
      ['previousStart', 'previousCount', 'totalRecordCount', 'queryCertFilter'].map((name) => first.header.get(name)),
      ['0', '5', '10', '(&(certStatus=*)(certRecordId>=4))'],
    );
    assert.deepEqual(serialsIn(await page('direction=down&previousStart=0&previousCount=5')), [
      '7',
      '8',
      '9',
      '10',
      '11',
    ]);
    assert.deepEqual(serialsIn(await page('direction=up&previousStart=5&previousCount=5')), ['2', '3', '4', '5', '6']);
    assert.deepEqual(serialsIn(await page('direction=end&totalRecordCount=12')), ['9', '10', '11', '12', '13']);
    const refused = decode(await page('direction=down&previousCount=x'));
    assert.equal(refused.fixed.get('errorDetails'), 'Invalid number format');
  });

  it('writes nothing of a client into its page as markup', async () => {
    const query = 'direction=begin&op=</script><b>&skipRevoked="><b>&revokeAll=</script><b>';
    const page = (await ask('servlet-list-certificates', query)).body.toString();
    assert.doesNotMatch(page, /<b>/);
    assert.equal(page.match(/<\/script>/g)?.length, 1);
  });
});

describe('Certificates for import', () => {
  it('have no type that browsers show', async () => {
    const typeOf = async (operation: OperationName, query: string) =>
      (await ask(operation, query)).headers['Content-Type'];
    const byType = (type: string) => `serialNumber=7&importCert=true&importCertMimeType=${type}`;
    assert.equal(await typeOf('servlet-get-by-serial', byType('text/html')), 'application/x-x509-user-cert');
    assert.equal(
      await typeOf('servlet-get-by-serial', byType('application/x-x509-ca-cert')),
      'application/x-x509-ca-cert',
    );
    assert.equal(await typeOf('servlet-get-ca-chain', 'op=download&mimeType=text/html'), 'application/octet-stream');
  });
});

describe('reasonToRevoke', () => {
  it('gives nonces out with what it shows, where they are in use', async () => {
    const nonces: NonceBook = { give: (_, id) => id * 100n, take: () => 'unknown' };
    const filter = encodeURIComponent('(|(certRecordId=0x3)(certRecordId=2)(certRecordId=99))');
    const answer = await ask('servlet-reason-to-revoke', `revokeAll=${filter}&totalRecordCount=9&xml=true`, { nonces });
    assert.equal(decode(answer).header.get('nonce'), '2:200,3:300');
  });

  it('shows what a filter names by number, as far as its other conditions hold', async () => {
    const shown = async (filter: string) => {
      const query = `revokeAll=${encodeURIComponent(filter)}&totalRecordCount=9&xml=true`;
      return decode(await ask('servlet-reason-to-revoke', query)).records.map((record) => record.get('serialNumber'));
    };
    assert.deepEqual(await shown('(&(|(certRecordId=2)(certRecordId=0x3))(certStatus=VALID))'), ['2', '3']);
    assert.deepEqual(await shown('(&(certRecordId=2)(!(certStatus=VALID)))'), []);
    assert.deepEqual(await shown('(&(certRecordId=1)(certRecordId=2))'), []);
  });

  it('wants certificates named', async () => {
    for (const filter of ['(certStatus=VALID)', '(certRecordId=*)', '(&(certRecordId=1)(cn=x))', '(', '']) {
      const answer = await ask('servlet-reason-to-revoke', `revokeAll=${encodeURIComponent(filter)}&xml=true`);
      assert.match(decode(answer).fixed.get('errorDetails') ?? '', /filter/, filter);
    }
  });
});

describe('queryReq', () => {
  it('tells the subject of a request without a certificate from its draft, and none where there is none', async () => {
    const requests = [
      sampleRequest(1n, { certificateSerials: [], draftDer: null }),
      sampleRequest(2n, { kind: 'revocation', state: 'complete' }),
    ];
    const ra = {
      listRequests: async () => ({ requests, total: 2, precedingCount: 0 }),
      findCertificate: async () => null,
    } as Partial<RaClient> as RaClient;
    const page = (await ask('servlet-query-requests', 'reqType=showAll&reqState=showAll', { ra })).body.toString();
    assert.doesNotMatch(page, /record\.subject/);
    assert.match(page, /record\.seqNum="2"/);
  });
});
