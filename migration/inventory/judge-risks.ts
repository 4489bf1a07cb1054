// What of an inventory endangers a migration or the CA itself, the worst first, each with what to do.
import type { Inventory, Risk } from './inventory.ts';

type Counted = Omit<Inventory, 'risks'>;
const severities: readonly Risk['severity'][] = ['blocking', 'breaking', 'watching'];

/** Fewer numbers than this left in a range that is in use: FreeIPA's low-water mark. */
const numbersLeftMin = 2_000_000n;
const authorityDaysMin = 365;
const certificateDaysMin = 30;
const weakKeys = /^(RSA (512|768|1024)|DSA .*|EC nistp192)$/;
const weakSignatures = /^(MD5|SHA1)with/;

/** Ordered by severity, and within it by what would be hit: the CA, its servers, its agents, its clients. */
export function judgeRisks(inventory: Counted, now: Date): Risk[] {
  const risks = [
    ...authorityRisks(inventory),
    ...profileRisks(inventory),
    ...readingRisks(inventory),
    ...serverRisks(inventory),
    ...agentRisks(inventory),
    ...crlRisks(inventory, now),
    ...rangeRisks(inventory),
    ...certificateRisks(inventory),
    ...randomNumberRisks(inventory),
  ];
  return severities.flatMap((severity) => risks.filter((risk) => risk.severity === severity));
}

function authorityRisks({ authorities, servers }: Counted): Risk[] {
  const hosts = authorities.filter(({ isHostAuthority }) => isHostAuthority);
  const [host] = hosts;
  const risks: Risk[] = [];
  if (host === undefined || hosts.length > 1)
    risks.push(
      risk(
        'blocking',
        'host authority',
        `${hosts.length} host authorities were found where one is expected`,
        'Look at the entries under ou=authorities.',
      ),
    );
  else if (host.daysLeft === null)
    risks.push(
      risk(
        'blocking',
        host.subject,
        'the source does not hold its certificate',
        'Name its PKCS#12 file in the settings; the certificate is taken from there.',
      ),
    );
  else if (host.daysLeft < 0)
    risks.push(
      risk('blocking', host.subject, `its certificate expired ${-host.daysLeft} days ago`, 'Renew it at Dogtag first.'),
    );
  else if (host.daysLeft < authorityDaysMin)
    risks.push(
      risk(
        'breaking',
        host.subject,
        `its certificate expires in ${host.daysLeft} days`,
        'Renew it at Dogtag before moving; every certificate it issues ends with it.',
      ),
    );
  if (host?.key === 'missing')
    risks.push(
      risk(
        'blocking',
        host.subject,
        'its key is neither in the signer nor in a PKCS#12 file that the settings name',
        'Export it from Dogtag and name the file as "authority.pkcs12File"; without it this side can compare, but never issue.',
      ),
    );
  const others = authorities.filter(({ isHostAuthority, key }) => !isHostAuthority && key !== 'here');
  if (others.length > 0)
    risks.push(
      risk(
        'blocking',
        `${others.length} other authorities`,
        `their keys are not here, and not in the host authority's PKCS#12: ${sample(others.map(({ subject }) => subject))}`,
        "Export each key from Dogtag's NSS database (caSigningCert cert-pki-ca <id>) and take it in (retag authority take-key), or leave these authorities with Dogtag.",
      ),
    );
  if (servers.length > 1)
    risks.push(
      risk(
        'blocking',
        `${servers.length} CA servers`,
        `each of them issues with the same key: ${sample(servers)}`,
        'Send the clients of all of them to the gateway, or stop all but one, before cutting over.',
      ),
    );
  return risks;
}

function profileRisks({ profiles }: Counted): Risk[] {
  const unsupported = profiles.filter(({ enabled, isSupported }) => enabled && !isSupported);
  const used = unsupported.filter(({ issued }) => issued > 0);
  const risks = used.map(({ id, reasons, issued }) =>
    risk(
      'blocking',
      `profile ${id}`,
      `it has issued ${issued} certificates and cannot be run here: ${reasons[0] ?? 'no reason given'}`,
      'Leave this profile with Dogtag for now: everything else can be cut over without it.',
    ),
  );
  const unused = unsupported.filter(({ issued }) => issued === 0).map(({ id }) => id);
  if (unused.length > 0)
    risks.push(
      risk(
        'watching',
        `${unused.length} profiles`,
        `they are enabled, have never issued and cannot be run here: ${sample(unused)}`,
        'Disable them at Dogtag if nobody uses them, or leave them with Dogtag.',
      ),
    );
  return risks;
}

function readingRisks({ findings, certificates }: Counted): Risk[] {
  const refused = findings.filter(({ verdict }) => verdict === 'refused');
  const risks = refused.map(({ kind, count, example }) =>
    risk(
      'blocking',
      `${count} entries cannot be read`,
      `${kind}, for example ${example}`,
      'Repair or remove these entries in the directory, or accept that they stay behind.',
    ),
  );
  if (certificates.unreadable > 0)
    risks.push(
      risk(
        'blocking',
        `${certificates.unreadable} certificates`,
        'their DER cannot be decoded',
        'They will be refused with a finding each; decide what to do about them.',
      ),
    );
  for (const { kind, count, example } of findings)
    if (kind === 'time-zone-assumed' || kind === 'date-differs-from-certificate')
      risks.push(risk('watching', `${count} dates`, example, 'Set the time zone of the directory in the settings.'));
  return risks;
}

function serverRisks({ systemCertificates }: Counted): Risk[] {
  return systemCertificates
    .filter(({ daysLeft, purpose }) => daysLeft < certificateDaysMin && purpose !== 'CA signing')
    .map(({ purpose, subject, daysLeft }) =>
      risk(
        'breaking',
        `${purpose} certificate`,
        `${subject} ${expires(daysLeft)}; Dogtag does not start without it`,
        'Renew it now (certmonger does, where it runs), so that there is a Dogtag to move from.',
      ),
    );
}

function agentRisks({ agents }: Counted): Risk[] {
  return agents.flatMap(({ userId, certificates }) => {
    const risks: Risk[] = [];
    const [newest] = certificates.filter(({ isRevoked }) => !isRevoked).toSorted((a, b) => b.daysLeft - a.daysLeft);
    if (newest === undefined && certificates.length > 0)
      risks.push(
        risk(
          'breaking',
          `user ${userId}`,
          `each of its certificates is revoked (${sample(certificates.map(({ subject }) => subject))})`,
          'Give the user a new certificate, or remove it: it cannot log in on either side.',
        ),
      );
    if (newest !== undefined && newest.daysLeft < certificateDaysMin)
      risks.push(
        risk(
          'breaking',
          `user ${userId}`,
          `its last certificate (${newest.subject}) ${expires(newest.daysLeft)}`,
          'Renew it and update the user, or it cannot log in on either side.',
        ),
      );
    if (newest !== undefined && !newest.isClaimed)
      risks.push(
        risk(
          'breaking',
          `user ${userId}`,
          `no description value names certificate ${newest.serialNumber}, by which Dogtag would find this user`,
          'Correct the description value; FreeIPA writes it when it renews the certificate.',
        ),
      );
    return risks;
  });
}

function crlRisks({ crls }: Counted, now: Date): Risk[] {
  return crls.flatMap(({ issuingPoint, kind, nextUpdate, thisUpdate }) => {
    if (kind === 'full' && thisUpdate === null)
      return [
        risk(
          'breaking',
          `CRL ${issuingPoint}`,
          'there is none',
          'Have Dogtag publish one (updateCRL), so that both sides can be compared.',
        ),
      ];
    if (nextUpdate !== null && new Date(nextUpdate) < now)
      return [
        risk(
          'breaking',
          `CRL ${issuingPoint}`,
          `it has been overdue since ${nextUpdate}`,
          "See in Dogtag's log why it is not published; clients may refuse every certificate.",
        ),
      ];
    return [];
  });
}

function rangeRisks({ ranges }: Counted): Risk[] {
  // The roomiest reading counts: which one the server uses depends on its version, and a false alarm would be worse than a late one.
  const left = ranges.filter(
    ({ of, state, left: numbers }) => of !== 'replica' && state === 'allocated' && numbers !== null,
  );
  return ['certificate', 'request'].flatMap((of) => {
    const numbers = left.filter((range) => range.of === of).map((range) => BigInt(range.left ?? '0'));
    if (numbers.length === 0) return [];
    const best = numbers.sort((a, b) => (a < b ? 1 : -1))[0] ?? 0n;
    return best < numbersLeftMin
      ? [
          risk(
            'breaking',
            `${of} numbers`,
            `only ${best} are left in all ranges given out`,
            'Dogtag takes a new range by itself while it can write to the directory; see that it does.',
          ),
        ]
      : [];
  });
}

function certificateRisks({ certificates, requests }: Counted): Risk[] {
  const risks: Risk[] = [];
  const weak = [
    ...certificates.keyAlgorithms.filter(({ name, valid }) => valid > 0 && weakKeys.test(name)),
    ...certificates.signatureAlgorithms.filter(({ name, valid }) => valid > 0 && weakSignatures.test(name)),
  ];
  for (const { name, valid } of weak)
    risks.push(
      risk(
        'watching',
        `${valid} valid certificates`,
        `they use ${name}`,
        'They are moved as they are; have them replaced in time.',
      ),
    );
  const soon = certificates.expiry
    .filter(({ withinDays }) => withinDays !== null && withinDays <= certificateDaysMin)
    .reduce((sum, { count }) => sum + count, 0);
  if (soon > 0)
    risks.push(
      risk(
        'watching',
        `${soon} valid certificates`,
        `they expire within ${certificateDaysMin} days`,
        'Their renewals will come during the migration; a good test of it.',
      ),
    );
  const pending = requests.filter(({ state }) => state === 'pending').reduce((sum, { count }) => sum + count, 0);
  if (pending > 0)
    risks.push(
      risk(
        'watching',
        `${pending} pending requests`,
        'they wait for an agent',
        'Decide them before cutting over, or afterwards here: they are moved, too.',
      ),
    );
  return risks;
}

function randomNumberRisks({ randomNumberBits }: Counted): Risk[] {
  if (randomNumberBits === 0) return [];
  const message = `Dogtag draws serial numbers of ${randomNumberBits} bits at random`;
  return [
    risk(
      'watching',
      'serial numbers',
      message,
      'Native numbers are kept apart from them by their length; nothing is to be done.',
    ),
  ];
}

function expires(daysLeft: number): string {
  return daysLeft < 0 ? `expired ${-daysLeft} days ago` : `expires in ${daysLeft} days`;
}

function sample(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join('; ')} and ${names.length - 3} more` : names.join('; ');
}

function risk(severity: Risk['severity'], subject: string, message: string, advice: string): Risk {
  return { severity, subject, message, advice };
}
