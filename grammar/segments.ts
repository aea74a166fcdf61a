/**
 * Where declarations begin. The text is cut at tokens that can only begin a declaration,
 * so that a slip in one, or a bracket left open, never swallows the next. What a cut
 * depends on begins at the cut before it: reading may start at any cut that is `hard`.
 *
 * `import type protocol system` begin a declaration where what must follow them follows,
 * and at the very beginning of a line; so does `automaton`, but at the beginning of a
 * line an expression may go on with it. `let` begins one unless an expression may begin
 * there; behind an operator at the very beginning of a line nobody means an expression.
 * Any other `let` is one and has an `in`; if none is found and it stands at the very
 * beginning of a line, it was meant as a declaration: a soft cut, since it depends on
 * what follows.
 */
import type { TokenType } from "chevrotain";
import type { Lexer } from "./lexer.ts";
import type { Token } from "./tokens.ts";
import * as T from "./tokens.ts";

/** What lies between two hard cuts. */
export interface Segment {
  readonly tokens: Token[];
  /** Indices of tokens at soft cuts, ascending. */
  readonly cuts: readonly number[];
}

const starters: ReadonlySet<TokenType> = new Set([T.Import, T.Type, T.Protocol, T.System]);
const beforeExpression: ReadonlySet<TokenType> = new Set([
  T.Equals,
  T.In,
  T.Then,
  T.Else,
  T.If,
  T.LParen,
  T.LSquare,
]);
const clauseWordsBeforeExpression: ReadonlySet<TokenType> = new Set([
  T.InstancesWord,
  T.SettleWord,
  T.EveryWord,
  T.TimeoutWord,
  T.NameWord,
  T.ExecWord,
  T.HttpWord,
  T.TcpWord,
  T.UdpWord,
]);
const closers: ReadonlyMap<TokenType, TokenType> = new Map([
  [T.RParen, T.LParen],
  [T.RSquare, T.LSquare],
  [T.RCurly, T.LCurly],
]);

/** An open bracket, or a `let` that waits for its `in`. */
interface Open {
  readonly type: TokenType;
  /** Of the parameters of an `fn`. */
  readonly parameters: boolean;
  readonly index: number;
}

export class Segmenter {
  readonly #lexer: Lexer;
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
    const type = this.#next?.tokenType;
    return type !== undefined && (starters.has(type) || type === T.Let || type === T.Automaton);
  }

  next(): Segment | null {
    if (this.#next === null) return null;
    const tokens: Token[] = [];
    const open: Open[] = [];
    const pending = new Set<number>();
    const counts = new Map<TokenType, number>([
      [T.LParen, 0],
      [T.LSquare, 0],
      [T.LCurly, 0],
      [T.Let, 0],
    ]);
    let strings = 0;
    let previous: Token | null = null;
    let parametersClosed = false;
    for (;;) {
      const token: Token | null = this.#next;
      if (token === null) break;
      const type = token.tokenType;
      if (
        strings === 0 &&
        previous !== null &&
        this.#starts(token, previous, open, counts.get(T.Let)!, parametersClosed)
      )
        break;
      const index = tokens.length;
      parametersClosed = false;
      if (type === T.LParen || type === T.LSquare || type === T.LCurly) {
        open.push({ type, parameters: previous?.tokenType === T.Fn, index });
        counts.set(type, counts.get(type)! + 1);
      } else if (type === T.RParen || type === T.RSquare || type === T.RCurly) {
        const opener = closers.get(type)!;
        if (counts.get(opener)! > 0) {
          let last = open.pop()!;
          for (; last.type !== opener; last = open.pop()!) counts.set(last.type, counts.get(last.type)! - 1);
          counts.set(opener, counts.get(opener)! - 1);
          parametersClosed = last.parameters;
        }
      } else if (type === T.Let) {
        if (index > 0) {
          open.push({ type, parameters: false, index });
          counts.set(T.Let, counts.get(T.Let)! + 1);
          if (strings === 0 && this.#atLineStart(token)) pending.add(index);
        }
      } else if (type === T.In) {
        if (open[open.length - 1]?.type === T.Let) {
          pending.delete(open.pop()!.index);
          counts.set(T.Let, counts.get(T.Let)! - 1);
        }
      } else if (type === T.TextStart) strings++;
      else if (type === T.TextEnd && strings > 0) strings--;
      tokens.push(token);
      previous = token;
      this.#advance();
    }
    return { tokens, cuts: [...pending] };
  }

  #starts(
    token: Token,
    previous: Token,
    open: readonly Open[],
    lets: number,
    parametersClosed: boolean,
  ): boolean {
    const type = token.tokenType;
    if (starters.has(type)) return this.#fits(type) || this.#atLineStart(token);
    if (type === T.Automaton) {
      if (this.#fits(type)) return true;
      return this.#atLineStart(token) && !this.#precedesExpression(previous, open, parametersClosed);
    }
    if (type !== T.Let) return false;
    if (T.isOperator(previous) || previous.tokenType === T.Bang) return this.#atLineStart(token);
    if (this.#precedesExpression(previous, open, parametersClosed)) return false;
    if (this.#atLineStart(token)) return true;
    return this.#fits(type) && (lets === 0 || !this.#nextFirst);
  }

  /** Whether what must follow a declaration's first word follows. */
  #fits(type: TokenType): boolean {
    const next = this.#peek();
    return next !== null && (type === T.Import ? next.tokenType === T.Text : T.isName(next));
  }

  #precedesExpression(previous: Token, open: readonly Open[], parametersClosed: boolean): boolean {
    const type = previous.tokenType;
    if (parametersClosed || beforeExpression.has(type) || T.isOperator(previous) || type === T.Bang)
      return true;
    let bracket = open.length - 1;
    while (bracket >= 0 && open[bracket]!.type === T.Let) bracket--;
    const inside = open[bracket]?.type;
    if (type === T.Comma || type === T.Spread)
      return inside === T.LParen || inside === T.LSquare || type === T.Spread;
    return inside === T.LCurly && clauseWordsBeforeExpression.has(type);
  }

  /** At the very beginning of a line: not even indented. */
  #atLineStart(token: Token): boolean {
    const { text } = this.#lexer;
    return token.startOffset === 0 || text.charCodeAt(token.startOffset - 1) === 10;
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
    this.#peek();
    this.#next = this.#afterNext;
    this.#nextFirst = this.#afterFirst;
    this.#peeked = false;
  }
}
