// `$request.name$` in parameters of a profile. Ruled by com.netscape.certsrv.pattern.Pattern of Dogtag 10.10.

/** Text of a fact by name, or null when there is none. */
export type FindFact = (name: string) => string | null;

/** A pattern cut into pieces once, because most parameters hold no `$` and the others are expanded for every request. */
export interface Pattern {
  /** True when the text is the same for every request. */
  readonly isConstant: boolean;
  /**
   * The text with facts filled in. A token of another set (`$server.source$` when `request` is asked for), and one whose fact is
   * absent, stay as they are written. Throws PatternError for a `$` without its partner and a token without a full stop.
   */
  expand(set: string, findFact: FindFact): string;
}

/** Dogtag cuts beyond the ends of a text in these cases; what it tells the client is the text of Java's exception, and so do we. */
export class PatternError extends Error {
  constructor(begin: number, end: number, length: number) {
    super(`begin ${begin}, end ${end}, length ${length}`);
    this.name = 'PatternError';
  }
}

type Piece = { readonly text: string } | { readonly set: string; readonly name: string };

export function parsePattern(pattern: string): Pattern {
  if (!pattern.includes('$')) return { isConstant: true, expand: () => pattern };
  const pieces = cut(pattern);
  return {
    isConstant: false,
    expand: (set, findFact) => {
      if (pieces instanceof PatternError) throw pieces;
      return pieces.map((piece) => expandPiece(piece, set, findFact)).join('');
    },
  };
}

function expandPiece(piece: Piece, set: string, findFact: FindFact): string {
  if ('text' in piece) return piece.text;
  const fact = piece.set === set ? findFact(piece.name) : null;
  return fact ?? `$${piece.set}.${piece.name}$`;
}

function cut(pattern: string): Piece[] | PatternError {
  const pieces: Piece[] = [];
  let start = 0;
  for (;;) {
    const open = pattern.indexOf('$', start);
    if (open === -1) {
      pieces.push({ text: pattern.slice(start) });
      return pieces;
    }
    const close = pattern.indexOf('$', open + 1);
    if (close === -1) return new PatternError(open + 1, -1, pattern.length);
    const dot = pattern.slice(0, close).indexOf('.', open + 1);
    if (dot === -1) return new PatternError(0, -1, close - open - 1);
    pieces.push({ text: pattern.slice(start, open) });
    pieces.push({ set: pattern.slice(open + 1, dot), name: pattern.slice(dot + 1, close) });
    start = close + 1;
  }
}
