// Where our answers differ from Dogtag's on purpose: every difference that is found must be one of these, and each of these must be found.
import type { ExchangeDifference } from '#test/compare-profile-exchanges';
import type { RecordedExchange } from '#test/profile-exchange';

export interface KnownDifference {
  readonly reason: string;
  /** A matter of chance: a run need not meet it. */
  readonly isRare?: true;
  explains(difference: ExchangeDifference, exchange: RecordedExchange, profileText: string): boolean;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    reason:
      'Dogtag 10.10 refuses every challenge password, because it cannot load the class for it; later releases take them',
    explains: ({ what, theirs }, { name }) =>
      what === 'submission' && name.includes(', challenge password') && theirs.endsWith(': Invalid Request'),
  },
  {
    reason: 'Dogtag records a request that it can no longer read; here it is refused at once',
    explains: ({ what, ours, theirs }, _exchange, profileText) =>
      (what === 'submission' &&
        /^accepted, begin Request \d+ - Server Internal Error$/.test(theirs) &&
        /: makes no name$|: certificates with extensions have version 3$|four digits of year$/.test(ours)) ||
      (what === 'state' &&
        /^begin Request \d+ - Server Internal Error$/.test(theirs) &&
        ours === theirs.replace('begin', 'pending')) ||
      (what === 'review' &&
        ours === 'shown' &&
        theirs === '500 Unable to review cert request: Invalid Property name' &&
        /\.params\.\w*[sS]tartTime=\d{10,}$/m.test(profileText)),
  },
  {
    reason:
      'Dogtag loses the record of a request whose realm or owner is empty, and its certificate stays; here the request is kept',
    explains: ({ what, theirs }, _exchange, profileText) =>
      ((what === 'review' && /^404 Request ID \S+ not found$/.test(theirs)) ||
        // Nobody can decide about what is lost.
        (what === 'decision' && theirs === 'false')) &&
      /\.params\.realm=$|=autoAssignDefaultImpl$/m.test(profileText),
  },
  {
    reason: 'Dogtag writes the first eight hours of 2050 as UTCTime, which means 1950; here the year is 2050',
    explains: ({ what, ours, theirs }) =>
      /^TBSCertificate not(?:Before|After)$/.test(what) &&
      theirs === ours.replace(/^2050-01-01T0[0-7]/, (start) => start.replace('2050', '1950')) &&
      theirs !== ours,
  },
  {
    reason:
      'Dogtag cuts the beginning of object identifiers under 2.176 and beyond to one octet, which makes others of them; here they stay what they are',
    explains: ({ what, ours, theirs }, _exchange, profileText) =>
      ((/^extension \S+ value$/.test(what) && ours.includes('8837')) ||
        (what === 'TBSCertificate extensions' && ours.includes('2.999.')) ||
        (what.startsWith('policy ') && ours.replaceAll('2.999.', '1.15.') === theirs)) &&
      /[ :=,]2\.(?:17[6-9]|1[89]\d|[2-9]\d\d)\b/.test(profileText),
  },
  {
    reason:
      'Dogtag makes other object identifiers of those that cannot be, whose second number is beyond 39 under 0 and 1; here such a text is none',
    explains: ({ what, ours, theirs }, _exchange, profileText) =>
      /[ :=,][01]\.(?:[4-9]\d|\d{3,})\b/.test(profileText) &&
      ((what === 'submission' && /: null$/.test(ours)) ||
        (what.startsWith('policy ') && /2\.\d+\.1/.test(theirs)) ||
        /^TBSCertificate extensions$|^extension \S+ value$/.test(what) ||
        (what === 'state' && theirs === 'complete null')),
  },
  {
    reason: 'Dogtag signs a certificate whose validity ends before it begins; here it is not signed',
    explains: ({ what, ours, theirs }) =>
      (what === 'state' ? theirs === 'complete null' : what === 'decision' && theirs === 'carried out') &&
      ours.endsWith('Certificate cannot be issued: notAfter is before notBefore'),
  },
  {
    reason: 'Dogtag signs an extension whose value is no DER, when a profile names such octets; here it is not signed',
    explains: ({ ours, theirs }, _exchange, profileText) =>
      / holds no DER value$/.test(ours) &&
      /^(?:complete null|carried out)$/.test(theirs) &&
      /\.params\.genericExtData=/.test(profileText),
  },
  {
    reason: 'refused by both: a pattern that makes no name is refused before anything else is looked at',
    explains: ({ what, ours, theirs }) =>
      what === 'submission' && ours.endsWith(': makes no name') && theirs.startsWith('500 Unable to create'),
  },
  {
    reason:
      'refused by both: here no keys are generated for requesters, no files fetched from addresses that they name, no users looked up in a directory; the lab has none of these, either',
    explains: ({ what, ours, theirs }) =>
      what === 'submission' &&
      /(?:Server-side key generation|Fetching a file to be signed) is not supported$|users cannot be looked up in a directory here$/.test(
        ours,
      ) &&
      theirs.startsWith('500 Unable to create enrollment request: '),
  },
  {
    reason:
      'refused by both: a date that no certificate can say is refused at once, in Dogtag when it is written down or not at all',
    explains: ({ what, ours, theirs }) =>
      what === 'submission' &&
      ours.endsWith('time cannot be written in four digits of year') &&
      theirs.startsWith('500 Unable to create enrollment request: '),
  },
  {
    reason:
      'a validity that ends when it begins is over a millisecond later: Dogtag looks at its clock when it fills in the dates and again when it judges them',
    isRare: true,
    explains: ({ ours, theirs }, _exchange, profileText) => {
      const isOver = (text: string) => text.endsWith('Not After is earlier than current time');
      return isOver(ours) !== isOver(theirs) && /\.params\.notAfterCheck=(?:true|TRUE|True)$/m.test(profileText);
    },
  },
];

/** Refusals on both sides where Dogtag's has no words of its own. */
export const crashReason =
  'refused by both; Dogtag’s answer has no message of its own, because it has crashed or could not record what it signed';
