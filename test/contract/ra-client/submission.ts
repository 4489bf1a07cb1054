// What every RA must do with what is submitted to it.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { authorityId, type CaErrorCode, type Caller, systemCaller } from '#ca-core/engine';
import { callers } from '#test/running-authority';
import type { RaContext } from './ra-context.ts';
import { crmf, pkcs10, withBadSignature } from './sample-inputs.ts';

export function describeSubmission(context: RaContext): void {
  const { submit, certificateOf, submitPending, decide, refuses, countRequests } = context;
  describe('submission', () => {
    it('issues at once what a registration agent sends, under the authority’s certificate', async () => {
      const request = await submit();
      assert.equal(request.state, 'complete');
      assert.equal(request.kind, 'enrollment');
      const certificate = await certificateOf(request);
      const authority = await context.ra.describeAuthority(null);
      const opened = new X509Certificate(certificate.certificateDer);
      assert(opened.verify(new X509Certificate(authority.certificateDer).publicKey));
      assert.equal(BigInt(`0x${opened.serialNumber}`), certificate.serialNumber);
      assert.equal(certificate.subject, 'CN=a.example.test,O=EXAMPLE.TEST');
      assert.equal(certificate.issuer, authority.subject);
      assert.equal(certificate.issuedBy, 'ipara');
      assert.equal(certificate.requestId, request.id);
      assert.equal(certificate.profileId, 'sampleServiceCert');
      assert.deepEqual(await context.ra.findRequest(request.id), request);
    });

    it('keeps what waits for an agent, with everything that was sent to the inputs of its profile', async () => {
      const inputs = { ...pkcs10('p.example.test'), requestor_name: 'Jo' };
      const sent = { ...inputs, unknown_to_the_profile: 'x' };
      const request = await submit({ profile: 'sampleServerCert', inputs: sent }, callers.anonymous);
      assert.equal(request.state, 'pending');
      assert.deepEqual(request.certificateSerials, []);
      assert.deepEqual((await context.ra.findRequest(request.id))?.inputs, inputs);
    });

    it('approves at once when an agent asks for that, and only for an agent', async () => {
      const wanted = { profile: 'sampleServerCert', approveAtOnce: true };
      assert.equal((await submit(wanted, callers.agent)).state, 'complete');
      assert.equal((await submit(wanted, callers.anonymous)).state, 'pending');
    });

    it('keeps a refusal of a constraint with its message', async () => {
      const request = await submit({ inputs: pkcs10('') });
      assert.equal(request.state, 'rejected');
      assert.match(request.errorMessage ?? '', /^Subject Name Not Matched/);
      assert.deepEqual(request.certificateSerials, []);
      await refuses(decide(request, 'approve'), 'wrong-request-state', 'Request Not In Pending State');
    });

    it('wants the authentication that the profile names, and keeps nothing without it', async () => {
      const before = await countRequests();
      await refuses(submit({}, callers.anonymous), 'authentication-required', 'Invalid Credential.');
      await refuses(submit({}, callers.agent), 'authentication-required', 'Authorization Error');
      await refuses(
        submit({}, { ...callers.registrationAgent, viaSession: true }),
        'authentication-required',
        'Invalid Credential.',
      );
      assert.equal(await countRequests(), before);
    });

    it('asks the installation itself for no certificate, but for the right group', async () => {
      const { registrationAgent } = callers;
      const operator: Caller = { ...systemCaller, userId: 'operator:somebody', groups: registrationAgent.groups };
      assert.equal((await submit({}, operator)).state, 'complete');
      const { isInstallation: _, ...edge } = operator;
      await refuses(submit({}, edge), 'authentication-required', 'Invalid Credential.');
      await refuses(submit({}, systemCaller), 'authentication-required', 'Authorization Error');
    });

    it('knows no other profiles and authorities than its own', async () => {
      await refuses(submit({ profile: 'noSuchProfile' }), 'unknown-profile', 'Profile noSuchProfile Not Found');
      await refuses(submit({ profile: 'sampleDisabledCert' }), 'disabled-profile', /sampleDisabledCert not enabled/);
      await refuses(submit({ authorityId: authorityId('nowhere') }), 'unknown-authority');
    });

    it('refuses what is no certificate request, and keeps nothing of it', async () => {
      const before = await countRequests();
      const sound = pkcs10('a.example.test');
      const cases: [Record<string, string>, CaErrorCode][] = [
        [{ ...sound, cert_request: 'no request' }, 'malformed-request'],
        [{ ...sound, cert_request: sound.cert_request.slice(0, 200) }, 'malformed-request'],
        [{ ...sound, cert_request: '' }, 'malformed-request'],
        [{ cert_request_type: 'pkcs10' }, 'malformed-request'],
        [{ ...sound, cert_request_type: 'nosuchtype' }, 'malformed-request'],
        [{ ...sound, cert_request: withBadSignature(sound.cert_request) }, 'bad-proof-of-possession'],
      ];
      for (const [inputs, code] of cases) await refuses(submit({ inputs }), code);
      assert.equal(await countRequests(), before);
    });

    it('takes one certificate request message, but leaves one that wants its key archived to an agent', async () => {
      const inputs = (archives: boolean) => ({
        cert_request_type: 'crmf',
        cert_request: crmf('message.example.test', archives),
      });
      assert.equal((await submit({ inputs: inputs(false) })).state, 'complete');
      const request = await submit({ inputs: inputs(true) });
      assert.deepEqual(
        [request.state, request.errorMessage],
        ['pending', `Request ${request.id} - Server Internal Error`],
      );
      await refuses(decide(request, 'approve'), 'issuance-refused', 'KRA connector not configured');
      assert.equal((await context.ra.findRequest(request.id))?.state, 'pending');
    });

    it('keeps text that databases stumble over as it was sent', async () => {
      const inputs = {
        ...pkcs10('p.example.test'),
        requestor_name: 'Jo\0',
        requestor_phone: '\ud800',
        requestor_email: '\u0001',
      };
      const request = await submit({ profile: 'sampleServerCert', inputs }, callers.anonymous);
      assert.deepEqual((await context.ra.findRequest(request.id))?.inputs, inputs);
      const approved = await decide(request, 'approve', null, 'fine\0\ud800');
      assert.equal((await context.ra.findRequest(approved.id))?.attributes.requestNotes, 'fine\0\ud800');
      const named = { cert_request_type: 'crmf', cert_request: crmf('nul\\00.example.test', false) };
      assert.match((await certificateOf(await submit({ inputs: named }))).subject, /^CN=nul.+\.example\.test,/);
    });

    it('refuses a flood of values', async () => {
      const sound = pkcs10('a.example.test');
      const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, '']));
      for (const flood of [many, { ['x'.repeat(1000)]: '' }, { x: 'x'.repeat(3_000_000) }])
        await refuses(submit({ inputs: { ...sound, ...flood } }), 'malformed-request');
      const request = await submitPending();
      await refuses(decide(request, 'approve', null, 'x'.repeat(100_000)), 'malformed-edit');
      const edits = [{ policyId: null, name: 'name', value: 'x'.repeat(3_000_000) }];
      await refuses(decide(request, 'update', edits), 'malformed-edit');
    });

    it('gives every certificate of a crowd its own serial number and request', async () => {
      const inputs = pkcs10('crowd.example.test');
      const requests = await Promise.all(Array.from({ length: 50 }, () => submit({ inputs })));
      assert.equal(new Set(requests.flatMap(({ certificateSerials }) => certificateSerials)).size, 50);
      assert.equal(new Set(requests.map(({ id }) => id)).size, 50);
    });

    it('issues nothing while the other side holds the pen', async () => {
      await context.movePen('certificates:*', 'upstream');
      try {
        await refuses(submit(), 'pen-elsewhere');
      } finally {
        await context.movePen('certificates:*', 'native');
      }
      assert.equal((await submit()).state, 'complete');
    });
  });
}
