/** A text cut into the pieces that declarations are made of. They tile it. */
import { Lexer } from "./lexer.ts";
import type { SyntaxProblem } from "./problem.ts";
import { Segmenter } from "./segments.ts";
import type { Token } from "./tokens.ts";

export interface Piece {
  readonly tokens: Token[];
  /** It goes up to the next one, with the white space and comments behind its last token. */
  readonly start: number;
  readonly end: number;
  /** What the lexer found wrong in it. */
  readonly problems: readonly SyntaxProblem[];
  /** Whether reading may begin here, whatever comes before. */
  readonly hard: boolean;
  /** Whether what comes behind it made it end here. */
  readonly soft: boolean;
  /** Whether it has a comment or string that has no end. */
  readonly open: boolean;
}

/** The pieces from `from`, which is the start of the text or of a piece that is `hard`. */
export function* pieces(text: string, from: number): Generator<Piece> {
  const lexer = new Lexer(text, from);
  const segmenter = new Segmenter(lexer);
  const problems = new Queue(lexer.problems, (problem) => problem.start);
  const endless = new Queue(lexer.endless, (offset) => offset);
  const unsure = new Queue(lexer.unsure, (offset) => offset);
  const piece = (tokens: Token[], start: number, end: number, hard: boolean, soft: boolean): Piece => {
    const open = endless.before(end).length + unsure.before(end).length > 0;
    return { tokens, start, end, problems: problems.before(end), hard, soft, open };
  };
  let start = from;
  if (segmenter.start > from && segmenter.startsDeclaration) {
    start = segmenter.start;
    yield piece([], from, start, true, false);
  }
  for (let segment = segmenter.next(); segment !== null; segment = segmenter.next()) {
    const { tokens, cuts } = segment;
    const end = segmenter.start;
    for (let i = 0; i <= cuts.length; i++) {
      const own = cuts.length === 0 ? tokens : tokens.slice(cuts[i - 1] ?? 0, cuts[i] ?? tokens.length);
      const next = i < cuts.length ? tokens[cuts[i]!]!.startOffset : end;
      yield piece(own, start, next, i === 0, i < cuts.length);
      start = next;
    }
  }
  if (start < text.length) yield piece([], start, text.length, true, false);
}

const none: readonly never[] = [];

/** A list that grows while its front is taken. */
class Queue<T> {
  readonly #items: readonly T[];
  readonly #offset: (item: T) => number;
  #taken = 0;

  constructor(items: readonly T[], offset: (item: T) => number) {
    this.#items = items;
    this.#offset = offset;
  }

  before(end: number): readonly T[] {
    const first = this.#taken;
    while (this.#taken < this.#items.length && this.#offset(this.#items[this.#taken]!) < end) this.#taken++;
    return first === this.#taken ? none : this.#items.slice(first, this.#taken);
  }
}
