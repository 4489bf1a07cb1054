// Where our answers to the lab's questions are others than Dogtag's, and why. DIVERGENCES.md of the dialects tells more.
import { entriesReordered, neighboursSwapped } from './list-order.ts';
import type { Question } from './questions.ts';

interface Explanation {
  readonly applies: (question: Question, differences: string) => boolean;
  readonly reason: string;
}

const explanations: readonly Explanation[] = [
  {
    applies: (_, differences) => differences === neighboursSwapped,
    reason:
      'requests that were made at the same moment: Dogtag lists them as they reached its directory, we by their numbers',
  },
  {
    applies: (_, differences) => differences === entriesReordered,
    reason:
      'Dogtag shows its cache of a CRL in the order of a hash table, which is another one after it was started again',
  },
  {
    applies: (_, differences) => /EDIPartyName|Private Key Usage: - 2\.5\.29\.16/.test(differences),
    reason: "Dogtag's pretty print breaks off, or prints null, where ours shows the value",
  },
  {
    applies: ({ target }, differences) =>
      target.startsWith('/ca/ocsp') &&
      differences.startsWith('content-type: text/html | null') &&
      differences.includes('fixed.requestStatus = "2"'),
    reason: 'no page in place of an OCSP answer, as from a Dogtag whose audit log is off',
  },
  {
    applies: (_, differences) => /Identifier: Inhibit Any-Policy - 2\.5\.29\.54/.test(differences),
    reason: 'Dogtag knows the name of this extension only after a profile has used it since its start',
  },
  {
    applies: (_, differences) => /\bStatus(?:\\?":\\?"|>)INVALID/.test(differences),
    reason: 'certificates become valid from the very second, at Dogtag when its job has run',
  },
  {
    applies: (_, differences) => /com\.fasterxml\.jackson|javax\.xml\.bind/.test(differences),
    reason: "a body that is no JSON or XML is refused in our own words, not in those of Java's parsers",
  },
  {
    applies: ({ target }, differences) =>
      target.startsWith('/ca/agent/ca/profileProcess') && differences.includes('Operation Not Found'),
    reason: 'who asks is checked first, so that nothing is told to strangers',
  },
  {
    applies: ({ target }, differences) =>
      /^\/ca\/ca\/(?:get|display)CertFromRequest/.test(target) && /^body at 66 of 261/.test(differences),
    reason: "Dogtag's agents' pages of a request's certificate are missing, and it fails over that",
  },
  {
    applies: ({ target }, differences) =>
      target.includes('/searchReqs?') && target.includes('maxResults=zz') && differences.includes('body at 0 of 0'),
    reason: 'Dogtag says nothing at all where a number is none; here it is said what is wrong',
  },
  {
    applies: ({ target }, differences) =>
      target.includes('/displayBySerial?') && /<reqId>\d+<\/reqId>|header\.reqId = /.test(differences),
    reason:
      'of some certificates the list of requests does not tell by which one they were issued (a renewal, for one)',
  },
  {
    applies: ({ target }, differences) => target.endsWith('dynamicVars.js') && differences.includes('serverdate='),
    reason: 'it is another millisecond',
  },
  {
    applies: ({ target }, differences) =>
      target.startsWith('/ca/agent/ca/queryReq') && differences.includes('record.assignedTo='),
    reason: 'to whom a request is assigned is not told over REST, from which the record of this comparison is made',
  },
  {
    applies: ({ target }, differences) => target.endsWith('/updateDir.html') && /^body at \d+ of/.test(differences),
    reason: 'a page of our own; Dogtag’s comes without a content type, so that it is compared as text',
  },
  {
    applies: ({ target }, differences) =>
      target.startsWith('/ca/agent/ca/processReq') &&
      target.includes('doAssign=') &&
      differences.startsWith('content-type: text/html | null'),
    reason:
      'nothing is assigned by it here, and nothing is said; Dogtag shows a page with nothing in it for some requests',
  },
  {
    applies: ({ target }, differences) =>
      target.startsWith('/ca/agent/ca/queryReq') &&
      differences.split('\n').every((line) => /script line \d+: record\.updatedBy/.test(line)),
    reason: 'who decided a request is not told over REST, from which the record of this comparison is made',
  },
  {
    applies: ({ target }, differences) => target.startsWith('/ca/agent/ca/searchReqs') && /updatedBy/.test(differences),
    reason: 'who decided a request is not told over REST, from which the record of this comparison is made',
  },
  {
    applies: ({ target }, differences) =>
      target.startsWith('/ca/admin/ca/getBySerial') &&
      /body at 76 of 261|fixed\.unexpectedError = "Error encountered/.test(differences),
    reason: "Dogtag's page for errors of administrators is missing, and it fails over that",
  },
  {
    applies: ({ target }, differences) =>
      target.includes('/getInfo?template=') && /validAlgorithms/.test(differences) && !/crlNumbers/.test(differences),
    reason:
      'a CRL is signed as the authority is set up, so that no other algorithm is offered; times of its making are not kept',
  },
  {
    applies: ({ target }, differences) =>
      /^\/ca\/agent\/ca\/get(?:Stats|OCSPInfo)/.test(target) && differences.includes('script line'),
    reason: "it tells of Dogtag's own process, and of what nobody counts here",
  },
  {
    applies: ({ target }, differences) =>
      /^\/ca\/ee\/ca\/(?:pkiclient|updateOCSPConfig)/.test(target) && differences.includes('body at'),
    reason: 'Dogtag shows the name of an exception, or a stack trace',
  },
  {
    applies: ({ target }, differences) => target.includes('/savepkcs12') && /^session cookie/.test(differences),
    reason: 'no session is begun for installers',
  },
  {
    applies: ({ target, identity }, differences) =>
      target.startsWith('/ca/ee/subsystem/ca/doUnrevoke') &&
      identity === 'none' &&
      differences.includes('Invalid number format" | "status=3&error=You did not provide a valid certificate'),
    reason: 'who asks is checked first, so that nothing is told to strangers',
  },
];

/** Null where the difference has no explanation. */
export function explain(question: Question, differences: readonly string[]): string | null {
  const text = differences.join('\n');
  return explanations.find(({ applies }) => applies(question, text))?.reason ?? null;
}
