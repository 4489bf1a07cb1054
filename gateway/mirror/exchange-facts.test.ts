// Facts read from answers that a Dogtag 10.10.2 was seen to give.
import assert from 'node:assert/strict';
import type { RequestId, SerialNumber } from '../contract.ts';
import type { UnauthenticatedRequest } from '../routing/gateway-request.ts';
import type { OperationName } from '../routing/operation-names.ts';
import type { DogtagClient } from '../upstream/dogtag-client.ts';
import { extractFacts, findNamedObjects } from './exchange-facts.ts';

const info = (id: number, certId: string | null) =>
  `{"requestType":"enrollment","requestStatus":"complete","requestURL":"https://pki.example.test:18443/ca/rest/certrequests/${id}",` +
  `"certId":${certId === null ? 'null' : `"${certId}"`},"certURL":null}`;

/** Answers as if request 807 had issued certificate 0x2b9; what it was asked is noted. */
function dogtagThatIssued(serial: bigint | null): { dogtag: DogtagClient; asked: string[] } {
  const asked: string[] = [];
  const dogtag: DogtagClient = {
    call: () => Promise.reject(new Error('not expected')),
    checkPassword: () => Promise.reject(new Error('not expected')),
    findRequest: async (id) => {
      asked.push(`request ${id}`);
      return { id, status: 'complete', certificateSerial: serial as SerialNumber | null, errorMessage: null };
    },
    findCertificate: async (serialNumber) => {
      asked.push(`certificate ${serialNumber}`);
      return { serialNumber, certificateDer: Buffer.from('3000', 'hex') };
    },
  };
  return { dogtag, asked };
}

function request(more: Partial<UnauthenticatedRequest> = {}): UnauthenticatedRequest {
  return { parameters: {}, form: new Map(), headers: {}, ...more } as UnauthenticatedRequest;
}

async function facts(
  operation: OperationName,
  body: string,
  more: Partial<UnauthenticatedRequest> = {},
  answer: { status?: number; type?: string; serial?: bigint | null } = {},
) {
  const { dogtag, asked } = dogtagThatIssued(answer.serial ?? null);
  const response = {
    status: answer.status ?? 200,
    headers: { 'Content-Type': answer.type ?? 'application/json' },
    body: Buffer.from(body),
  };
  const { requestIds, certificates, changedSerials } = await extractFacts(operation, request(more), response, dogtag);
  return { requestIds, serials: certificates.map(({ serialNumber }) => serialNumber), changedSerials, asked };
}

const id = (value: number) => BigInt(value) as RequestId;
const serial = (value: number) => BigInt(value) as SerialNumber;

describe('extractFacts', () => {
  it('reads request and certificate of a REST enrolment, in JSON and in XML, each once', async () => {
    const json = await facts('rest-submit-request', `{"total":1,"entries":[${info(790, '0x2af')}],"Link":[]}`);
    assert.deepEqual([json.requestIds, json.serials], [[id(790)], [serial(0x2af)]]);
    const entry =
      '<requestURL>https://pki.example.test:18443/ca/rest/certrequests/976</requestURL><certId>0x314</certId>' +
      '<certURL>https://pki.example.test:18443/ca/rest/certs/788</certURL>';
    const xml = await facts(
      'rest-submit-request',
      `<CertRequestInfos><entries>${entry}</entries>${entry}</CertRequestInfos>`,
    );
    assert.deepEqual([xml.requestIds, xml.serials], [[id(976)], [serial(0x314)]]);
  });

  it('reads requests and certificates from the answers of both versions of 11.x', async () => {
    const first =
      '{"total":1,"entries":[{"requestID":"0x60","requestType":"enrollment","requestURL":"https://pki.example.test:28443/ca/v1/96",' +
      '"certId":"0x39","requestId":"0x60"}]}';
    const second = '{\n  "entries" : [ {\n    "requestID" : "0x60",\n    "certId" : "0x39"\n  } ]\n}\n';
    for (const text of [first, second]) {
      const found = await facts('rest-submit-request', text);
      assert.deepEqual([found.requestIds, found.serials], [[id(96)], [serial(0x39)]]);
    }
  });

  it('reads a pending enrolment as a request without a certificate', async () => {
    const pending = await facts('rest-submit-request', `{"entries":[${info(806, null)}]}`);
    assert.deepEqual([pending.requestIds, pending.serials, pending.asked], [[id(806)], [], []]);
    const servlet = await facts(
      'servlet-profile-submit',
      '<XMLResponse><Status>2</Status><Error/><RequestId>  759</RequestId></XMLResponse>',
      {},
      { type: 'application/xml' },
    );
    assert.deepEqual([servlet.requestIds, servlet.serials], [[id(759)], []]);
  });

  it('reads a servlet enrolment, and asks for the certificate of one answered by a page', async () => {
    const xml = '<Requests><Request><Id>754</Id><serialno>29e</serialno><b64>MII=</b64></Request></Requests>';
    const answered = await facts('servlet-profile-submit-ssl-client', xml, {}, { type: 'application/xml' });
    assert.deepEqual([answered.requestIds, answered.serials], [[id(754)], [serial(0x29e)]]);
    const page = await facts(
      'servlet-profile-submit',
      'requestList.requestId="757"; x requestId="+ y',
      {},
      { type: 'text/html;charset=UTF-8', serial: 5n },
    );
    assert.deepEqual([page.requestIds, page.serials], [[id(757)], [serial(5)]]);
  });

  it('asks which certificate an approval has issued, and nothing after a rejection', async () => {
    const approved = await facts(
      'rest-process-request',
      '',
      { parameters: { id: '807', action: 'approve' } },
      { status: 204, serial: 0x2b9n },
    );
    assert.deepEqual([approved.requestIds, approved.serials], [[id(807)], [serial(0x2b9)]]);
    const rejected = await facts('rest-process-request', '', { parameters: { id: '0x327', action: 'reject' } });
    assert.deepEqual([rejected.requestIds, rejected.asked], [[id(807)], []]);
    const form = new Map([
      ['requestId', ['774']],
      ['op', ['approve']],
    ]);
    const servlet = await facts('servlet-profile-process', '', { form }, { type: 'text/xml', serial: 1n });
    assert.deepEqual([servlet.requestIds, servlet.serials], [[id(774)], [serial(1)]]);
  });

  it('reads the certificate that a revocation or release changed', async () => {
    const revoked = await facts('rest-revoke-certificate', info(813, '0x2bc'), { parameters: { id: '0x2bc' } });
    assert.deepEqual([revoked.requestIds, revoked.changedSerials, revoked.serials], [[id(813)], [serial(700)], []]);
  });

  it('reads which certificates a token processor has asked about, whose answer names none', () => {
    const done = { status: 200, headers: {}, body: Buffer.from('status=0&error=') };
    const changed = (operation: OperationName, name: string, value: string) =>
      findNamedObjects(operation, request({ form: new Map([[name, [value]]]) }), done).changedSerials;
    assert.deepEqual(changed('servlet-token-revoke', 'revokeAll', '(certRecordId=700)'), [serial(700)]);
    const several = '(|(certRecordId=0x2BC)(certRecordId=5)(certRecordId=700))';
    assert.deepEqual(changed('servlet-token-revoke', 'revokeAll', several), [serial(700), serial(5)]);
    assert.deepEqual(changed('servlet-token-release', 'serialNumber', '0x18 25'), [serial(0x18), serial(25)]);
    assert.deepEqual(changed('servlet-token-release', 'serialNumber', 'zz'), []);
    assert.deepEqual(changed('servlet-token-release', 'other', '1'), []);
  });

  it('reads which profile was made or changed', async () => {
    const named = (operation: OperationName, body: string, more = {}) =>
      findNamedObjects(operation, request({ body: Buffer.from(body), ...more }), {
        status: 200,
        headers: {},
        body: Buffer.alloc(0),
      }).profileIds;
    assert.deepEqual(named('rest-create-raw-profile', 'name=x\nprofileId = made\nclassId=c\n'), ['made']);
    assert.deepEqual(named('rest-create-profile', '{"Input":[{"id":"i1"}],"id":"made"}'), ['made']);
    assert.deepEqual(
      named('rest-create-profile', '<?xml version="1.0"?><Profile id="made"><Input id="i1"/></Profile>'),
      ['made'],
    );
    for (const body of ['', '{', '{"id":1}', '[]', 'null']) assert.deepEqual(named('rest-create-profile', body), []);
    const addressed = { parameters: { id: 'theirs' } };
    for (const operation of [
      'rest-modify-profile',
      'rest-modify-raw-profile',
      'rest-change-profile-state',
      'rest-delete-profile',
    ] as const)
      assert.deepEqual(named(operation, '', addressed), ['theirs']);
    assert.deepEqual(named('servlet-profile-approve', '', { form: new Map([['profileId', ['theirs']]]) }), ['theirs']);
    assert.deepEqual(named('servlet-profile-approve', ''), []);
  });

  it('finds no facts in refusals and reads', async () => {
    const refused = await facts('rest-submit-request', info(1, '0x1'), {}, { status: 400 });
    assert.deepEqual([refused.requestIds, refused.asked], [[], []]);
    const read = await facts('rest-get-request', info(1, '0x1'));
    assert.deepEqual([read.requestIds, read.asked], [[], []]);
  });

  it('tells that users or groups were changed where Dogtag has accepted it, and not where it has refused', async () => {
    const response = (status: number) => ({ status, headers: {}, body: Buffer.alloc(0) });
    const { dogtag } = dogtagThatIssued(null);
    for (const operation of ['rest-add-user', 'rest-remove-group', 'rest-remove-user-membership'] as const) {
      assert.equal(findNamedObjects(operation, request(), response(204)).changesRoster, true);
      assert.equal(findNamedObjects(operation, request(), response(409)).changesRoster, undefined);
      assert.equal((await extractFacts(operation, request(), response(204), dogtag)).changesRoster, true);
    }
    assert.equal(findNamedObjects('rest-list-users', request(), response(200)).changesRoster, undefined);
  });
});
