// Decides by the imported access rules, as Dogtag's AAclAuthz does: a rule that denies wins, and without one that allows the answer is no.
import type { AccessCondition, AccessRule, Caller } from '../contract.ts';
import type { AccessDemand, RoleDemand } from './acl-table.ts';

type Subject = Pick<Caller, 'userId' | 'groups' | 'remoteAddress'>;

/** Rules by resource; several rules of one resource add up. */
export class AccessRules {
  readonly #byResource = new Map<string, AccessRule[]>();

  constructor(rules: readonly AccessRule[]) {
    for (const rule of rules) {
      const others = this.#byResource.get(rule.resource);
      if (others === undefined) this.#byResource.set(rule.resource, [rule]);
      else others.push(rule);
    }
  }

  /** Whether `subject` may do what an operation demands; null demands nothing. */
  admits(demand: AccessDemand | RoleDemand | null, subject: Subject): boolean {
    if (demand === null) return true;
    if ('anyOfGroups' in demand) return subject.groups.some((group) => demand.anyOfGroups.includes(group));
    return this.allows(demand, subject);
  }

  /** Whether `subject` may do what is demanded. Rules of the resources above (`a.b` above `a.b.c`) count as its own. */
  allows(demand: AccessDemand, subject: Subject): boolean {
    let isAllowed = false;
    for (const resource of withAncestors(demand.resource))
      for (const rule of this.#byResource.get(resource) ?? [])
        for (const clause of rule.clauses) {
          if (!clause.operations.includes(demand.operation)) continue;
          if (!clause.anyOf.some((conditions) => conditions.every((condition) => holds(condition, subject)))) continue;
          if (clause.effect === 'deny') return false;
          isAllowed = true;
        }
    return isAllowed;
  }
}

function* withAncestors(resource: string): Generator<string> {
  for (let name = resource; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) yield name;
}

function holds({ subject: kind, negated, value }: AccessCondition, subject: Subject): boolean {
  switch (kind) {
    case 'user': {
      // These two stand for everyone, known or not, but only in the positive.
      if (!negated && (value === 'anybody' || value === 'everybody')) return true;
      if (subject.userId === null) return false;
      return isSameText(value, subject.userId) !== negated;
    }
    case 'group':
      // Somebody unknown is in no group, and "not in this group" is not said of somebody unknown either.
      if (subject.userId === null) return false;
      return subject.groups.some((group) => isSameText(group, value)) !== negated;
    case 'ipaddress': {
      const pattern = addressPattern(value);
      return pattern !== null && pattern.test(subject.remoteAddress) !== negated;
    }
  }
}

/** The directory compares names of users and groups without regard to case. */
function isSameText(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}

const addressPatterns = new Map<string, RegExp | null>();

/** The whole address must match. A pattern that cannot be read matches nothing, negated or not. */
function addressPattern(text: string): RegExp | null {
  const known = addressPatterns.get(text);
  if (known !== undefined) return known;
  let pattern: RegExp | null;
  try {
    pattern = new RegExp(`^(?:${text})$`);
  } catch {
    pattern = null;
  }
  addressPatterns.set(text, pattern);
  return pattern;
}
