/** Layers of sessions and payloads. */

/**
 * `!T . S`: the payload, then the continuation where one is written. A payload `Path`
 * may swallow names of the continuation (`!lib.Key.t` and `!Bytes.t` look alike): it is
 * told apart when names are known. Then the continuation, if any, follows the last name.
 */
export interface Send<A> {
  readonly _tag: "Send";
  readonly children: readonly [payload: A, then?: A];
}
/** `?T . S`, `?T` */
export interface Receive<A> {
  readonly _tag: "Receive";
  readonly children: readonly [payload: A, then?: A];
}
/** `+{ … }`, children are `Branch` */
export interface Select<A> {
  readonly _tag: "Select";
  readonly children: readonly A[];
}
/** `&{ … }`, children are `Branch` */
export interface Offer<A> {
  readonly _tag: "Offer";
  readonly children: readonly A[];
}
/** `label: S` of a choice. */
export interface Branch<A> {
  readonly _tag: "Branch";
  readonly name: string;
  readonly children: readonly [A];
}
/** `mu t. S` */
export interface Mu<A> {
  readonly _tag: "Mu";
  readonly name: string;
  readonly children: readonly [A];
}
/** `end` */
export interface End<A> {
  readonly _tag: "End";
  readonly children: readonly A[];
}
/** `dual S` */
export interface Dual<A> {
  readonly _tag: "Dual";
  readonly children: readonly [A];
}
/** `S ; S` */
export interface Then<A> {
  readonly _tag: "Then";
  readonly children: readonly [A, A];
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
  readonly children: readonly A[];
}
/** `[T]` */
export interface ListOf<A> {
  readonly _tag: "ListOf";
  readonly children: readonly [A];
}
/** `{ f: T }`: children are `FieldOf`. */
export interface RecordOf<A> {
  readonly _tag: "RecordOf";
  readonly children: readonly A[];
}
/** `field: T` of a record type. */
export interface FieldOf<A> {
  readonly _tag: "FieldOf";
  readonly name: string;
  readonly children: readonly [A];
}

/** A layer of a payload type. */
export type PayloadF<A> = Path<A> | ListOf<A> | RecordOf<A> | FieldOf<A>;
