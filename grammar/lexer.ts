/**
 * The lexer: text to Chevrotain tokens, one at a time, so that who chunks a text need
 * not hold the tokens of all of it. It never fails: what it cannot read is a problem and
 * a plausible token. See docs/decisions/lexer.md for why it is written by hand.
 */
import type { TokenType } from "chevrotain";
import { isDigit, isNamePart, isNameStart, letters } from "./lexer/characters.ts";
import { CommentEnds } from "./lexer/comments.ts";
import { lexeme } from "./lexer/images.ts";
import { junk } from "./lexer/junk.ts";
import { numberEnd, unitEnd, unknownUnit } from "./lexer/numbers.ts";
import { signAt } from "./lexer/signs.ts";
import { readText } from "./lexer/text.ts";
import type { SyntaxProblem } from "./problem.ts";
import { syntaxProblem } from "./problem.ts";
import * as T from "./tokens.ts";
import { Token } from "./tokens.ts";

export interface Comment {
  readonly start: number;
  readonly end: number;
}

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
  /** Where each comment stands, in order. */
  readonly comments: Comment[] = [];
  /** Where comments and `"""` begin that never end: more text behind them may end them. */
  readonly endless: number[] = [];
  /** Whether only white space and comments stand before the last token on its line. */
  first = true;
  #at: number;
  #limit: number;
  #interpolations: Interpolation[] = [];
  #lineEnd = -1;
  #commentEnds: CommentEnds;
  /** From here on there are no closing quotes of a `"""`. */
  #noTripleFrom = Number.POSITIVE_INFINITY;
  #last: TokenType = T.Comma;
  #beforeLast: TokenType = T.Comma;

  constructor(text: string, from = 0) {
    this.text = text;
    this.#at = from;
    this.#limit = text.length;
    this.#commentEnds = new CommentEnds(text);
  }

  /** The next token, or null at the end. */
  next(): Token | null {
    const token = this.#scan();
    this.#beforeLast = this.#last;
    if (token !== null) this.#last = token.tokenType;
    return token;
  }

  #scan(): Token | null {
    this.#skipTrivia();
    const { text } = this;
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

  #skipTrivia(): void {
    const { text } = this;
    const limit = this.#limit;
    let at = this.#at;
    let first = at === 0;
    while (at < limit) {
      const code = text.charCodeAt(at);
      if (code === 32 || code === 9 || code === 13) at++;
      else if (code === 10) {
        first = true;
        at++;
      } else if (code === 45 && text.charCodeAt(at + 1) === 45) {
        const end = Math.min(this.#endOfLine(at), limit);
        this.comments.push({ start: at, end: text.charCodeAt(end - 1) === 13 ? end - 1 : end });
        at = end;
      } else if (code === 123 && text.charCodeAt(at + 1) === 45) {
        const start = at;
        at = this.#blockComment(at);
        first ||= this.#endOfLine(start) < at;
      } else if (code === 0xfeff && at === 0) at++;
      else break;
    }
    this.#at = at;
    this.first = first;
  }

  #endOfLine(at: number): number {
    if (at > this.#lineEnd) {
      const found = this.text.indexOf("\n", at);
      this.#lineEnd = found < 0 ? this.text.length : found;
    }
    return this.#lineEnd;
  }

  #blockComment(start: number): number {
    const found = this.#commentEnds.after(start);
    if (found !== null && found <= this.#limit) {
      this.comments.push({ start, end: found });
      return found;
    }
    if (found === null) this.#endless(start);
    this.problems.push(
      syntaxProblem(start, start + 2, "This comment is never closed.", {
        message: "Every `{-` needs a `-}` of its own; comments nest.",
      }),
    );
    return Math.min(this.#endOfLine(start), this.#limit);
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
      const limit = Math.min(this.#endOfLine(start), this.#limit);
      return this.#piece({ start, triple: false, limit, braces: 0 }, start, start + 1, T.TextStart, T.Text);
    }
    const limit = this.#closingQuotes(start + 3);
    if (limit >= 0) {
      return this.#piece({ start, triple: true, limit, braces: 0 }, start, start + 3, T.TextStart, T.Text);
    }
    this.problems.push(
      syntaxProblem(start, start + 3, 'This `"""` is never closed.', {
        message: 'A text of several lines ends with another `"""`.',
      }),
    );
    this.#at = Math.min(this.#endOfLine(start), this.#limit);
    return new Token(T.Text, '"""', start, this.#at, "");
  }

  /** Where the first `"""` without a backslash before it is, from `at`; -1 if there is none. */
  #closingQuotes(at: number): number {
    const { text } = this;
    if (at >= this.#noTripleFrom) {
      this.#endless(at);
      return -1;
    }
    for (let found = text.indexOf('"""', at); ; found = text.indexOf('"""', found + 1)) {
      if (found < 0) {
        this.#noTripleFrom = at;
        this.#endless(at);
        return -1;
      }
      let slashes = 0;
      while (text.charCodeAt(found - 1 - slashes) === 92) slashes++;
      if (slashes % 2 === 0) return found + 3 <= this.#limit ? found : -1;
    }
  }

  /** Inside of a string nothing behind the string matters. */
  #endless(at: number): void {
    if (this.#limit === this.text.length) this.endless.push(at);
  }

  /** A string from behind its opening quotes, or from behind the `}` of an interpolation. */
  #piece(string: Interpolation, start: number, from: number, open: TokenType, closed: TokenType): Token {
    const piece = readText(this.text, from, string.limit, string.triple, this.problems);
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
      if (!this.#endsToo(string.limit)) this.problems.push(unclosed(string));
      this.#at = string.limit;
    } else this.#at = string.triple ? string.limit + 3 : piece.end;
    return new Token(closed, this.text.slice(start, this.#at), start, this.#at, piece.text);
  }

  /** The limit came inside an interpolation: the outermost string that ends here is at fault. */
  #unterminated(): Token {
    const string = this.#leave();
    const { limit } = string;
    if (this.#endsToo(limit)) return new Token(T.TextEnd, "", limit, limit, "");
    this.problems.push(
      string.triple
        ? syntaxProblem(string.start, string.start + 3, "The `${` in this text is never closed.", {
            message: 'A `"""` ends the text even inside of an interpolation.',
          })
        : unclosed(string),
    );
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

const unclosed = (string: Interpolation): SyntaxProblem =>
  syntaxProblem(string.start, string.limit, "This string is never closed.", {
    message: 'A string ends with `"` on the line on which it begins; `"""` goes over several lines.',
  });
