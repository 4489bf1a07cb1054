// Records at a lab's Dogtag who may switch its ACME responder. `node test/golden/dialects/record-acme.ts`, with the variables of `lab env` of a lab whose responder
// has the directory as its realm and database (`class=org.dogtagpki.acme.realm.DSRealm` and `...database.DSDatabase`), as FreeIPA sets it up: with the
// lab's own, in memory, it knows none of the users. Leaves the responder on.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OperationName } from '../../../gateway/routing/operation-names.ts';
import { askLab, keepExchange, recordedHost } from './record-exchange.ts';
import type { Identity } from './recorded-exchanges.ts';

const folder = fileURLToPath(new URL('../../../compat-fixtures/exchanges/10.10.2/acme/', import.meta.url));

const asked: readonly (readonly [OperationName, string, string, Identity, string, string])[] = [
  ['acme-get-login', 'get-login', 'nobody is logged in', 'none', 'GET', 'login'],
  ['acme-get-login', 'get-login-certificate', 'a certificate is no login', 'ipara', 'GET', 'login'],
  ['acme-login', 'login-stranger', 'nobody who is known', 'none', 'POST', 'login'],
  ['acme-login', 'login', 'an agent', 'ipara', 'POST', 'login'],
  ['acme-login', 'login-admin', 'an administrator', 'caadmin', 'POST', 'login'],
  ['acme-logout', 'logout', 'nobody was logged in', 'none', 'POST', 'logout'],
  ['acme-disable', 'disable-stranger', 'nobody who is known', 'none', 'POST', 'disable'],
  ['acme-disable', 'disable-get', 'GET instead of POST', 'ipara', 'GET', 'disable'],
  ['acme-disable', 'disable-options', 'OPTIONS', 'ipara', 'OPTIONS', 'disable'],
  ['acme-disable', 'disable', 'an ACME administrator', 'ipara', 'POST', 'disable'],
  ['acme-disable', 'disable-admin', 'an administrator, again', 'caadmin', 'POST', 'disable'],
  ['acme-enable', 'enable-stranger', 'nobody who is known', 'none', 'POST', 'enable'],
  ['acme-enable', 'enable', 'an ACME administrator', 'ipara', 'POST', 'enable'],
];

for (const [index, [operation, words, shows, identity, method, path]] of asked.entries()) {
  const length = method === 'POST' ? ([['Content-Length', '0']] as const) : [];
  const headers = [['Host', recordedHost] as const, ...length];
  const request = { method, target: `/acme/${path}`, headers, body: Buffer.alloc(0) };
  const response = await askLab(identity, request);
  keepExchange(join(folder, operation, `${900 + index}-${words}`), { about: { identity, shows }, request, response });
  process.stdout.write(`${words}: ${response.status}\n`);
}
