/** Layers of sessions and payloads. */

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
