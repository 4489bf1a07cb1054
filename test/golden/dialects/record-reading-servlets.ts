// Records at the lab's Dogtag what the recordings lack of its older servlets that only show something. `node test/golden/dialects/record-reading-servlets.ts`,
// with the variables of `lab env`. Changes nothing at Dogtag; what is recorded already is left as it is.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeRecordedRequest, encodeRecordedResponse, type RecordedRequest } from '#codecs/exchange';
import { labFile, labVariable } from '#test/appliance-clients';
import { askDogtag } from '../../lab/dialects/ask-dogtag.ts';
import { type ReadingQuestion, readingQuestions } from './reading-questions.ts';
import { withoutInsides } from './without-insides.ts';

const folder = fileURLToPath(new URL('../../../compat-fixtures/exchanges/10.10.2/servlet/', import.meta.url));
/** As in all recordings, whatever port the lab listens on; but for what shows the server's own port. */
const host = (operation: string): string =>
  `pki.example.test:${/^servlet-(?:services|ports)$/.test(operation) ? new URL(labVariable('DOGTAG_URL')).port : '18443'}`;
const roles: Readonly<Record<string, string>> = { ipara: 'AGENT', caadmin: 'ADMIN' };

async function record({ operation, identity, shows, target }: ReadingQuestion, name: string): Promise<void> {
  const into = join(folder, operation, name);
  if (existsSync(into)) return;
  const request: RecordedRequest = {
    method: 'GET',
    target,
    headers: [['Host', host(operation)]],
    body: Buffer.alloc(0),
  };
  const role = roles[identity];
  const certificate =
    role === undefined
      ? null
      : {
          certificatePem: labFile(`DOGTAG_${role}_CERT`).toString(),
          keyPem: labFile(`DOGTAG_${role}_KEY`).toString(),
        };
  const response = await askDogtag(request, certificate, true);
  const headers = response.headers.filter(([header]) => !/^connection$/i.test(header));
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'about.json'), `${JSON.stringify({ identity, shows }, null, 1)}\n`);
  writeFileSync(join(into, 'request.http'), encodeRecordedRequest(request));
  // Of a form nothing is kept but that there is one.
  const isForm =
    (operation === 'servlet-agent-form' && identity === 'ipara') ||
    (operation === 'servlet-entry-page' && response.status === 200);
  const body = isForm ? Buffer.from('<script>\n</script>\n') : response.body;
  writeFileSync(join(into, 'response.http'), encodeRecordedResponse(withoutInsides({ ...response, headers, body })));
  process.stdout.write(`${name}: ${response.status} ${response.body.length}\n`);
}

for (const [index, question] of readingQuestions.entries()) await record(question, `${700 + index}-${question.words}`);
