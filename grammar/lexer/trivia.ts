/** What stands between tokens: white space and comments. */
import type { LineEnds } from "../../src/core/lines.ts";
import type { SyntaxProblem } from "../problem.ts";
import { CommentEnds } from "./comments.ts";
import type { Declarations } from "./doubts.ts";
import { checkHidden } from "./hidden.ts";
import { unclosedComment } from "./unclosed.ts";

export interface Comment {
  readonly start: number;
  readonly end: number;
}

/** Skips what stands between the tokens of a text. */
export class Trivia {
  /** Where each comment stands, in order. */
  readonly comments: Comment[] = [];
  /** Whether nothing but this stands before the place that was last skipped to, on its line. */
  first = true;
  readonly #text: string;
  readonly #problems: SyntaxProblem[];
  readonly #lineEnds: LineEnds;
  readonly #commentEnds: CommentEnds;
  readonly #declarations: Declarations;
  readonly #onEndless: (at: number) => void;

  /** `onEndless` is called where a comment begins that never ends. */
  constructor(
    text: string,
    problems: SyntaxProblem[],
    lineEnds: LineEnds,
    declarations: Declarations,
    onEndless: (at: number) => void,
  ) {
    this.#text = text;
    this.#problems = problems;
    this.#lineEnds = lineEnds;
    this.#commentEnds = new CommentEnds(text);
    this.#declarations = declarations;
    this.#onEndless = onEndless;
  }

  /** Where the next token begins, from `from` on; nothing reaches over `limit`. */
  skip(from: number, limit: number): number {
    const text = this.#text;
    let at = from;
    let first = at === 0;
    while (at < limit) {
      const code = text.charCodeAt(at);
      if (code === 32 || code === 9) at++;
      else if (code === 10 || code === 13) {
        first = true;
        at++;
      } else if (code === 45 && text.charCodeAt(at + 1) === 45) {
        const end = Math.min(this.#lineEnds.next(at), limit);
        this.#comment(at, end);
        at = end;
      } else if (code === 123 && text.charCodeAt(at + 1) === 45) {
        const start = at;
        at = this.#blockComment(at, limit);
        first ||= this.#lineEnds.next(start) < at;
      } else if (code === 0xfeff && at === 0) at++;
      else break;
    }
    this.first = first;
    return at;
  }

  #blockComment(start: number, limit: number): number {
    const found = this.#commentEnds.after(start);
    if (found !== null && found <= limit) {
      this.#comment(start, found);
      return found;
    }
    if (found === null) this.#onEndless(start);
    this.#problems.push(unclosedComment(start));
    return Math.min(this.#declarations.next(start), limit);
  }

  #comment(start: number, end: number): void {
    this.comments.push({ start, end });
    checkHidden(this.#text, start, end, false, this.#problems);
  }
}
