// Java's regular expressions, in which profiles are written, by translation to JavaScript's. What has no counterpart is refused, never guessed.

/** The pattern uses something that JavaScript cannot do (possessive quantifiers, atomic groups), or is no pattern at all. */
export class JavaPatternError extends Error {
  constructor(pattern: string, problem: string, cause?: unknown) {
    super(`regular expression ${JSON.stringify(pattern)}: ${problem}`, { cause });
    this.name = 'JavaPatternError';
  }
}

const patternLengthMax = 4096;

/** A test whether a whole text matches, as String.matches does. Throws JavaPatternError. */
export function compileJavaPattern(pattern: string): (text: string) => boolean {
  if (pattern.length > patternLengthMax) throw new JavaPatternError(pattern.slice(0, 80), 'too long');
  const { source, flags } = new Translator(pattern).translate();
  try {
    const expression = new RegExp(`^(?:${source})$`, `v${flags}`);
    return (text) => expression.test(text);
  } catch (error) {
    throw new JavaPatternError(pattern, 'not usable', error);
  }
}

const lineEnds = '\\n\\r\\u0085\\u2028\\u2029';
const posixClasses: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7f',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  Graph: '\\x21-\\x7e',
  Print: '\\x20-\\x7e',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1f\\x7f',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\x0b\\f\\r',
};
/** Content of a class for each escape that stands for a set; the capital letter is its complement. */
const setEscapes: Readonly<Record<string, string>> = {
  d: '0-9',
  s: ' \\t\\n\\x0b\\f\\r',
  w: 'a-zA-Z_0-9',
  h: ' \\t\\u00a0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
  v: `\\x0b\\f${lineEnds}`,
};
const controlEscapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', a: '\x07', e: '\x1b' };

class Translator {
  readonly #pattern: string;
  #at = 0;
  #flags = '';
  #dotMatchesAll = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): { source: string; flags: string } {
    this.#readLeadingFlags();
    let source = '';
    while (this.#at < this.#pattern.length) source += this.#readAtom();
    return { source, flags: this.#flags };
  }

  // Flags in the middle of a pattern have no counterpart, but those at its start hold for the whole of it.
  #readLeadingFlags(): void {
    const match = /^\(\?([a-zA-Z]+)\)/.exec(this.#pattern);
    if (match === null) return;
    for (const flag of match[1] ?? '') {
      if (flag === 'i') this.#flags = 'i';
      else if (flag === 's') this.#dotMatchesAll = true;
      else if (flag !== 'u' && flag !== 'd') throw this.#refuse(`flag ${flag}`);
    }
    this.#at = match[0].length;
  }

  #readAtom(): string {
    const character = this.#next();
    switch (character) {
      case '\\':
        return this.#readEscape();
      case '[':
        return this.#readClass();
      case '.':
        return this.#dotMatchesAll ? '[\\s\\S]' : `[^${lineEnds}]`;
      case '(':
        return this.#readGroupStart();
      case '*':
      case '+':
      case '?':
        return this.#readQuantifier(character);
      case '{':
        return this.#readCount();
      case ')':
      case '|':
      case '^':
      case '$':
        return character;
      default:
        return literal(character);
    }
  }

  #readGroupStart(): string {
    const rest = this.#pattern.slice(this.#at);
    if (!rest.startsWith('?')) return '(';
    const match = /^\?(?::|=|!|<=|<!|<[A-Za-z][A-Za-z0-9]*>)/.exec(rest);
    if (match === null) throw this.#refuse('a kind of group that is not supported');
    this.#at += match[0].length;
    return `(${match[0]}`;
  }

  #readQuantifier(quantifier: string): string {
    const following = this.#pattern[this.#at];
    if (following === '+') throw this.#refuse('possessive quantifier');
    if (following !== '?') return quantifier;
    this.#at++;
    return `${quantifier}?`;
  }

  #readCount(): string {
    const match = /^\d{1,4}(?:,\d{0,4})?\}/.exec(this.#pattern.slice(this.#at));
    if (match === null) throw this.#refuse('{ that begins no count');
    this.#at += match[0].length;
    return this.#readQuantifier(`{${match[0]}`);
  }

  #readEscape(): string {
    const character = this.#next();
    if (character === 'Q') return this.#readQuoted();
    if (/[1-9]/.test(character)) return `\\${character}`;
    if (character === 'A') return '^';
    if (character === 'z' || character === 'Z') return '$';
    if (character === 'b' || character === 'B') return `\\${character}`;
    if (character === 'R') return `(?:\\r\\n|[\\x0b\\f${lineEnds}])`;
    if (character === 'k') return this.#readNamedReference();
    const set = this.#findSet(character);
    return set === null ? literal(this.#readEscapedCharacter(character)) : `[${set}]`;
  }

  #readQuoted(): string {
    const end = this.#pattern.indexOf('\\E', this.#at);
    const text = this.#pattern.slice(this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#pattern.length : end + 2;
    return Array.from(text, literal).join('');
  }

  #readNamedReference(): string {
    const match = /^<[A-Za-z][A-Za-z0-9]*>/.exec(this.#pattern.slice(this.#at));
    if (match === null) throw this.#refuse('\\k without a name');
    this.#at += match[0].length;
    return `\\k${match[0]}`;
  }

  /** Content of a class for an escape that stands for a set of characters; null for one that stands for a single character. */
  #findSet(character: string): string | null {
    const set = setEscapes[character.toLowerCase()];
    if (set !== undefined) return character === character.toLowerCase() ? set : `[^${set}]`;
    if (character === 'p' || character === 'P') return this.#readProperty(character === 'P');
    return null;
  }

  #readProperty(isComplement: boolean): string {
    const match = /^(?:\{([A-Za-z_]+)\}|([A-Z]))/.exec(this.#pattern.slice(this.#at));
    if (match === null) throw this.#refuse('\\p without a property');
    this.#at += match[0].length;
    const name = match[1] ?? match[2] ?? '';
    const posix = posixClasses[name];
    if (posix !== undefined) return isComplement ? `[^${posix}]` : posix;
    const property = name.startsWith('Is') ? `Script=${name.slice(2)}` : name;
    return `\\${isComplement ? 'P' : 'p'}{${property}}`;
  }

  #readEscapedCharacter(character: string): string {
    const control = controlEscapes[character];
    if (control !== undefined) return control;
    const rest = this.#pattern.slice(this.#at);
    const code =
      character === 'x'
        ? /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(rest)
        : character === 'u'
          ? /^()([0-9A-Fa-f]{4})/.exec(rest)
          : null;
    if (code !== null) {
      this.#at += code[0].length;
      return String.fromCodePoint(Number.parseInt(code[1] || code[2] || '0', 16));
    }
    // A backslash before a letter or digit without meaning is an error in Java; before anything else it means that character.
    if (/[A-Za-z0-9]/.test(character)) throw this.#refuse(`\\${character}`);
    return character;
  }

  /** A class from behind its opening bracket, nested classes and intersections included. */
  #readClass(): string {
    let content = '';
    if (this.#pattern[this.#at] === '^') {
      this.#at++;
      content = '^';
    }
    let isFirst = true;
    for (;;) {
      if (this.#at >= this.#pattern.length) throw this.#refuse('class without end');
      const character = this.#next();
      if (character === ']' && !isFirst) return `[${content}]`;
      isFirst = false;
      if (character === '[') content += this.#readClass();
      else if (character === '&' && this.#pattern[this.#at] === '&') {
        this.#at++;
        content = `${content === '^' ? '^' : ''}${wrapped(content)}&&`;
      } else content += this.#readClassItem(character);
    }
  }

  #readClassItem(character: string): string {
    if (character === '\\') {
      const escaped = this.#next();
      if (escaped === 'Q') return this.#readQuoted();
      const set = this.#findSet(escaped);
      if (set !== null) return set;
      return this.#readRange(this.#readEscapedCharacter(escaped));
    }
    return this.#readRange(character);
  }

  // A hyphen makes a range only between two single characters.
  #readRange(first: string): string {
    const rest = this.#pattern.slice(this.#at);
    if (!rest.startsWith('-') || rest.startsWith('-]') || rest.startsWith('-[') || rest.length < 2)
      return literal(first);
    this.#at++;
    const character = this.#next();
    if (character !== '\\') return `${literal(first)}-${literal(character)}`;
    const escaped = this.#next();
    if (this.#findSet(escaped) !== null) throw this.#refuse('range that ends in a set');
    return `${literal(first)}-${literal(this.#readEscapedCharacter(escaped))}`;
  }

  #next(): string {
    const codePoint = this.#pattern.codePointAt(this.#at);
    if (codePoint === undefined) throw this.#refuse('ends too early');
    const character = String.fromCodePoint(codePoint);
    this.#at += character.length;
    return character;
  }

  #refuse(problem: string): JavaPatternError {
    return new JavaPatternError(this.#pattern, problem);
  }
}

/** What stands to the left of an intersection must be one operand in JavaScript. */
function wrapped(content: string): string {
  const items = content.startsWith('^') ? content.slice(1) : content;
  const operands = items.split('&&');
  const last = operands.pop() ?? '';
  return [...operands, `[${last}]`].join('&&');
}

function literal(character: string): string {
  if (/^[A-Za-z0-9 ]$/.test(character)) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
