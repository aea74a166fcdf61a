/** Layers of what stands in the braces of an automaton. */

/** `provides p: S on tcp 80`, `… on udp 10000 to 10100`, `… on tcp 80 from 8080`, and of an external automaton where: `… at "host"` */
export interface Provides<A> {
  readonly _tag: "Provides";
  /** Null: it is a string, which is the first child; see `partsOfProvides`. */
  readonly name: string | null;
  readonly transport: "tcp" | "udp";
  /** Whether a second number says where a range ends. */
  readonly to: boolean;
  /** Whether the last child says where it is. */
  readonly at: boolean;
  readonly children: readonly A[];
}
/** `requires p: S`, `requires p?: S`, `requires p: each S` */
export interface Requires<A> {
  readonly _tag: "Requires";
  /** Null: it is a string, which is the first child. */
  readonly name: string | null;
  readonly optional: boolean;
  readonly each: boolean;
  readonly children: readonly [nameOrProtocol: A, protocol?: A];
}
/** `runs exec argv`, `runs once exec argv` */
export interface Runs<A> {
  readonly _tag: "Runs";
  readonly once: boolean;
  readonly children: readonly [argv: A];
}
/** `schedule e` */
export interface Schedule<A> {
  readonly _tag: "Schedule";
  readonly children: readonly [cron: A];
}
/** `env { K = e }`: children are `Entry` and `Spread`. */
export interface Env<A> {
  readonly _tag: "Env";
  readonly children: readonly A[];
}
/** `files { "/path" = e } [reload SIGNAL]`: children are `FileEntry`. */
export interface Files<A> {
  readonly _tag: "Files";
  /** Null where there is none. */
  readonly reload: string | null;
  readonly children: readonly A[];
}
/** `user e` */
export interface User<A> {
  readonly _tag: "User";
  readonly children: readonly [user: A];
}
/** `directory e` */
export interface Directory<A> {
  readonly _tag: "Directory";
  readonly children: readonly [path: A];
}
/** `state NAME at e [size s] [formerly e]` */
export interface State<A> {
  readonly _tag: "State";
  readonly name: string;
  /** Whether a size is among the children, behind the path; a former name is the last one. */
  readonly size: boolean;
  readonly children: readonly [path: A, sizeOrFormerly?: A, formerly?: A];
}
/** `scratch at e [size s]` */
export interface Scratch<A> {
  readonly _tag: "Scratch";
  readonly children: readonly [path: A, size?: A];
}
/** `secret NAME = e` */
export interface Secret<A> {
  readonly _tag: "Secret";
  readonly name: string;
  readonly children: readonly [content: A];
}
/** `limits { memory = e }`: children are `Entry` and `Spread`. */
export interface Limits<A> {
  readonly _tag: "Limits";
  readonly children: readonly A[];
}
/** `grants [net_admin]`: children are `Grant`. */
export interface Grants<A> {
  readonly _tag: "Grants";
  readonly children: readonly A[];
}
/** `read-only` */
export interface ReadOnly<A> {
  readonly _tag: "ReadOnly";
  readonly children: readonly A[];
}
/** `shares e [at e]` */
export interface Shares<A> {
  readonly _tag: "Shares";
  readonly children: readonly [source: A, at?: A];
}
/** `instances e [settle d]` */
export interface Instances<A> {
  readonly _tag: "Instances";
  readonly children: readonly [count: A, settle?: A];
}
/** `health how [argument] [every d] [timeout d] [failures n] [successes n]`: children are those present, in this order. */
export interface Health<A> {
  readonly _tag: "Health";
  readonly how: "tcp" | "http" | "grpc" | "exec";
  /** Whether something stands behind `how`: always behind `http` and `exec`, never behind `tcp`. */
  readonly argument: boolean;
  readonly every: boolean;
  readonly timeout: boolean;
  readonly failures: boolean;
  readonly successes: boolean;
  readonly children: readonly A[];
}
/** `restart always` */
export interface Restart<A> {
  readonly _tag: "Restart";
  readonly policy: "always" | "on-failure" | "never";
  readonly children: readonly A[];
}
/** `update roll` */
export interface Update<A> {
  readonly _tag: "Update";
  readonly policy: "roll" | "replace";
  readonly children: readonly A[];
}
/** `hostname e` */
export interface Hostname<A> {
  readonly _tag: "Hostname";
  readonly children: readonly [name: A];
}
/** `resolves ipv6` */
export interface Resolves<A> {
  readonly _tag: "Resolves";
  readonly family: "ipv4" | "ipv6" | "both";
  readonly children: readonly A[];
}
/** `stop SIGNAL [within d]` */
export interface Stop<A> {
  readonly _tag: "Stop";
  readonly signal: string;
  readonly children: readonly [within?: A];
}
/** `start within d` */
export interface Start<A> {
  readonly _tag: "Start";
  readonly children: readonly [within: A];
}
/** `after a, b.p`: children are the automata, or their ports; there is one at least. */
export interface After<A> {
  readonly _tag: "After";
  readonly children: readonly A[];
}
/** `clause for x in xs if c …`: the clause, then `For` and `Filter` as written. */
export interface Repeated<A> {
  readonly _tag: "Repeated";
  readonly children: readonly [clause: A, ...qualifiers: A[]];
}
/** `name e`, inside `with` */
export interface Named<A> {
  readonly _tag: "Named";
  readonly children: readonly [A];
}

/** A layer of a clause. */
export type ClauseF<A> =
  | Provides<A>
  | Requires<A>
  | Runs<A>
  | Schedule<A>
  | Env<A>
  | Files<A>
  | User<A>
  | Directory<A>
  | State<A>
  | Scratch<A>
  | Secret<A>
  | Limits<A>
  | Grants<A>
  | ReadOnly<A>
  | Shares<A>
  | Instances<A>
  | Health<A>
  | Restart<A>
  | Update<A>
  | Stop<A>
  | Start<A>
  | Hostname<A>
  | Resolves<A>
  | After<A>
  | Named<A>;

/** What stands in a `provides`, and which child its protocol is: the others follow it. */
export interface ProvidesParts<A> {
  readonly protocolIndex: number;
  /** The string that is its name; null: the name is written as one. */
  readonly name: A | null;
  readonly protocol: A;
  readonly number: A;
  /** The last number of a range. */
  readonly last: A | null;
  readonly listens: A | null;
  readonly at: A | null;
}

/** The children of a `provides` by what they are. */
export const partsOfProvides = <A>({ name, to, at, children }: Provides<A>): ProvidesParts<A> => {
  const protocolIndex = name === null ? 1 : 0;
  const rest = children.slice(protocolIndex + (to ? 3 : 2));
  return {
    protocolIndex,
    name: name === null ? children[0]! : null,
    protocol: children[protocolIndex]!,
    number: children[protocolIndex + 1]!,
    last: to ? children[protocolIndex + 2]! : null,
    listens: rest.length > (at ? 1 : 0) ? rest[0]! : null,
    at: at ? rest.at(-1)! : null,
  };
};

/** The string that is a port's name, where it is not written as one. */
export const computedName = <A>({ name, children }: Provides<A> | Requires<A>): A | null =>
  name === null ? children[0]! : null;
