// Administers profiles at the lab's Dogtag and through our gateway, step by step the same, and compares every answer: what all of the lab's profiles
// look like, texts sound and broken, the states of a profile, FreeIPA's own conversation, people without the right.
// Usage: node test/lab/profile-administration/run.ts
import type { Identity } from '../../golden/dialects/recorded-exchanges.ts';
import { brokenTexts, type ProfileCase, profileText, refusedTexts, soundTexts } from './profile-texts.ts';
import { type BothAnswers, type Step, TwoSides } from './two-sides.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const totals = { passed: 0, failed: 0, known: 0 };
const sides = new TwoSides();
const inXml = { headers: [['Accept', 'application/xml']] } as const;
const text = {
  headers: [
    ['Accept', 'application/json'],
    ['Content-Type', 'application/json'],
  ],
} as const;

const profile = (id: string, more = '') => `/ca/rest/profiles/${encodeURIComponent(id)}${more}`;

async function check(
  what: string,
  step: Step,
  identity: Identity = 'ipara',
  hasSession = true,
  aside: RegExp | null = null,
): Promise<BothAnswers> {
  const answers = await sides.ask(step, identity, hasSession);
  const differences = answers.differences.filter((difference) => aside === null || !aside.test(difference));
  if (differences.length === 0) totals.passed++;
  else {
    totals.failed++;
    print(`failed: ${what}: ${step.method} ${step.target}: ${differences.join('; ').slice(0, 800)}`);
  }
  return answers;
}

/** Ours must be the answer that is on the list, and another than Dogtag's. */
async function checkKnown(what: string, step: Step, known: NonNullable<ProfileCase['known']>): Promise<BothAnswers> {
  const answers = await sides.ask(step);
  const { status, body } = answers.ours;
  const isAsKnown = answers.differences.length > 0 && status === known.status && known.body.test(body.toString());
  if (isAsKnown) totals.known++;
  else {
    totals.failed++;
    print(`failed: ${what}: not the known difference: ${status} ${body.toString().slice(0, 300)}`);
  }
  return answers;
}

async function compareReads(): Promise<void> {
  for (const { id, isStored } of sides.profiles) {
    // Others make profiles of their own for a while.
    if (!isStored || id.startsWith('retag')) continue;
    if (unlikeAnywhere.has(id)) {
      await compareUnlike(id);
      continue;
    }
    await check('as JSON', { method: 'GET', target: profile(id) });
    await check('as XML', { method: 'GET', target: profile(id), ...inXml });
    await check('as text', { method: 'GET', target: profile(id, '/raw') });
    await check('as a form', {
      method: 'GET',
      target: `/ca/ee/ca/profileSelect?profileId=${id}&xml=true`,
      headers: [],
    });
  }
  const pages = [
    '',
    '?size=1000',
    '?start=3&size=4',
    '?size=0',
    '?start=1000',
    '?start=88&size=20',
    '?start=abc',
    '?size=x',
  ];
  const filters = ['?visible=true&size=3', '?visible=false&size=3', '?enable=true&size=3', '?enableBy=admin&size=3'];
  for (const query of [...pages, ...filters]) {
    const target = `/ca/rest/profiles${query}`;
    for (const step of [{ method: 'GET', target } as const, { method: 'GET', target, ...inXml } as const]) {
      await checkPatiently(step);
    }
  }
  for (const accept of [
    'application/octet-stream',
    'text/plain',
    '*/*',
    'application/octet-stream, application/json',
    'x',
  ])
    await check('a wanted type', {
      method: 'GET',
      target: profile('caUserCert', '/raw'),
      headers: [['Accept', accept]],
    });
}

/** Others make profiles and take them away meanwhile. */
async function checkPatiently(step: Step): Promise<void> {
  for (let attempt = 0; attempt < 4; attempt++) {
    if ((await sides.ask(step)).differences.length === 0) {
      totals.passed++;
      return;
    }
    await sides.read();
  }
  await check('a list', step);
}

/** Profiles that cannot be applied here, of which inputs, outputs and policies are not shown. */
const unlikeAnywhere: ReadonlySet<string> = new Set(['caTokenMSLoginEnrollment']);

async function compareUnlike(id: string): Promise<void> {
  await checkKnown(
    'cannot be applied here',
    { method: 'GET', target: profile(id) },
    { reason: '', status: 200, body: /"Input":\[\]/ },
  );
  await check('as text', { method: 'GET', target: profile(id, '/raw') });
}

/**
 * Dogtag doubles what is beyond ASCII with every look into its directory, at a moment of its choosing; here it stays what it was at first. What it
 * answers at once is the same.
 */
async function compareText(): Promise<void> {
  const id = 'retagProfAdminUmlaut';
  const body = profileText(id, 'desc=Ünïcode €\nname=Größe\n');
  await check('text beyond ASCII', { method: 'POST', target: '/ca/rest/profiles/raw', ...text, body });
  await check('text beyond ASCII', { method: 'PUT', target: profile(id, '/raw'), ...text, body });
  await check('text beyond ASCII', { method: 'DELETE', target: profile(id) });
}

async function compareSoundTexts(): Promise<void> {
  await compareText();
  for (const { what, id, text: body } of soundTexts) {
    await check(what, { method: 'POST', target: '/ca/rest/profiles/raw', ...text, body });
    for (const more of ['', '/raw']) await check(what, { method: 'GET', target: profile(id, more) });
    await check(what, { method: 'GET', target: profile(id), ...inXml });
    await check(`${what}, again`, { method: 'POST', target: '/ca/rest/profiles/raw', ...text, body });
    await check(what, { method: 'PUT', target: profile(id, '/raw'), ...text, body });
    await check(what, { method: 'POST', target: profile(id, '?action=enable') });
    await check(what, { method: 'PUT', target: profile(id, '/raw'), ...text, body });
    await check(what, { method: 'DELETE', target: profile(id) });
    await check(what, { method: 'GET', target: profile(id) });
    await check(what, { method: 'POST', target: profile(id, '?action=disable') });
    await check(what, { method: 'GET', target: profile(id, '/raw') });
    await check(what, { method: 'DELETE', target: profile(id) });
    await check(what, { method: 'GET', target: profile(id) });
  }
}

async function compareBrokenTexts(): Promise<void> {
  const kept = 'retagProfAdminKept';
  await check('one to be changed', {
    method: 'POST',
    target: '/ca/rest/profiles/raw',
    ...text,
    body: profileText(kept),
  });
  for (const { what, id, text: body, known } of brokenTexts) {
    const create: Step = { method: 'POST', target: '/ca/rest/profiles/raw', ...text, body };
    if (known === undefined) await check(what, create);
    else await checkKnown(what, create, known);
    await check(`${what}, afterwards`, { method: 'GET', target: profile(id) });
    if (what.startsWith('no') || known !== undefined) continue;
    await check(`${what}, as a change`, { method: 'PUT', target: profile(kept, '/raw'), ...text, body });
    await check(`${what}, as a change, afterwards`, { method: 'GET', target: profile(kept, '/raw') });
  }
  for (const { what, id, text: body, known } of refusedTexts) {
    if (known === undefined) continue;
    const { theirs } = await checkKnown(
      what,
      { method: 'POST', target: '/ca/rest/profiles/raw', ...text, body },
      known,
    );
    if (theirs.status === 201) await sides.ask({ method: 'DELETE', target: profile(id) });
  }
  const types = ['application/octet-stream', 'text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'x'];
  for (const type of types)
    await check(`a body of type ${type}`, {
      method: 'PUT',
      target: profile(kept, '/raw'),
      headers: [
        ['Accept', 'application/json'],
        ['Content-Type', type],
      ],
      body: profileText('somethingElse', `name=${type.replace('/', '')}\n`),
    });
  await check('after all that', { method: 'GET', target: profile(kept, '/raw') });
  await check('gone', { method: 'DELETE', target: profile(kept) });
}

async function compareRequests(): Promise<void> {
  const post = (target: string): Step => ({ method: 'POST', target });
  for (const id of ['noSuchProfile', '%C3%A9', 'a%20b', 'a;b=c', 'x'.repeat(300)]) {
    const target = `/ca/rest/profiles/${id}`;
    for (const step of [
      post(`${target}?action=enable`),
      post(`${target}?action=disable`),
      post(`${target}?action=x`),
      post(target),
    ])
      await check('no such profile', step);
    await check('no such profile', { method: 'DELETE', target });
    await check('no such profile', { method: 'GET', target });
    await check('no such profile', { method: 'GET', target: `${target}/raw` });
    await check('no such profile', { method: 'PUT', target, ...text, body: '{}' });
  }
  const states = [
    '?action=enable',
    '?action=x',
    '',
    '?action=',
    '?action=ENABLE',
    '?Action=enable',
    '?action=enable&action=disable',
  ];
  for (const query of states) await check('a state', post(profile('caUserCert', query)));
  await check('what is enabled is not deleted', { method: 'DELETE', target: profile('caUserCert') });
  await check('what is enabled is not changed', {
    method: 'PUT',
    target: profile('caUserCert', '/raw'),
    ...text,
    body: 'x=y',
  });
  await check('what is enabled is not changed', {
    method: 'PUT',
    target: profile('caUserCert'),
    ...text,
    body: '{"id":"caUserCert"}',
  });
  await check('no entity', { method: 'POST', target: '/ca/rest/profiles', ...text, body: '' });
  await check('no entity', { method: 'PUT', target: profile('caUserCert'), ...text, body: '' });
  await check('no entity', { method: 'POST', target: '/ca/rest/profiles', ...text, body: '{"foo":1}' });
  await check('no type', { method: 'POST', target: '/ca/rest/profiles', body: '{}' });
  await check('no type', { method: 'PUT', target: profile('caUserCert', '/raw'), body: 'x=y' });
  // Where there is nothing, what the container says of the paths around it is not said here.
  for (const step of [
    { method: 'DELETE', target: '/ca/rest/profiles' },
    { method: 'PUT', target: '/ca/rest/profiles', ...text, body: '{}' },
    { method: 'GET', target: '/ca/rest/profiles/raw' },
    { method: 'PUT', target: '/ca/rest/profiles/raw', ...text, body: 'x' },
    { method: 'GET', target: '/ca/rest/profiles/caUserCert/other' },
    { method: 'DELETE', target: '/ca/rest/profiles/caUserCert/raw' },
  ] as const)
    await check('no such path or method', step, 'ipara', true, /^(?:cache-control|expires):/);
}

async function comparePeople(): Promise<void> {
  const steps: readonly Step[] = [
    { method: 'GET', target: '/ca/rest/profiles?size=2' },
    { method: 'GET', target: profile('caUserCert') },
    { method: 'GET', target: profile('caUserCert', '/raw') },
    { method: 'POST', target: profile('caUserCert', '?action=enable') },
    { method: 'PUT', target: profile('caUserCert', '/raw'), ...text, body: 'x' },
    { method: 'POST', target: '/ca/rest/profiles/raw', ...text, body: 'x' },
    { method: 'POST', target: '/ca/rest/profiles', ...text, body: '{}' },
    { method: 'DELETE', target: profile('caUserCert') },
  ];
  for (const step of steps) {
    await check('nobody', step, 'none', false);
    await check('a certificate without a session', step, 'ipara', false);
    if (!step.target.endsWith('/raw') && step.method !== 'PUT' && step.body !== '{}')
      await check('an administrator', step, 'caadmin');
  }
}

/** As ipaserver/plugins/dogtag.py does it (ra_certprofile): everything as JSON by its type, whatever it is. */
async function compareFreeIpa(): Promise<void> {
  const id = 'retagProfAdminFreeIpa';
  const body = profileText(id, 'name=of FreeIPA\n');
  const headers = [
    ['Content-Type', 'application/json'],
    ['Accept', 'application/json'],
  ] as const;
  const send = (what: string, method: Step['method'], target: string, sent?: string) =>
    check(`FreeIPA: ${what}`, { method, target, headers, ...(sent === undefined ? {} : { body: sent }) });
  await send('create_profile', 'POST', '/ca/rest/profiles/raw', body);
  await send('enable_profile', 'POST', profile(id, '?action=enable'));
  await send('read_profile', 'GET', profile(id, '/raw'));
  await send('create_profile, there already', 'POST', '/ca/rest/profiles/raw', body);
  await send('disable_profile', 'POST', profile(id, '?action=disable'));
  await send('update_profile', 'PUT', profile(id, '/raw'), profileText(id, 'name=changed\n'));
  await send('enable_profile', 'POST', profile(id, '?action=enable'));
  await send('enable_profile, enabled already', 'POST', profile(id, '?action=enable'));
  await send('read_profile', 'GET', profile(id, '/raw'));
  await send('delete_profile, still enabled', 'DELETE', profile(id));
  await send('disable_profile', 'POST', profile(id, '?action=disable'));
  await send('delete_profile', 'DELETE', profile(id));
  await send('delete_profile, gone already', 'DELETE', profile(id));
  await send('read_profile, gone', 'GET', profile(id, '/raw'));
}

/** The agents' servlets: one shows a profile, the other enables it and disables it again. */
async function compareServlets(): Promise<void> {
  const id = 'retagProfAdminServlet';
  const agent = '/ca/agent/ca';
  const form = { headers: [['Content-Type', 'application/x-www-form-urlencoded']] } as const;
  const approve: Step = {
    method: 'POST',
    target: `${agent}/profileApprove`,
    ...form,
    body: `profileId=${id}&xml=true`,
  };
  await check('made', { method: 'POST', target: '/ca/rest/profiles/raw', ...text, body: profileText(id) });
  for (const what of ['enabled', 'disabled', 'enabled again', 'disabled again']) {
    await check(what, approve);
    await check(what, { method: 'GET', target: `${agent}/profileSelect?profileId=${id}&xml=true`, headers: [] });
    await check(what, { method: 'GET', target: profile(id, '/raw') });
  }
  await check('nobody', approve, 'none', false);
  for (const query of ['', '&profileId=', '&profileId=nosuch', '&profileId=%3Cb%3E', `&profileId=${id.toUpperCase()}`])
    await check('no such profile', { method: 'GET', target: `${agent}/profileSelect?xml=true${query}`, headers: [] });
  await check('taken away', { method: 'DELETE', target: profile(id) });
}

/** False where the lab's Dogtag fell silent: its directory locks up now and then while profiles are written, and nothing can be compared with it then. */
async function isCompared(part: () => Promise<void>): Promise<boolean> {
  try {
    await part();
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.endsWith(': no answer')) throw error;
    print(`skipped: ${part.name} from there on, because Dogtag did not answer within a minute: ${error.message}`);
    return false;
  }
}

async function run(): Promise<boolean> {
  await sides.open();
  await sides.removeLeftOvers('retagProfAdmin');
  try {
    for (const part of [
      compareReads,
      compareRequests,
      comparePeople,
      compareFreeIpa,
      compareServlets,
      compareSoundTexts,
      compareBrokenTexts,
    ]) {
      const before = { ...totals };
      if (!(await isCompared(part))) break;
      print(
        `${part.name}: ${totals.passed - before.passed} the same, ${totals.known - before.known} different as known, ${totals.failed - before.failed} failed`,
      );
    }
  } finally {
    await sides.close().catch((error: unknown) => print(`        not closed as it should be: ${error}`));
  }
  print(`${totals.passed + totals.known} passed, ${totals.failed} failed`);
  return totals.failed === 0;
}

process.exitCode = (await run()) ? 0 : 1;
