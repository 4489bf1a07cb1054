// Lists that Dogtag has no order for come as its directory holds them: requests made at the same moment, by the moment of their arrival there.

/** Stands for the difference of two bodies that hold the same entries. */
export const neighboursSwapped = 'the same entries, of which neighbours have changed places';

/** How far an entry may stand from its place; so many requests are worked on at the same moment. */
const distanceMax = 8;
const requestNumber = /\/certrequests\/(\d+)/g;

/** Whether two lists of requests are the same but for that, whatever their form. */
export function areNeighboursSwapped(theirs: Buffer, ours: Buffer): boolean {
  const [one, other] = [theirs.toString('utf8'), ours.toString('utf8')];
  const [numbers, others] = [numbersIn(one), numbersIn(other)];
  if (numbers.length < 2 || numbers.length !== others.length) return false;
  return (
    numbers.every(
      (number, index) => Math.abs(others.indexOf(number) - index) <= distanceMax && others.includes(number),
    ) && entriesOf(one) === entriesOf(other)
  );
}

function numbersIn(text: string): readonly string[] {
  return [...text.matchAll(requestNumber)].map(([, number = '']) => number);
}

/** All members, or lines, in the order of the alphabet. */
function entriesOf(text: string): string {
  return text
    .split(/\},\{|(?=<CertRequestInfo>)|\}\]|\[\{/)
    .toSorted()
    .join('\n');
}

/** Stands for the difference of two bodies that show the same entries of a CRL. */
export const entriesReordered = 'the same entries of the CRL, in another order';

/** Whether two pages show the same lines of a CRL, as text, in XML or in a script. */
export function areEntriesReordered(theirs: Buffer, ours: Buffer): boolean {
  const linesOf = (body: Buffer) =>
    body
      .toString('utf8')
      .split(/\n|\\n/)
      .toSorted();
  const [one, other] = [linesOf(theirs), linesOf(ours)];
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
