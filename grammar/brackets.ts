/** What is open in a run of tokens: brackets, and each `let` that waits for its `in`. */
import type { TokenType } from "chevrotain";
import type { Token } from "./tokens.ts";
import * as T from "./tokens.ts";

interface Open {
  readonly token: Token;
  /** Its place in the run. */
  readonly index: number;
  /** Whether it opens the parameters of an `fn`. */
  readonly parameters: boolean;
}

const openers: ReadonlyMap<TokenType, TokenType> = new Map([
  [T.RParen, T.LParen],
  [T.RSquare, T.LSquare],
  [T.RCurly, T.LCurly],
]);

export class Brackets {
  readonly #open: Open[] = [];
  /** How many of a type are open: what closes none of them closes nothing. */
  readonly #counts = new Int32Array(T.typeCount);

  /** Whether a `let` is open. */
  get hasLet(): boolean {
    return this.#counts[T.Let.tokenTypeIdx!]! > 0;
  }

  /** The type of the innermost bracket, whatever `let` is open in it. */
  get inside(): TokenType | undefined {
    let last = this.#open.length - 1;
    while (last >= 0 && this.#open[last]!.token.tokenType === T.Let) last--;
    return this.#open[last]?.token.tokenType;
  }

  open(token: Token, index: number, parameters: boolean): void {
    this.#open.push({ token, index, parameters });
    this.#counts[token.tokenTypeIdx]!++;
  }

  /** Closes a bracket, and what was left open in it. Null: there was none of its type. */
  close(closer: Token): Open | null {
    const opener = openers.get(closer.tokenType)!;
    if (this.#counts[opener.tokenTypeIdx!] === 0) return null;
    let last = this.#pop();
    while (last.token.tokenType !== opener) last = this.#pop();
    return last;
  }

  /** Closes a `let` at its `in`; null if a bracket was opened in between, or there is none. */
  closeLet(): Open | null {
    return this.#open[this.#open.length - 1]?.token.tokenType === T.Let ? this.#pop() : null;
  }

  clear(): void {
    while (this.#open.length > 0) this.#pop();
  }

  #pop(): Open {
    const last = this.#open.pop()!;
    this.#counts[last.token.tokenTypeIdx]!--;
    return last;
  }
}
