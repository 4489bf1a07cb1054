// The `authz.acl` expression of a profile, such as `group="Enterprise ACME Administrators" || user="anybody"`.
// Ruled by AAclAuthz.evaluateExpressions of Dogtag 10.10: from left to right, && and || bind alike.

/** Who is judged. */
export interface AuthorizationSubject {
  readonly userId: string | null;
  readonly groups: readonly string[];
  /** Renewal: facts of the original request that authentication has looked up, such as `auth_token.uid`. */
  readonly originalFacts: Readonly<Record<string, string>>;
}

/** True when the expression lets the subject pass. What cannot be understood does not. */
export function evaluateAuthorization(expression: string, subject: AuthorizationSubject): boolean {
  const pieces = expression.split(/(\|\||&&)/);
  // Dogtag drops an operator at the end together with what is missing behind it, and fails; here it refuses.
  let result = holds(pieces[0] ?? '', subject);
  for (let at = 1; at < pieces.length; at += 2) {
    const right = holds(pieces[at + 1] ?? '', subject);
    result = pieces[at] === '||' ? result || right : result && right;
  }
  return result;
}

function holds(condition: string, subject: AuthorizationSubject): boolean {
  const match = /^\s*([^!=<>]*?)\s*(!=|=)(.*)$/s.exec(condition);
  if (match === null) return false;
  const [, type = '', operator = '', quoted = ''] = match;
  const value = stripQuotes(quoted.trim());
  const equal = operator === '=';
  switch (type) {
    case 'group':
      return subject.userId !== null && subject.groups.includes(value) === equal;
    case 'user':
      return isAnybody(value, equal) || compareUser(subject.userId, value, equal);
    case 'user_origreq':
      return isAnybody(value, equal) || compareUser(subject.userId, subject.originalFacts[value] ?? null, equal);
    default:
      // Addresses are not known to Dogtag at this place, so `ipaddress` never holds; other types do not exist.
      return false;
  }
}

function isAnybody(value: string, equal: boolean): boolean {
  return equal && (value === 'anybody' || value === 'everybody');
}

function compareUser(userId: string | null, expected: string | null, equal: boolean): boolean {
  if (userId === null || expected === null) return false;
  return (userId.toLowerCase() === expected.toLowerCase()) === equal;
}

function stripQuotes(text: string): string {
  return text.replace(/^"/, '').replace(/"$/, '');
}
