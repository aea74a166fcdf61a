/**
 * The base functor of Architect's syntax: one layer of a program, with `A` in every
 * place where a smaller program stands. All children are in `kids`, in the order in
 * which they are written, so that a fold, the interning and the spans need not know
 * the layers one by one. Spans and comments are no part of it.
 */

export type ArrowOp = "=>" | "->";
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
  readonly kids: readonly A[];
}
/** `"a${x}b"`: the text pieces, one more than there are kids between them. */
export interface Str<A> {
  readonly _tag: "Str";
  readonly pieces: readonly string[];
  readonly kids: readonly A[];
}
export interface Bool<A> {
  readonly _tag: "Bool";
  readonly value: boolean;
  readonly kids: readonly A[];
}
/** A name where an expression or a session stands; also `self` and `host`. */
export interface Name<A> {
  readonly _tag: "Name";
  readonly name: string;
  readonly kids: readonly A[];
}
/** `[a, ...b]`; of a long list the kids are `Chunk`s of a balanced sequence. */
export interface List<A> {
  readonly _tag: "List";
  readonly kids: readonly A[];
}
/** A run of a long list's elements (level 0), or of such runs. Not written. */
export interface Chunk<A> {
  readonly _tag: "Chunk";
  readonly level: number;
  readonly kids: readonly A[];
}
/** `...e` in a list or a record. */
export interface Spread<A> {
  readonly _tag: "Spread";
  readonly kids: readonly [A];
}
/** `[body for x in xs if c …]`: the body, then `For` and `Filter` as written. */
export interface Comprehension<A> {
  readonly _tag: "Comprehension";
  readonly kids: readonly [body: A, ...qualifiers: A[]];
}
export interface For<A> {
  readonly _tag: "For";
  readonly name: string;
  readonly kids: readonly [source: A];
}
export interface Filter<A> {
  readonly _tag: "Filter";
  readonly kids: readonly [condition: A];
}
/** `{ k = v, ...r }`: kids are `Entry` and `Spread`. */
export interface Record_<A> {
  readonly _tag: "Record";
  readonly kids: readonly A[];
}
export interface Entry<A> {
  readonly _tag: "Entry";
  readonly name: string;
  readonly kids: readonly [A];
}
/** `fn(a, b = 1) e`: `Param`s, then the body. */
export interface Fn<A> {
  readonly _tag: "Fn";
  readonly kids: readonly A[];
}
/** A parameter and, where there is one, its default. */
export interface Param<A> {
  readonly _tag: "Param";
  readonly name: string;
  readonly kids: readonly A[];
}
export interface If<A> {
  readonly _tag: "If";
  readonly kids: readonly [condition: A, yes: A, no: A];
}
/** `let x = v in e`, `let f(a) = v in e`: `Param`s, the value, the body. */
export interface Let<A> {
  readonly _tag: "Let";
  readonly name: string;
  /** Whether a parameter list was written, if only `()`. */
  readonly callable: boolean;
  readonly kids: readonly A[];
}
/**
 * `a + b - c`: operators of one level, left-associative, flat, so that a chain of any
 * length is one layer. kids has one more than ops.
 */
export interface Chain<A> {
  readonly _tag: "Chain";
  readonly ops: readonly ChainOp[];
  readonly kids: readonly A[];
}
export interface Unary<A> {
  readonly _tag: "Unary";
  readonly op: "-" | "!";
  readonly kids: readonly [A];
}
/** `e with { clause* }` */
export interface With<A> {
  readonly _tag: "With";
  readonly kids: readonly [A, ...clauses: A[]];
}
/** `f(x, k = y)`: the function, then the arguments, named ones as `Arg`. */
export interface Call<A> {
  readonly _tag: "Call";
  readonly kids: readonly [A, ...args: A[]];
}
export interface Arg<A> {
  readonly _tag: "Arg";
  readonly name: string;
  readonly kids: readonly [A];
}
export interface Field<A> {
  readonly _tag: "Field";
  readonly name: string;
  readonly kids: readonly [A];
}
export interface Index<A> {
  readonly _tag: "Index";
  readonly kids: readonly [A, A];
}
/** `automaton "name" { clause* }` */
export interface Automaton<A> {
  readonly _tag: "Automaton";
  readonly kids: readonly [name: A, ...clauses: A[]];
}

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

export interface Provides<A> {
  readonly _tag: "Provides";
  readonly name: string;
  readonly transport: "tcp" | "udp";
  readonly kids: readonly [protocol: A, number: A];
}
export interface Requires<A> {
  readonly _tag: "Requires";
  readonly name: string;
  readonly optional: boolean;
  readonly kids: readonly [protocol: A];
}
/** `runs exec argv` */
export interface Runs<A> {
  readonly _tag: "Runs";
  readonly kids: readonly [argv: A];
}
/** `env { K = e }`: kids are `Entry` and `Spread`. */
export interface Env<A> {
  readonly _tag: "Env";
  readonly kids: readonly A[];
}
/** `instances e [settle d]` */
export interface Instances<A> {
  readonly _tag: "Instances";
  readonly kids: readonly [count: A, settle?: A];
}
/** `health how [argument] [every d] [timeout d]`: kids are those present, in this order. */
export interface Health<A> {
  readonly _tag: "Health";
  readonly how: "tcp" | "http" | "exec";
  readonly every: boolean;
  readonly timeout: boolean;
  readonly kids: readonly A[];
}
export interface Restart<A> {
  readonly _tag: "Restart";
  readonly policy: "always" | "on-failure" | "never";
  readonly kids: readonly A[];
}
/** `name e`, inside `with` */
export interface Named<A> {
  readonly _tag: "Named";
  readonly kids: readonly [A];
}

export type ClauseF<A> =
  | Provides<A>
  | Requires<A>
  | Runs<A>
  | Env<A>
  | Instances<A>
  | Health<A>
  | Restart<A>
  | Named<A>;

/**
 * `!T . S`: the payload, then the continuation where one is written. A payload `Path`
 * may swallow names of the continuation (`!lib.Key.t` and `!Bytes.t` look alike): it is
 * told apart when names are known. Then the continuation, if any, follows the last name.
 */
export interface Send<A> {
  readonly _tag: "Send";
  readonly kids: readonly [payload: A, then?: A];
}
export interface Receive<A> {
  readonly _tag: "Receive";
  readonly kids: readonly [payload: A, then?: A];
}
/** `+{ … }`, kids are `Branch` */
export interface Select<A> {
  readonly _tag: "Select";
  readonly kids: readonly A[];
}
/** `&{ … }`, kids are `Branch` */
export interface Offer<A> {
  readonly _tag: "Offer";
  readonly kids: readonly A[];
}
export interface Branch<A> {
  readonly _tag: "Branch";
  readonly name: string;
  readonly kids: readonly [A];
}
export interface Mu<A> {
  readonly _tag: "Mu";
  readonly name: string;
  readonly kids: readonly [A];
}
export interface End<A> {
  readonly _tag: "End";
  readonly kids: readonly A[];
}
export interface Dual<A> {
  readonly _tag: "Dual";
  readonly kids: readonly [A];
}
/** `S ; S` */
export interface Then<A> {
  readonly _tag: "Then";
  readonly kids: readonly [A, A];
}

/** Where a session stands, an expression that is one may stand too (`Name`, `Field`, `Call`, …). */
export type SessionF<A> =
  | Send<A>
  | Receive<A>
  | Select<A>
  | Offer<A>
  | Branch<A>
  | Mu<A>
  | End<A>
  | Dual<A>
  | Then<A>;

/** A payload's name, perhaps of an imported module; see `Send`. */
export interface Path<A> {
  readonly _tag: "Path";
  readonly names: readonly string[];
  readonly kids: readonly A[];
}
/** `[T]` */
export interface ListOf<A> {
  readonly _tag: "ListOf";
  readonly kids: readonly [A];
}
/** `{ f: T }`: kids are `FieldOf`. */
export interface RecordOf<A> {
  readonly _tag: "RecordOf";
  readonly kids: readonly A[];
}
export interface FieldOf<A> {
  readonly _tag: "FieldOf";
  readonly name: string;
  readonly kids: readonly [A];
}

export type PayloadF<A> = Path<A> | ListOf<A> | RecordOf<A> | FieldOf<A>;

/** `import "p" sha256:… as m`, `import "p" { a, b }`: of the latter, kids are `Imported`. */
export interface Import<A> {
  readonly _tag: "Import";
  readonly path: string;
  readonly sha256: string | null;
  readonly as: string | null;
  readonly kids: readonly A[];
}
export interface Imported<A> {
  readonly _tag: "Imported";
  readonly name: string;
  readonly kids: readonly A[];
}
/** `let x = v`, `let f(a) = v`: `Param`s, then the value. */
export interface LetDecl<A> {
  readonly _tag: "LetDecl";
  readonly name: string;
  readonly callable: boolean;
  readonly kids: readonly A[];
}
export interface TypeDecl<A> {
  readonly _tag: "TypeDecl";
  readonly name: string;
  readonly kids: readonly [A];
}
export interface ProtocolDecl<A> {
  readonly _tag: "ProtocolDecl";
  readonly name: string;
  readonly kids: readonly [A];
}
/** `automaton x { … }`, short for `let x = automaton "x" { … }`: kids are clauses. */
export interface AutomatonDecl<A> {
  readonly _tag: "AutomatonDecl";
  readonly name: string;
  readonly kids: readonly A[];
}
export interface SystemDecl<A> {
  readonly _tag: "SystemDecl";
  readonly name: string;
  readonly kids: readonly [A];
}

export type DeclF<A> =
  | Import<A>
  | Imported<A>
  | LetDecl<A>
  | TypeDecl<A>
  | ProtocolDecl<A>
  | AutomatonDecl<A>
  | SystemDecl<A>;

export type TermF<A> = ExprF<A> | ClauseF<A> | SessionF<A> | PayloadF<A> | DeclF<A>;
export type Tag = TermF<unknown>["_tag"];
export type Of<T extends Tag, A> = Extract<TermF<A>, { readonly _tag: T }>;
