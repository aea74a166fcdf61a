/** Layers of what stands in the braces of an automaton. */

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
