/**
 * Where declarations begin. The text is cut at tokens that can only begin a declaration,
 * so that a mistake in one, or a bracket left open, never swallows the next. What a cut
 * depends on begins at the cut before it: reading may start at any cut that is `hard`.
 *
 * `import type protocol system` begin a declaration where what must follow them follows,
 * and at the very beginning of a line; so does `automaton`, but at the beginning of a
 * line an expression may go on with it. `external` begins one where a name follows and
 * no expression may begin. `let` begins one unless an expression may begin
 * there; behind an operator at the very beginning of a line nobody means an expression.
 * Any other `let` is one and has an `in`; if none is found and it stands at the very
 * beginning of a line, it was meant as a declaration: a soft cut, since it depends on
 * what follows.
 */
import { wordsBeforeValue } from "../src/core/clause-words.ts";
import { isLineStart } from "../src/core/lines.ts";
import { Brackets } from "./brackets.ts";
import type { Lexer } from "./lexer.ts";
import type { Token } from "./tokens.ts";
import * as T from "./tokens.ts";

/** What lies between two hard cuts. */
export interface Segment {
  readonly tokens: Token[];
  /** Indices of tokens at soft cuts, ascending. */
  readonly cuts: readonly number[];
}

const starters = new T.Types([T.Import, T.Type, T.Protocol, T.System]);
const openers = new T.Types([T.LParen, T.LSquare, T.LCurly]);
const closers = new T.Types([T.RParen, T.RSquare, T.RCurly]);
/** All on which it may depend where a declaration begins; most tokens are others. */
const decisive = new T.Types([
  ...[T.Import, T.Type, T.Protocol, T.System, T.Automaton, T.External, T.Let, T.In],
  ...[T.LParen, T.LSquare, T.LCurly, T.RParen, T.RSquare, T.RCurly, T.TextStart, T.TextEnd],
]);
const beforeExpression = new T.Types([T.Equals, T.In, T.Then, T.Else, T.If, T.LParen, T.LSquare]);
/** A provided port's number stands behind its transport. */
const clauseWordsBeforeExpression = new T.Types([...T.wordTypes(wordsBeforeValue), T.Word.tcp, T.Word.udp]);
const none: readonly number[] = [];

export class Segmenter {
  readonly #lexer: Lexer;
  readonly #brackets = new Brackets();
  /** Whether the last token closed the parameters of an `fn`. */
  #parametersClosed = false;
  #next: Token | null;
  #nextFirst: boolean;
  #afterNext: Token | null = null;
  #peeked = false;
  #afterFirst = false;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
    this.#next = lexer.next();
    this.#nextFirst = lexer.first;
  }

  /** Where the next segment begins; the end of the text if there is none. */
  get start(): number {
    return this.#next?.startOffset ?? this.#lexer.text.length;
  }

  /** Whether the next segment begins as a declaration does; only the first of a text may not. */
  get startsDeclaration(): boolean {
    const next = this.#next;
    if (next === null) return false;
    if (next.tokenType === T.External) return this.#fits(T.External);
    return starters.has(next) || next.tokenType === T.Let || next.tokenType === T.Automaton;
  }

  next(): Segment | null {
    if (this.#next === null) return null;
    const tokens: Token[] = [];
    const brackets = this.#brackets;
    brackets.clear();
    /** Each `let` at the beginning of a line whose `in` has not come. */
    let pending: Set<number> | null = null;
    let strings = 0;
    let previous: Token | null = null;
    this.#parametersClosed = false;
    for (let token: Token | null = this.#next; token !== null; token = this.#next) {
      if (decisive.has(token)) {
        if (strings === 0 && previous !== null && this.#starts(token, previous)) break;
        const type = token.tokenType;
        const index = tokens.length;
        let closed = false;
        if (openers.has(token)) brackets.open(token, index, previous?.tokenType === T.Fn);
        else if (closers.has(token)) closed = brackets.close(token)?.parameters === true;
        else if (type === T.Let) {
          if (index > 0) {
            brackets.open(token, index, false);
            if (strings === 0 && this.#atLineStart(token)) pending = (pending ?? new Set()).add(index);
          }
        } else if (type === T.In) {
          const closed = brackets.closeLet();
          if (closed !== null) pending?.delete(closed.index);
        } else if (type === T.TextStart) strings++;
        else if (type === T.TextEnd && strings > 0) strings--;
        this.#parametersClosed = closed;
      } else this.#parametersClosed = false;
      tokens.push(token);
      previous = token;
      this.#advance();
    }
    return { tokens, cuts: pending === null ? none : [...pending] };
  }

  #starts(token: Token, previous: Token): boolean {
    const type = token.tokenType;
    if (starters.has(token)) return this.#fits(type) || this.#atLineStart(token);
    if (type === T.Automaton) {
      if (this.#fits(type)) return true;
      return this.#atLineStart(token) && !this.#precedesExpression(previous);
    }
    if (type === T.External) {
      // It is a name too, behind which in brackets another may stand: the word of a clause.
      const isApart = this.#brackets.inside === undefined || this.#atLineStart(token);
      return isApart && this.#fits(type) && !this.#precedesExpression(previous);
    }
    if (type !== T.Let) return false;
    if (T.isOperator(previous) || previous.tokenType === T.Bang) return this.#atLineStart(token);
    if (this.#precedesExpression(previous)) return false;
    if (this.#atLineStart(token)) return true;
    return this.#fits(type) && !(this.#brackets.hasLet && this.#nextFirst);
  }

  /** Whether what must follow a declaration's first word follows. */
  #fits(type: Token["tokenType"]): boolean {
    const next = this.#peek();
    return next !== null && (type === T.Import ? next.tokenType === T.Text : T.isName(next));
  }

  #precedesExpression(previous: Token): boolean {
    const type = previous.tokenType;
    if (this.#parametersClosed || beforeExpression.has(previous)) return true;
    if (T.isOperator(previous) || type === T.Bang) return true;
    const { inside } = this.#brackets;
    if (type === T.Comma || type === T.Spread)
      return inside === T.LParen || inside === T.LSquare || type === T.Spread;
    return inside === T.LCurly && clauseWordsBeforeExpression.has(previous);
  }

  /** At the very beginning of a line: not even indented. */
  #atLineStart(token: Token): boolean {
    return isLineStart(this.#lexer.text, token.startOffset);
  }

  #peek(): Token | null {
    if (!this.#peeked) {
      this.#peeked = true;
      this.#afterNext = this.#lexer.next();
      this.#afterFirst = this.#lexer.first;
    }
    return this.#afterNext;
  }

  #advance(): void {
    this.#next = this.#peek();
    this.#nextFirst = this.#afterFirst;
    this.#peeked = false;
  }
}
