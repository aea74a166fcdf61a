/** A term in the program that is printed, with what is around and in it. */
import type { TermF } from "../../src/core/syntax.ts";
import type { Term } from "../../src/core/term.ts";
import { blankline, type Doc, hardline, line, sequence } from "./doc.ts";

export interface NodeContext {
  readonly node: TermF<Term>;
  /** What stands in its places, chunks resolved. */
  readonly children: readonly Child[];
  /** As it is written, where there is a text. */
  readonly written: string | null;
  /** Whether a line ends right behind its opening bracket. */
  readonly expanded: boolean;
  /** Comments that stand between its brackets with nothing behind them. */
  readonly dangling: readonly Doc[];
}

export interface Child {
  readonly node: TermF<Term>;
  /** With its comments. */
  readonly doc: Doc;
  /** Whether comments on lines of their own come first. */
  readonly commented: boolean;
  /** Whether the author left a line empty before it. */
  readonly blank: boolean;
}

/** Children one below the other, or in a row; empty lines between them are kept. */
export const rows = (children: readonly Child[], separator: string, between: Doc = line): Doc =>
  sequence(
    children.flatMap((child, i): Doc[] =>
      i === 0 ? [child.doc] : [separator, child.blank ? blankline : between, child.doc],
    ),
  );

/** Comments on lines of their own at the end of what stands between brackets. */
export const danglers = (comments: readonly Doc[]): Doc =>
  sequence(comments.flatMap((comment) => [hardline, comment]));
