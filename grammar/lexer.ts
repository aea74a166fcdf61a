/**
 * The lexer: text to Chevrotain tokens, one at a time, so that a text can be
 * cut into chunks without holding the tokens of all of it. It never fails: what it cannot read is a problem and
 * a plausible token. See docs/decisions/lexer.md for why it is written by hand.
 */
import type { TokenType } from "chevrotain";
import { LineEnds } from "../src/core/lines.ts";
import { isDigit, isNamePart, isNameStart, letters } from "./lexer/characters.ts";
import { dashedEnd } from "./lexer/dashed.ts";
import { beginsText, Declarations, Forecast } from "./lexer/doubts.ts";
import { checkHidden } from "./lexer/hidden.ts";
import { lexeme } from "./lexer/images.ts";
import { junk } from "./lexer/junk.ts";
import { numberEnd, unitEnd, unknownUnit } from "./lexer/numbers.ts";
import { signAt } from "./lexer/signs.ts";
import { readText } from "./lexer/text.ts";
import { TripleQuotes } from "./lexer/triple.ts";
import { type Comment, Trivia } from "./lexer/trivia.ts";
import { tooFewQuotes, unclosedInterpolation, unclosedString, unclosedText } from "./lexer/unclosed.ts";
import type { SyntaxProblem } from "./problem.ts";
import * as T from "./tokens.ts";
import { Token } from "./tokens.ts";

/** A string whose interpolation is being read. */
interface Interpolation {
  readonly start: number;
  readonly triple: boolean;
  /** No token of it reaches over this: the closing quotes of `"""`, or the line's end. */
  readonly limit: number;
  /** Braces open in the expression. */
  braces: number;
}

export class Lexer {
  readonly text: string;
  readonly problems: SyntaxProblem[] = [];
  /** Where comments and `"""` begin that never end: more text behind them may end them. */
  readonly endless: number[] = [];
  /** Where `"""` stand of which more text behind may show that they are meant otherwise. */
  readonly unsure: number[] = [];
  #at: number;
  #limit: number;
  #interpolations: Interpolation[] = [];
  readonly #lineEnds: LineEnds;
  readonly #trivia: Trivia;
  readonly #declarations: Declarations;
  readonly #tripleQuotes: TripleQuotes;
  #last: TokenType = T.Comma;
  #beforeLast: TokenType = T.Comma;
  readonly #forecast: Forecast | null;

  /** `hasDoubts`: whether it looks ahead where a `"""` may close another text than it seems to. */
  constructor(text: string, from = 0, hasDoubts = true) {
    this.text = text;
    this.#forecast = hasDoubts ? new Forecast((at) => new Lexer(text, at, false)) : null;
    this.#at = from;
    this.#limit = text.length;
    this.#lineEnds = new LineEnds(text);
    this.#declarations = new Declarations(text);
    this.#trivia = new Trivia(text, this.problems, this.#lineEnds, this.#declarations, (at) =>
      this.#endless(at),
    );
    this.#tripleQuotes = new TripleQuotes(text);
  }

  /** The next token, or null at the end. */
  next(): Token | null {
    const token = this.#scan();
    this.#beforeLast = this.#last;
    if (token !== null) this.#last = token.tokenType;
    return token;
  }

  /** Where each comment stands, in order. */
  get comments(): readonly Comment[] {
    return this.#trivia.comments;
  }

  /** Whether only white space and comments stand before the last token on its line. */
  get first(): boolean {
    return this.#trivia.first;
  }

  advance(): boolean {
    return this.next() !== null;
  }

  /** Where the next token is read; null within a string. */
  get outside(): number | null {
    return this.#interpolations.length === 0 ? this.#at : null;
  }

  #scan(): Token | null {
    const { text } = this;
    this.#at = this.#trivia.skip(this.#at, this.#limit);
    const start = this.#at;
    if (start >= this.#limit) {
      return this.#interpolations.length > 0 ? this.#unterminated() : null;
    }
    const code = text.charCodeAt(start);
    if (isNameStart(code)) return this.#name(start);
    if (isDigit(code)) return this.#number(start);
    if (code === 34) return this.#string(start);
    if (code === 125) return this.#closingBrace(start);
    if (code === 123 && this.#interpolations.length > 0) this.#interpolations.at(-1)!.braces++;
    const sign = signAt(text, start, code);
    return sign === null ? this.#junk(start) : this.#sign(sign.type, sign.image);
  }

  #sign(type: TokenType, image: string): Token {
    const start = this.#at;
    this.#at = start + image.length;
    return new Token(type, image, start, this.#at, image);
  }

  #name(start: number): Token {
    const { text } = this;
    let end = start + 1;
    let code = text.charCodeAt(end);
    while (isNamePart(code)) code = text.charCodeAt(++end);
    if (code >= 128) {
      const all = letters(text, start);
      if (all > end) return this.#junk(start);
    }
    if (code === 45) end = dashedEnd(text, start, end);
    this.#at = end;
    const { image, type } = lexeme(text, start, end);
    if (image === "sha256" && this.#last === T.Text && this.#beforeLast === T.Import && code === 58) {
      while (isNamePart(text.charCodeAt(++end)));
      this.#at = end;
      const written = lexeme(text, start + 7, end).image;
      return new Token(T.Sha256, `sha256:${written}`, start, end, written);
    }
    return new Token(type, image, start, end, image);
  }

  #number(start: number): Token {
    const { text } = this;
    const unitStart = numberEnd(text, start);
    const end = unitEnd(text, unitStart);
    this.#at = end;
    const unit = end === unitStart ? "" : lexeme(text, unitStart, end).image;
    const problem = unit === "" ? null : unknownUnit(unit, unitStart, end);
    if (problem !== null) this.problems.push(problem);
    return new Token(T.NumberLiteral, lexeme(text, start, end).image, start, end, unit);
  }

  #junk(start: number): Token {
    const { end, problem } = junk(this.text, start, this.#limit);
    this.#at = end;
    this.problems.push(problem);
    return new Token(T.Junk, this.text.slice(start, end), start, end, "");
  }

  #closingBrace(start: number): Token {
    const inner = this.#interpolations[this.#interpolations.length - 1];
    if (inner === undefined) return this.#sign(T.RCurly, "}");
    if (inner.braces > 0) {
      inner.braces--;
      return this.#sign(T.RCurly, "}");
    }
    return this.#piece(inner, start, start + 1, T.TextMiddle, T.TextEnd);
  }

  #string(start: number): Token {
    const { text } = this;
    if (!text.startsWith('""', start + 1)) {
      const token = this.#shortOfQuotes(start);
      if (token !== null) return token;
      const limit = Math.min(this.#lineEnds.next(start), this.#limit);
      return this.#piece({ start, triple: false, limit, braces: 0 }, start, start + 1, T.TextStart, T.Text);
    }
    const limit = this.#closingQuotes(start + 3);
    const resumed = limit < 0 ? this.#declarations.next(start) : this.#misread(start, limit);
    if (resumed === null) {
      return this.#piece({ start, triple: true, limit, braces: 0 }, start, start + 3, T.TextStart, T.Text);
    }
    this.problems.push(unclosedText(start));
    this.#at = Math.min(resumed, this.#limit);
    return new Token(T.Text, '"""', start, this.#at, "");
  }

  /** `"` or `""` at the end of a line where `"""` was meant: all up to the next `"""` is text. */
  #shortOfQuotes(start: number): Token | null {
    const { text } = this;
    const end = text.charCodeAt(start + 1) === 34 ? start + 2 : start + 1;
    const forecast = this.#interpolations.length === 0 ? this.#forecast : null;
    if (forecast === null || !beginsText(text, end)) return null;
    this.unsure.push(start);
    const close = this.#tripleQuotes.next(end);
    if (close < 0) return null;
    const asItSeems = forecast.problemsFrom(start);
    if (asItSeems === 0 || forecast.problemsFrom(close + 3) >= asItSeems) return null;
    this.problems.push(tooFewQuotes(start, end));
    this.#at = close + 3;
    return new Token(T.Text, text.slice(start, end), start, this.#at, "");
  }

  /** Where code goes on behind a text that only seems to be closed at `close`; null where it is. */
  #misread(start: number, close: number): number | null {
    const forecast = this.#interpolations.length === 0 ? this.#forecast : null;
    const resumed = forecast === null ? null : this.#declarations.within(start, close);
    if (forecast === null || resumed === null) return null;
    this.unsure.push(start);
    const asItSeems = forecast.problemsFrom(close + 3);
    return asItSeems > 0 && forecast.problemsFrom(resumed) < asItSeems ? resumed : null;
  }

  /** Where a text from `at` on ends; -1 if it does not. */
  #closingQuotes(at: number): number {
    const found = this.#tripleQuotes.next(at);
    if (found < 0) this.#endless(at);
    return found + 3 <= this.#limit ? found : -1;
  }

  /** Inside of a string nothing behind the string matters. */
  #endless(at: number): void {
    if (this.#limit === this.text.length) this.endless.push(at);
  }

  /** A string from behind its opening quotes, or from behind the `}` of an interpolation. */
  #piece(string: Interpolation, start: number, from: number, open: TokenType, closed: TokenType): Token {
    const piece = readText(this.text, from, string.limit, string.triple, this.problems);
    checkHidden(this.text, from, piece.end, true, this.problems);
    const continued = closed === T.TextEnd;
    if (piece.stop === "interpolation") {
      if (!continued) {
        this.#interpolations.push(string);
        this.#limit = string.limit;
      }
      this.#at = piece.end;
      return new Token(open, this.text.slice(start, piece.end), start, piece.end, piece.text);
    }
    if (continued) this.#leave();
    if (piece.stop === "limit" && !string.triple) {
      if (!this.#endsToo(string.limit)) this.problems.push(unclosedString(string.start, string.limit));
      this.#at = string.limit;
    } else this.#at = string.triple ? string.limit + 3 : piece.end;
    return new Token(closed, this.text.slice(start, this.#at), start, this.#at, piece.text);
  }

  /** The limit came inside an interpolation: the outermost string that ends here is at fault. */
  #unterminated(): Token {
    const string = this.#leave();
    const { limit } = string;
    if (this.#endsToo(limit)) return new Token(T.TextEnd, "", limit, limit, "");
    const { start, triple } = string;
    this.problems.push(triple ? unclosedInterpolation(start) : unclosedString(start, limit));
    this.#at = string.triple ? limit + 3 : limit;
    return new Token(T.TextEnd, "", limit, this.#at, "");
  }

  /** Whether a string around the current one ends at the same place. */
  #endsToo(limit: number): boolean {
    return this.#interpolations.length > 0 && this.#limit === limit;
  }

  #leave(): Interpolation {
    const left = this.#interpolations.pop()!;
    this.#limit = this.#interpolations[this.#interpolations.length - 1]?.limit ?? this.text.length;
    return left;
  }
}
