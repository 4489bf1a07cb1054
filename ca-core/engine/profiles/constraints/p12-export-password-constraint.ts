// The password of a PKCS#12 file with a key that the server generates must be good enough (11.x). Ruled by P12ExportPasswordConstraint
// and PasswordChecker of Dogtag 11.10.
import type { ClassParameters } from '../class-parameters.ts';
import { failed, rejected } from '../constraint-parameters.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const passwordFact = 'serverSideKeygenP12Passwd';

/** What is demanded; 0 demands nothing, and where the profile is silent the first demand is for eight characters. */
interface PasswordRules {
  readonly minSize: number;
  readonly minUpperLetter: number;
  readonly minLowerLetter: number;
  readonly minNumber: number;
  readonly minSpecialChar: number;
  readonly seqLength: number;
  readonly maxRepeatedChar: number;
}

const rulesByDefault: PasswordRules = {
  minSize: 8,
  minUpperLetter: 0,
  minLowerLetter: 0,
  minNumber: 0,
  minSpecialChar: 0,
  seqLength: 0,
  maxRepeatedChar: 0,
};
const ruleNames = Object.keys(rulesByDefault) as (keyof PasswordRules)[];
const cracklibName = 'password.cracklibCheck';

export const p12ExportPasswordConstraint: ConstraintClass = {
  classId: 'p12ExportPasswordConstraintImpl',
  className: 'P12ExportPasswordConstraint',
  compile: (parameters) => {
    const rules = readRules(parameters);
    const usesCracklib = parameters.flag(cracklibName);
    return {
      text: describe(rules, usesCracklib),
      // Dogtag says nothing of how these are to be shown.
      parameters: [...ruleNames.map((rule) => `password.${rule}`), cracklibName].map((name) => ({
        name,
        descriptor: textDescriptor(''),
      })),
      check: ({ attributes }) => {
        const bad = ruleNames.find((rule) => !Number.isSafeInteger(rules[rule]));
        if (bad !== undefined) return failed(parameters.unsupported(`password.${bad}`, 'not a whole number'));
        const password = attributes.find(passwordFact) ?? '';
        if (password === '') return failed(parameters.unsupported('password.minSize', 'the request has no password'));
        const fault = findPasswordFault(password, rules);
        if (fault !== null) return rejected(fault);
        return usesCracklib ? failed(parameters.unsupported(cracklibName, 'cracklib is not asked here')) : null;
      },
    };
  },
};

function readRules(parameters: ClassParameters): PasswordRules {
  const rules = { ...rulesByDefault };
  for (const rule of ruleNames) {
    const name = `password.${rule}`;
    if (parameters.text(name) !== '') rules[rule] = parameters.wholeNumber(name) ?? Number.NaN;
  }
  return rules;
}

// The double space and the grammar are Dogtag's.
function describe(rules: PasswordRules, usesCracklib: boolean): string {
  return `This constraint accept export password with minimum size ${rules.minSize}, minimum number of characters upper case ${rules.minUpperLetter},  minimum number of characters lower case ${rules.minLowerLetter},  minimum number of digits ${rules.minNumber},  minimum number of punctuation ${rules.minSpecialChar} (these excluding initial capital and final digits) no repeated substrings of size ${rules.seqLength}, no more ${rules.maxRepeatedChar} repeated character and verified with cracklib ${usesCracklib}.`;
}

/** The first thing that is wrong with it, in Dogtag's words; null for a good one. The words never hold the password. */
function findPasswordFault(password: string, rules: PasswordRules): string | null {
  if (password.length < rules.minSize) return `The password must be at least ${rules.minSize} characters`;
  const demands = [
    [/[A-Z]/g, rules.minUpperLetter, 'upper case letter(s)'],
    [/[a-z]/g, rules.minLowerLetter, 'lower case letter(s)'],
    [/[0-9]/g, rules.minNumber, 'numeric digit(s)'],
    [/[!-/:-@[-`{-~]/g, rules.minSpecialChar, 'punctuation symbol(s)'],
  ] as const;
  for (const [pattern, least, what] of demands)
    if (least > 0 && (password.match(pattern)?.length ?? 0) < least)
      return `The password requires at least ${least} ${what}`;
  if (repeatsSequence(password, rules.seqLength))
    return 'The password cannot have repeated sequences (check also inverted).';
  if (repeatsCharacter(password, rules.maxRepeatedChar))
    return `The password cannot contain the same character more then ${rules.maxRepeatedChar} times.`;
  return null;
}

/** Forwards or backwards; as in Dogtag the last place where one would still fit is not looked at. */
function repeatsSequence(password: string, length: number): boolean {
  if (length <= 0) return false;
  for (let start = 0; start < password.length - length * 2; start++) {
    const sequence = password.slice(start, start + length);
    const inverted = [...sequence].reverse().join('');
    if ([sequence, inverted].some((one) => password.indexOf(one, start + length) > 0)) return true;
  }
  return false;
}

function repeatsCharacter(password: string, most: number): boolean {
  if (most <= 0) return false;
  let [previous, count] = ['', 0];
  for (const character of password) {
    count = character === previous ? count + 1 : 1;
    if (character === previous && count > most) return true;
    previous = character;
  }
  return false;
}
