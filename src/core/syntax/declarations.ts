/** Layers of declarations. */

/** `import "p" sha256:… as m`, `import "p" { a, b }`: of the latter, children are `Imported`. */
export interface Import<A> {
  readonly _tag: "Import";
  readonly path: string;
  readonly sha256: string | null;
  readonly as: string | null;
  readonly children: readonly A[];
}
/** A name in `import "path" { a, b }`. */
export interface Imported<A> {
  readonly _tag: "Imported";
  readonly name: string;
  readonly children: readonly A[];
}
/** `let x = v`, `let f(a) = v`: `Param`s, then the value. */
export interface LetDecl<A> {
  readonly _tag: "LetDecl";
  readonly name: string;
  readonly callable: boolean;
  readonly children: readonly A[];
}
/** `type T = p` */
export interface TypeDecl<A> {
  readonly _tag: "TypeDecl";
  readonly name: string;
  readonly children: readonly [A];
}
/** `protocol P = s` */
export interface ProtocolDecl<A> {
  readonly _tag: "ProtocolDecl";
  readonly name: string;
  readonly children: readonly [A];
}
/**
 * `automaton x { … }`, short for `let x = automaton "x" { … }`: children are clauses. `external x { … }`
 * is one that runs elsewhere.
 */
export interface AutomatonDecl<A> {
  readonly _tag: "AutomatonDecl";
  readonly name: string;
  readonly external: boolean;
  readonly children: readonly A[];
}
/** `system s = e` */
export interface SystemDecl<A> {
  readonly _tag: "SystemDecl";
  readonly name: string;
  readonly children: readonly [A];
}

/** A layer of a declaration. */
export type DeclF<A> =
  | Import<A>
  | Imported<A>
  | LetDecl<A>
  | TypeDecl<A>
  | ProtocolDecl<A>
  | AutomatonDecl<A>
  | SystemDecl<A>;
