/**
 * Texts and comments of several lines that are never closed. All that follows would be read the
 * wrong way round, as text what is code: so what was forgotten is told where it was forgotten,
 * and reading goes on where a declaration begins.
 */
import { clauseKeywords, clauseOptions } from "../../src/core/clauses.ts";
import { hasLineEnd, lineStart } from "../../src/core/lines.ts";

/** What can only be a declaration, at the very beginning of a line. */
const declaration =
  /^(?:(?:let|type|protocol|system)[ \t]+[A-Za-z_]\w*[ \t]*[=(]|automaton[ \t]+[A-Za-z_]\w*[ \t]*\{|import[ \t]+")/gm;

/** Where declarations begin, in time linear in the text however often one asks. */
export class Declarations {
  readonly #text: string;
  /** None begins from the first up to the second. */
  #known: readonly [from: number, found: number] = [0, -1];

  constructor(text: string) {
    this.#text = text;
  }

  /** Where one begins from `from` on; the end of the text if none does. */
  next(from: number): number {
    const [known, found] = this.#known;
    if (from >= known && from <= found) return found;
    declaration.lastIndex = from;
    const next = declaration.exec(this.#text)?.index ?? this.#text.length;
    this.#known = [from, next];
    return next;
  }

  /**
   * Whether what closes a text from `start` at `close` may be meant to open another: a declaration
   * begins in between, or it stands on a later line, where a value is expected. The text goes on
   * as code then where this gives; null where there is no such doubt.
   */
  within(start: number, close: number): number | null {
    const resumed = this.next(start + 3);
    if (resumed < close) return resumed;
    const line = lineStart(this.#text, close);
    const before = this.#text.slice(line, close).trimEnd().at(-1) ?? "";
    return line > start && "=([,:".includes(before) && before !== "" ? line : null;
  }
}

/** What may follow a string at the end of a line: a bracket, an operator, a clause, an entry, a declaration, a comment. */
const words = ["then", "else", "in", "for", "if", "with", "on", "let", "type", "protocol"]
  .concat("automaton", "external", "system", "import", ...clauseKeywords, ...clauseOptions)
  .join("|");
const continuation = new RegExp(
  `\\s*(?:[}\\])|,.;=+\\-*/<>&!]|\\{-|[A-Za-z_]\\w*\\s*=|(?:${words})\\b|$)`,
  "y",
);

/** Whether a string that ends at the end of a line, empty, may be meant to begin a text: what follows is no code. */
export const beginsText = (text: string, end: number): boolean => {
  let rest = end;
  while (text[rest] === " " || text[rest] === "\t") rest++;
  if (rest < text.length && !hasLineEnd(text, rest, rest + 1)) return false;
  continuation.lastIndex = rest;
  return !continuation.test(text);
};

/** What reads on, without doubts. */
export interface Reading {
  /** Reads a token; false at the end. */
  advance(): boolean;
  /** Where it is; null within a string. */
  readonly outside: number | null;
  readonly problems: readonly unknown[];
}

/** How much is wrong with the rest of a text if it is code from an offset on. All of it is read about twice. */
export class Forecast {
  readonly #begin: (from: number) => Reading;
  readonly #known = new Map<number, number>();

  constructor(begin: (from: number) => Reading) {
    this.#begin = begin;
  }

  problemsFrom(offset: number): number {
    const passed: [at: number, problems: number][] = [[offset, 0]];
    const reading = this.#begin(offset);
    let rest = this.#known.get(offset);
    while (rest === undefined && reading.advance()) {
      const { outside } = reading;
      if (outside === null) continue;
      rest = this.#known.get(outside);
      passed.push([outside, reading.problems.length]);
    }
    const total = reading.problems.length + (rest ?? 0);
    for (const [at, before] of passed) this.#known.set(at, total - before);
    return total;
  }
}
