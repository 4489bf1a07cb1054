// `resourceACLS`: who may do what. Reads each value exactly as Dogtag does, oddities included, because a looser reading would grant or deny what
// Dogtag does not. Ruled by ACL.java, ACLEntry.java and AAclAuthz.java.
import { type EntryFindings, quoteValue } from './entry-finding.ts';

export interface DirectoryAccessCondition {
  readonly subject: 'group' | 'user' | 'ipaddress';
  readonly negated: boolean;
  readonly value: string;
}

export interface DirectoryAccessClause {
  readonly effect: 'allow' | 'deny';
  readonly operations: readonly string[];
  /** Holds when any alternative does; an alternative holds when all of its conditions do. No alternatives: never holds. */
  readonly anyOf: readonly (readonly DirectoryAccessCondition[])[];
}

export interface DirectoryAccessRule {
  readonly resource: string;
  readonly operations: readonly string[];
  readonly clauses: readonly DirectoryAccessClause[];
  readonly comment: string;
}

const valueLengthMax = 64 * 1024;

/** `resource:operations:rules:comment`. Null, with a finding, for what Dogtag itself cannot read (it would not start with such a value). */
export function parseAccessRule(text: string, findings: EntryFindings): DirectoryAccessRule | null {
  const unreadable = (why: string) => findings.refuse('unreadable-access-rule', `${quoteValue(text)}: ${why}`);
  if (text.length > valueLengthMax) return unreadable(`longer than ${valueLengthMax} characters`);
  const resourceEnd = text.indexOf(':');
  if (resourceEnd <= 0) return { resource: text, operations: [], clauses: [], comment: '' };
  const operationsEnd = text.indexOf(':', resourceEnd + 1);
  if (operationsEnd < 0) return unreadable('no operations');
  // The last colon ends the rules, because a group's name may contain colons; a colon in the comment is thereby taken for part of the rules.
  const rulesEnd = text.lastIndexOf(':');
  if (rulesEnd === operationsEnd) return unreadable('no rules');
  const operations = tokens(text.slice(resourceEnd + 1, operationsEnd), ',');
  const clauses: DirectoryAccessClause[] = [];
  for (const clauseText of tokens(text.slice(operationsEnd + 1, rulesEnd), ';')) {
    const clause = parseClause(clauseText.trim(), operations, findings);
    if (clause === null) return unreadable(`no rule in ${quoteValue(clauseText)}`);
    clauses.push(clause);
  }
  return { resource: text.slice(0, resourceEnd), operations, clauses, comment: text.slice(rulesEnd + 1) };
}

/** Rules of the same resource become one, in the order in which they came: Dogtag merges them, and none overrides another. */
export function joinAccessRules(rules: readonly DirectoryAccessRule[]): DirectoryAccessRule[] {
  const joined = new Map<string, DirectoryAccessRule>();
  for (const rule of rules) {
    const known = joined.get(rule.resource);
    joined.set(
      rule.resource,
      known === undefined
        ? rule
        : {
            ...known,
            operations: [...new Set([...known.operations, ...rule.operations])],
            clauses: [...known.clauses, ...rule.clauses],
          },
    );
  }
  return [...joined.values()];
}

function parseClause(
  text: string,
  operations: readonly string[],
  findings: EntryFindings,
): DirectoryAccessClause | null {
  const effectEnd = text.indexOf(' ');
  const effect = text.slice(0, Math.max(effectEnd, 0));
  if (effect !== 'allow' && effect !== 'deny') return null;
  const rest = text.slice(effectEnd + 1).trim();
  // Dogtag ends the list at the first space, so a space within the parentheses cuts it off and spoils the first condition.
  const listEnd = rest.indexOf(' ');
  if (listEnd <= 1) return null;
  const listed = tokens(rest.slice(1, listEnd - 1), ',');
  const unknown = listed.filter((operation) => !operations.includes(operation));
  if (unknown.length > 0)
    findings.accept(
      'unknown-operation',
      `${quoteValue(text)} names ${unknown.join(', ')}, which the resource does not have`,
    );
  if (!/^\([^() ]*\)$/.test(rest.slice(0, listEnd)))
    findings.accept('odd-access-rule', `${quoteValue(text)}: read as Dogtag reads it, which is hardly what was meant`);
  const anyOf = parseExpression(rest.slice(listEnd + 1).trim(), findings);
  if (anyOf === null) return null;
  return { effect, operations: listed.filter((operation) => operations.includes(operation)), anyOf };
}

/**
 * `a || b && c` is `(a || b) && c` to Dogtag: it goes from left to right without precedence. Each `&&` therefore joins every alternative so far.
 * A condition that no evaluator knows is never true, so alternatives with one are dropped.
 */
function parseExpression(text: string, findings: EntryFindings): (readonly DirectoryAccessCondition[])[] | null {
  const parts = text.split(/(\|\||&&)/);
  // A dangling operator makes Dogtag fail whenever it evaluates the rule; that grants nothing.
  if (parts.length > 1 && (parts.at(-1) ?? '') === '') return null;
  let alternatives: (readonly DirectoryAccessCondition[])[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const condition = parseCondition((parts[i] ?? '').trim(), findings);
    if (i === 0) alternatives = condition === null ? [] : [[condition]];
    else if (parts[i - 1] === '||') alternatives = condition === null ? alternatives : [...alternatives, [condition]];
    else alternatives = condition === null ? [] : alternatives.map((alternative) => [...alternative, condition]);
  }
  return alternatives;
}

function parseCondition(text: string, findings: EntryFindings): DirectoryAccessCondition | null {
  const operator = ['!=', '=', '>', '<'].find((candidate) => text.includes(candidate));
  const at = operator === undefined ? text.length : text.indexOf(operator);
  const subject = text.slice(0, at).trim();
  const isKnown = subject === 'group' || subject === 'user' || subject === 'ipaddress';
  if (!isKnown || (operator !== '=' && operator !== '!=')) {
    findings.accept('unknown-access-condition', `${quoteValue(text)} is not known to any evaluator and never holds`);
    return null;
  }
  return { subject, negated: operator === '!=', value: stripQuotes(text.slice(at + operator.length).trim()) };
}

function stripQuotes(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** Pieces between separators; empty ones do not count, spaces do. */
function tokens(text: string, separator: string): string[] {
  return text.split(separator).filter((token) => token !== '');
}
