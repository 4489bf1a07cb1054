// Records at the lab's Dogtag what the recordings lack of its older servlets. `node test/golden/dialects/record-servlets.ts`, with the variables of
// `lab env`, on a lab that has at least a dozen certificates. Changes nothing at Dogtag.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OperationName } from '#gateway';
import { askLab, keepExchange, recordedHost } from './record-exchange.ts';
import type { Identity } from './recorded-exchanges.ts';

const folder = fileURLToPath(new URL('../../../compat-fixtures/exchanges/10.10.2/servlet/', import.meta.url));

interface Asked {
  readonly operation: OperationName;
  readonly target: string;
  /** In the words by which the list of gaps tells kinds of exchanges. */
  readonly shows: string;
  readonly identity: Identity;
}

const asked = (
  operation: OperationName,
  target: string,
  shows: string,
  identity: Identity = target.includes('/agent/') || target.startsWith('/ca/ca/') ? 'ipara' : 'none',
): Asked => ({ operation, target, shows, identity });

const listed = 'xml=true&op=listCerts';
const searched = 'xml=true&op=srchCerts';

/** Both paths of a list, and who is refused on the agents' one. */
function ofLists(): readonly Asked[] {
  const [ee, agent] = ['/ca/ee/ca', '/ca/agent/ca'];
  return [
    asked(
      'servlet-list-certificates',
      `${ee}/listCerts?${listed}&direction=begin&maxCount=3&serialTo=9`,
      'the first page up to a number',
    ),
    asked(
      'servlet-list-certificates',
      `${ee}/listCerts?${listed}&direction=begin&maxCount=abc`,
      'a count that is no number',
    ),
    asked(
      'servlet-agent-list-certificates',
      `${agent}/listCerts?${listed}&direction=begin&maxCount=2&skipRevoked=on&skipNonValid=on`,
      'valid ones',
    ),
    asked(
      'servlet-agent-list-certificates',
      `${agent}/listCerts?${listed}&direction=down&querySentinelDown=zz`,
      'a sentinel that is no number',
    ),
    asked(
      'servlet-agent-list-certificates',
      `${agent}/listCerts?${listed}&direction=begin`,
      'nobody who is known',
      'none',
    ),
    asked(
      'servlet-search-certificates',
      `${ee}/srchCerts?${searched}&serialNumberRangeInUse=on&serialFrom=2&serialTo=3`,
      'a range of numbers',
    ),
    asked('servlet-search-certificates', `${ee}/srchCerts?${searched}`, 'no condition at all'),
    asked(
      'servlet-search-certificates',
      `${ee}/srchCerts?${searched}&serialNumberRangeInUse=on&maxResults=abc`,
      'a limit that is no number',
    ),
    asked(
      'servlet-agent-search-certificates',
      `${agent}/srchCerts?${searched}&subjectInUse=on&match=exact&commonName=IPA%20RA`,
      'a name, exactly',
    ),
    asked(
      'servlet-agent-search-certificates',
      `${agent}/srchCerts?${searched}&revocationReasonInUse=on`,
      'a condition without a value',
    ),
    asked(
      'servlet-agent-search-certificates',
      `${agent}/srchCerts?${searched}&timeLimit=abc`,
      'a limit that is no number',
    ),
    asked('servlet-agent-search-certificates', `${agent}/srchCerts?${searched}`, 'nobody who is known', 'none'),
  ];
}

function ofOthers(): readonly Asked[] {
  const noNumber = 'a number that is no number';
  const stranger = 'nobody who is known';
  return [
    asked('servlet-display-certificate', '/ca/ee/ca/displayBySerial?xml=true&serialNumber=abc', noNumber),
    asked('servlet-agent-display-certificate', '/ca/agent/ca/displayBySerial?xml=true&serialNumber=abc', noNumber),
    asked(
      'servlet-agent-display-certificate',
      '/ca/agent/ca/displayBySerial?xml=true&serialNumber=99999',
      'a certificate that there is not',
    ),
    asked('servlet-agent-certificate-from-request', '/ca/ca/displayCertFromRequest?xml=true&requestId=7', 'complete'),
    asked('servlet-agent-certificate-from-request', '/ca/ca/displayCertFromRequest?xml=true&requestId=abc', noNumber),
    asked(
      'servlet-agent-certificate-from-request',
      '/ca/ca/displayCertFromRequest?xml=true&requestId=7',
      stranger,
      'none',
    ),
    asked(
      'servlet-revoke-own-certificates',
      '/ca/ee/ca/doRevoke?xml=true&revocationReason=abc',
      'a reason that is no number',
      'ipara',
    ),
    asked(
      'servlet-revoke-certificates',
      '/ca/agent/ca/doRevoke?xml=true&revokeAll=(certRecordId%3D1)&revocationReason=abc',
      'a reason that is no number',
    ),
    asked(
      'servlet-confirm-revocation',
      '/ca/agent/ca/reasonToRevoke?xml=true&totalRecordCount=abc',
      'a count that is no number',
    ),
    asked(
      'servlet-confirm-revocation',
      '/ca/agent/ca/reasonToRevoke?xml=true&totalRecordCount=1&revokeAll=(certRecordId%3D99999)',
      'a certificate that there is not',
    ),
    asked('servlet-confirm-revocation', '/ca/agent/ca/reasonToRevoke?xml=true', stranger, 'none'),
    asked(
      'servlet-display-crl',
      '/ca/agent/ca/displayCRL?xml=true&crlIssuingPoint=nosuchpoint',
      'an issuing point that there is not',
    ),
    asked('servlet-display-crl', '/ca/agent/ca/displayCRL?xml=true', 'no issuing point'),
    asked('servlet-display-crl', '/ca/agent/ca/displayCRL?xml=true&crlIssuingPoint=MasterCRL', stranger, 'none'),
    asked('servlet-get-authority-chain', '/ca/ee/ca/getCAChain?op=nosuch&xml=true', 'an operation that there is not'),
    asked('servlet-get-info', '/ca/ee/ca/getInfo?xml=true', 'no form for its answer'),
    asked('servlet-agent-get-info', '/ca/agent/ca/getInfo?xml=true', 'no form for its answer'),
    asked('servlet-agent-get-info', '/ca/agent/ca/getInfo?xml=true', stranger, 'none'),
  ];
}

let number = 950;
for (const { operation, target, shows, identity } of [...ofLists(), ...ofOthers()]) {
  number += 1;
  const request = { method: 'GET', target, headers: [['Host', recordedHost]] as const, body: Buffer.alloc(0) };
  const response = await askLab(identity, request);
  const name = `${number}-${operation.replace('servlet-', '')}-${shows.replaceAll(/[^a-z]+/gi, '-')}`;
  keepExchange(join(folder, operation, name), { about: { identity, shows }, request, response });
  process.stdout.write(`${name}: ${response.status}\n`);
}
