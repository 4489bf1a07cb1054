// What every implementation of RaClient must do. A suite calls `describeRaClient` with a way to open one on an authority that has the sample
// profiles, holds every pen and has issued nothing but its own certificate.
import { describeAcme } from './acme.ts';
import { describeAuthorities } from './authorities.ts';
import { describeCmc } from './cmc.ts';
import { describeDecision } from './decision.ts';
import { createRaContext, type OpenedRaClient } from './ra-context.ts';
import { describeRoster } from './roster.ts';
import { describeSecurityDomain } from './security-domain.ts';
import { describeStatus } from './status.ts';
import { describeSubmission } from './submission.ts';

/** `open` gives the same authority each time within one suite; tests don't rely on each other's certificates. */
export function describeRaClient(name: string, open: () => Promise<OpenedRaClient>): void {
  describe(`RA contract: ${name}`, function () {
    this.timeout(60_000);
    let opened: OpenedRaClient | null = null;
    before(async () => {
      opened = await open();
    });
    const context = createRaContext(() => {
      if (opened === null) throw new Error('the RA is opened before the first test, not while tests are described');
      return opened;
    });
    describeSubmission(context);
    describeDecision(context);
    describeCmc(context);
    describeAuthorities(context);
    describeStatus(context);
    describeRoster(context);
    describeSecurityDomain(context);
    describeAcme(context);
  });
}
