/** Layers of expressions. */

/** `=>` makes wires for requests, `->` for messages. */
export type ArrowOp = "=>" | "->";
/** An operator between two operands. */
export type ChainOp =
  | ArrowOp
  | "|"
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/";

/** Every unit that a number may carry. */
export const unitNames: ReadonlySet<string> = new Set(
  "ns us ms s m h B KB MB GB KiB MiB GiB Kbps Mbps Gbps %".split(" "),
);

/** `2.5MiB`: the digits without `_`, and the unit as written. */
export interface Num<A> {
  readonly _tag: "Num";
  readonly digits: string;
  readonly unit: string | null;
  readonly children: readonly A[];
}
/** `"a${x}b"`: the text pieces, one more than there are children between them. */
export interface Str<A> {
  readonly _tag: "Str";
  readonly pieces: readonly string[];
  readonly children: readonly A[];
}
/** `true`, `false` */
export interface Bool<A> {
  readonly _tag: "Bool";
  readonly value: boolean;
  readonly children: readonly A[];
}
/** A name where an expression or a session stands; also `self` and `host`. */
export interface Name<A> {
  readonly _tag: "Name";
  readonly name: string;
  readonly children: readonly A[];
}
/** `[a, ...b]`; of a long list the children are `Chunk`s of a balanced sequence. */
export interface List<A> {
  readonly _tag: "List";
  readonly children: readonly A[];
}
/** A run of a long list's elements (level 0), or of such runs. Not written. */
export interface Chunk<A> {
  readonly _tag: "Chunk";
  readonly level: number;
  readonly children: readonly A[];
}
/** `...e` in a list or a record. */
export interface Spread<A> {
  readonly _tag: "Spread";
  readonly children: readonly [A];
}
/** `[body for x in xs if c …]`: the body, then `For` and `Filter` as written. */
export interface Comprehension<A> {
  readonly _tag: "Comprehension";
  readonly children: readonly [body: A, ...qualifiers: A[]];
}
/** `for x in list` of a comprehension. */
export interface For<A> {
  readonly _tag: "For";
  readonly name: string;
  readonly children: readonly [source: A];
}
/** `if c` of a comprehension. */
export interface Filter<A> {
  readonly _tag: "Filter";
  readonly children: readonly [condition: A];
}
/** `{ k = v, ...r }`: children are `Entry` and `Spread`. */
export interface Record_<A> {
  readonly _tag: "Record";
  readonly children: readonly A[];
}
/** `k = v` of a record. */
export interface Entry<A> {
  readonly _tag: "Entry";
  readonly name: string;
  readonly children: readonly [A];
}
/** `"/path" = e` of the clause `files`. */
export interface FileEntry<A> {
  readonly _tag: "FileEntry";
  readonly children: readonly [path: A, content: A];
}
/** A word of the clause `grants`. */
export interface Grant<A> {
  readonly _tag: "Grant";
  readonly name: string;
  readonly children: readonly A[];
}
/** `fn(a, b = 1) e`: `Param`s, then the body. */
export interface Fn<A> {
  readonly _tag: "Fn";
  readonly children: readonly A[];
}
/** A parameter and, where there is one, its default. */
export interface Param<A> {
  readonly _tag: "Param";
  readonly name: string;
  readonly children: readonly A[];
}
/** `if c then a else b` */
export interface If<A> {
  readonly _tag: "If";
  readonly children: readonly [condition: A, yes: A, no: A];
}
/** `let x = v in e`, `let f(a) = v in e`: `Param`s, the value, the body. */
export interface Let<A> {
  readonly _tag: "Let";
  readonly name: string;
  /** Whether a parameter list was written, if only `()`. */
  readonly callable: boolean;
  readonly children: readonly A[];
}
/**
 * `a + b - c`: operators of one level, left-associative, flat, so that a chain of any
 * length is one layer. children has one more than ops.
 */
export interface Chain<A> {
  readonly _tag: "Chain";
  readonly ops: readonly ChainOp[];
  readonly children: readonly A[];
}
/** `-e`, `!e` */
export interface Unary<A> {
  readonly _tag: "Unary";
  readonly op: "-" | "!";
  readonly children: readonly [A];
}
/** `e with { clause* }` */
export interface With<A> {
  readonly _tag: "With";
  readonly children: readonly [A, ...clauses: A[]];
}
/** `f(x, k = y)`: the function, then the arguments, named ones as `Arg`. */
export interface Call<A> {
  readonly _tag: "Call";
  readonly children: readonly [A, ...args: A[]];
}
/** `k = e` or `"k_${i}" = e` of a call; `name` is null where a string is the name, the first child. */
export interface Arg<A> {
  readonly _tag: "Arg";
  readonly name: string | null;
  readonly children: readonly [A] | readonly [name: A, value: A];
}

/** The string that is an argument's name, where it is not written as one. */
export const nameOfArgument = <A>({ name, children }: Arg<A>): A | null =>
  name === null ? children[0] : null;

/** Which child of an argument its value is. */
export const placeOfValue = ({ name }: Pick<Arg<unknown>, "name">): 0 | 1 => (name === null ? 1 : 0);

/** What an argument gives. */
export const valueOfArgument = <A>(argument: Arg<A>): A => argument.children[placeOfValue(argument)]!;
/** `e.x` */
export interface Field<A> {
  readonly _tag: "Field";
  readonly name: string;
  readonly children: readonly [A];
}
/** `e[i]` */
export interface Index<A> {
  readonly _tag: "Index";
  readonly children: readonly [A, A];
}
/** `automaton "name" { clause* }` */
export interface Automaton<A> {
  readonly _tag: "Automaton";
  readonly children: readonly [name: A, ...clauses: A[]];
}

/** A layer of an expression. */
export type ExprF<A> =
  | Num<A>
  | Str<A>
  | Bool<A>
  | Name<A>
  | List<A>
  | Chunk<A>
  | Spread<A>
  | Comprehension<A>
  | For<A>
  | Filter<A>
  | Record_<A>
  | Entry<A>
  | FileEntry<A>
  | Grant<A>
  | Fn<A>
  | Param<A>
  | If<A>
  | Let<A>
  | Chain<A>
  | Unary<A>
  | With<A>
  | Call<A>
  | Arg<A>
  | Field<A>
  | Index<A>
  | Automaton<A>;
