/** A name declared in a file: its term, its value as an incremental node, what is wrong with it. */
import type { Declaration } from "../../grammar/declaration.ts";
import type { Computed } from "../core/node.ts";
import type { Term } from "../core/term.ts";
import type { Problem, Site } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import type { Chunks } from "./chunks.ts";
import type { Mentions } from "./mentions.ts";
import type { Binding } from "./module.ts";
import type { Visit } from "./order.ts";

/** A name that a file declares. */
export interface Definition {
  readonly file: string;
  /** Identity in its file: the declaration's key, with an ordinal where it repeats. */
  readonly key: string;
  /** Null where a broken declaration does not even show a name. */
  readonly name: string | null;
  /** As it stands in the text now: where its spans are. */
  declaration: Declaration;
  /** Null where the text does not parse. */
  term: Term | null;
  /** All that are declared under its name; null where it has none. */
  readonly binding: Binding | null;
  /** Names of its file that the term mentions. */
  mentions: Mentions;
  /** Greater than that of each definition it mentions: the order of evaluation. */
  level: number;
  /** All that form a cycle with it; null where none. */
  cycle: readonly Definition[] | null;
  /** Where `orderAll` is with it; null but while that goes on. */
  visit: Visit | null;
  readonly node: Computed<Value>;
  /** Whether it has been evaluated but once. */
  isNew: boolean;
  /** Remembered chunks of its long lists and comprehensions. */
  chunks: Chunks | null;
  problems: readonly Problem[];
}

/** Where it is declared. */
export const siteOf = ({ file, key }: Definition): Site => ({
  module: file,
  declaration: key,
  at: 0,
  focus: true,
});
