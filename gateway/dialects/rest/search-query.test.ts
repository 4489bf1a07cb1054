// A search as clients write it, as the record is asked.
import assert from 'node:assert/strict';
import { decodeJsonBody, type SearchRequest, searchRequest } from '#codecs/dogtag-rest';
import { RestRefusal } from './error-response.ts';
import { certificateQueryOf } from './search-query.ts';

function search(members: object): SearchRequest {
  const decoded = decodeJsonBody(searchRequest, Buffer.from(JSON.stringify(members)));
  assert.ok(decoded !== null);
  return decoded;
}
const query = (members: object) => certificateQueryOf(search(members));

describe('certificateQueryOf', () => {
  it('takes status, issuer and serial numbers without their flags, and nothing else', () => {
    assert.deepEqual(query({}), {});
    assert.deepEqual(query({ status: 'revoked', issuerDN: 'CN=X', serialFrom: '0X10', serialTo: ' 0x20' }), {
      statuses: ['revoked'],
      issuer: 'CN=X',
      serialFrom: 16n,
      serialTo: 32n,
    });
    const unflagged = { commonName: 'a', issuedBy: 'b', revokedBy: 'c', validNotAfterTo: '1', revocationReason: '1' };
    assert.deepEqual(query({ ...unflagged, certTypeSSLServer: 'on', validityCount: 1 }), {});
  });

  it('finds nothing for a lower serial number or a status that there cannot be, and passes over such an upper one', () => {
    assert.equal(query({ serialFrom: 'zzz' }), null);
    assert.equal(query({ status: 'NOSUCH' }), null);
    assert.deepEqual(query({ serialTo: 'zzz', status: '', issuerDN: '' }), {});
  });

  it('escapes values of the subject, so that they cannot reach into other parts', () => {
    assert.deepEqual(query({ subjectInUse: true, commonName: 'a,O=b', org: '', matchExactly: true }), {
      subject: { match: 'equals-all', parts: [{ attribute: 'CN', value: 'a\\,O\\=b' }] },
    });
    assert.deepEqual(query({ subjectInUse: 'true', eMail: 'a@b', state: 'c' }), {
      subject: {
        match: 'contains-any',
        parts: [
          { attribute: 'E', value: 'a@b' },
          { attribute: 'ST', value: 'c' },
        ],
      },
    });
    assert.deepEqual(query({ subjectInUse: true }), {});
  });

  it('counts the last millisecond of the last day in', () => {
    assert.deepEqual(query({ issuedOnInUse: true, issuedOnFrom: '86400000', issuedOnTo: 86400000 }), {
      issuedFrom: new Date('1970-01-02T00:00:00Z'),
      issuedTo: new Date('1970-01-02T23:59:59.999Z'),
    });
    assert.deepEqual(query({ validNotAfterInUse: true, validNotAfterTo: '9223372036854775807' }), {
      notAfterTo: new Date(8.64e15),
    });
  });

  it('takes anybody for a user who is not named', () => {
    assert.deepEqual(query({ issuedByInUse: true, revokedByInUse: true, revokedBy: 'x' }), {
      issuedBy: '',
      revokedBy: 'x',
    });
  });

  it('reads reasons, lengths and types', () => {
    assert.deepEqual(query({ revocationReasonInUse: true, revocationReason: '1,x,9,' }), {
      revocationReasons: [1, 9],
      hasInvalidityDate: false,
    });
    assert.deepEqual(query({ revocationReasonInUse: true }), {});
    assert.deepEqual(
      query({ validityLengthInUse: true, validityOperation: '>=', validityCount: 2, validityUnit: 1000 }),
      { validityLength: { operation: '>=', milliseconds: 2000 } },
    );
    assert.deepEqual(
      query({ certTypeInUse: true, certTypeSSLClient: 'off', certTypeSubEmailCA: 'on', certTypeSSLServer: 'x' }),
      {
        netscapeCertificateType: { sslClient: false, smimeCA: true },
      },
    );
  });

  it('refuses what cannot be read', () => {
    for (const members of [
      { issuedOnInUse: true, issuedOnFrom: '2026-11-23' },
      { revokedOnInUse: true, revokedOnTo: '1e3' },
      { validityLengthInUse: true },
      { validityLengthInUse: true, validityOperation: '=', validityCount: 1, validityUnit: 1 },
      { validityLengthInUse: true, validityOperation: '<=', validityUnit: 1 },
    ])
      assert.throws(() => query(members), RestRefusal, JSON.stringify(members));
  });
});
