/** Layers of declarations. */

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
