/**
 * The values of the language. All are immutable plain data; a function is a term with
 * the values of its free names, so that equality of values is decidable and a
 * definition that comes out the same stops the way up.
 */
import type { CapabilityName } from "../core/capabilities.ts";
import { type ClauseField, clauseFields } from "../core/clauses.ts";
import type { LimitName } from "../core/limits.ts";
import type { Transport } from "../core/resource.ts";
import type { Term } from "../core/term.ts";
import type { Made } from "./composition/coerce.ts";
import type { Composition } from "./composition/composition.ts";
import type { Site } from "./problem.ts";
import type { Payload, Session } from "./protocol/session.ts";
import type { Quantity } from "./quantity.ts";

export type Value =
  | { readonly _tag: "Quantity"; readonly quantity: Quantity }
  | { readonly _tag: "String"; readonly text: string }
  | SecretValue
  | { readonly _tag: "Bool"; readonly value: boolean }
  | ListValue
  | RecordValue
  | FnValue
  | { readonly _tag: "Builtin"; readonly name: string }
  | { readonly _tag: "Protocol"; readonly session: Session }
  | { readonly _tag: "Type"; readonly payload: Payload }
  | AutomatonValue
  | CompositionValue
  | { readonly _tag: "Module"; readonly file: string; readonly fields: ReadonlyMap<string, Value> }
  | SelfValue
  | { readonly _tag: "Host" }
  | PoisonValue;

/** A secret, by its name. */
export interface Secret {
  readonly secret: string;
  /** Where it is asked for. */
  readonly site: Site;
}

/** A text with secrets in it: none of its pieces is empty, and no two texts are beside each other. */
export type SecretText = readonly (string | Secret)[];

/** `secret("a")`, and strings in which that stands. */
export interface SecretValue {
  readonly _tag: "Secret";
  readonly pieces: SecretText;
}

export interface RecordValue {
  readonly _tag: "Record";
  readonly fields: ReadonlyMap<string, Value>;
  /** What it is called where it is none that the program wrote: `requires.kv`. */
  readonly called?: string;
}

/** Whose `self` it is. Trying an equation reads no cell: each is as at the start, zero. */
export interface SelfOf {
  readonly isTrial: boolean;
  readonly name: string;
  /** Null where all instances are spoken of together. Asked only where it is read. */
  readonly index: () => number | null;
}

/** `self`, until a field of it is asked. */
export interface SelfValue {
  readonly _tag: "Self";
  readonly of: SelfOf;
}

/** Stands for what failed and was reported; everything made of it is poison, silently. */
export interface PoisonValue {
  readonly _tag: "Poison";
  /** Of a composition in which something failed, what could be made of it, to be composed further. */
  readonly partial?: Composition;
}

/**
 * A rope: of a literal it mirrors the chunks of the expression, so that versions of a
 * long list share. `children` are elements at level 0, ropes above.
 */
export interface ListValue {
  readonly _tag: "List";
  readonly length: number;
  readonly level: number;
  readonly children: readonly Value[];
  /** Where the list was written; diagnostics about its elements coming together point here. */
  readonly site: Site | null;
}

/** An expression with the values of its free names: all that it can ever mean. */
export interface Closure {
  readonly term: Term;
  readonly free: ReadonlyMap<string, Value>;
  readonly site: Site;
}

export interface FnValue {
  readonly _tag: "Fn";
  readonly name: string | null;
  /** A `Fn` term, or the `LetDecl`/`Let` whose children are parameters and a value. */
  readonly closure: Closure;
}

/** What a clause says: now, or as an equation over the automaton's own observed cells. */
export type ClauseValue<T> =
  | { readonly _tag: "Known"; readonly value: T }
  | { readonly _tag: "Equation"; readonly closure: Closure };

/** Where a port is that no instance of the system has: on this machine, or at an address or a name elsewhere. */
export type Elsewhere =
  | { readonly _tag: "OnHost" }
  | { readonly _tag: "Address"; readonly address: string }
  | { readonly _tag: "HostName"; readonly name: string }
  /** Everywhere, at every port: `internet` alone. */
  | { readonly _tag: "Anywhere" };

export interface ProvidedPort {
  readonly name: string;
  readonly protocol: Session;
  /** How the protocol was named in the clause, for people. */
  readonly label: string;
  readonly transport: Transport;
  /** Where clients ask: of a range the first. */
  readonly number: number;
  /** The last of a range; else the same. */
  readonly last: number;
  /** Where the program listens. */
  readonly listens: number;
  /** Of a port of an external automaton; null: its instances have it. */
  readonly at: Elsewhere | null;
  readonly site: Site;
}

export interface RequiredPort {
  readonly name: string;
  readonly protocol: Session;
  readonly label: string;
  readonly optional: boolean;
  /** Whether it reaches the instances of its provider one by one. */
  readonly each: boolean;
  readonly site: Site;
}

export interface HealthClause {
  readonly how: "tcp" | "http" | "grpc" | "exec";
  readonly path: ClauseValue<string> | null;
  /** Of which service gRPC is asked; null: of the server as a whole. */
  readonly service: ClauseValue<string> | null;
  readonly argv: ClauseValue<readonly string[]> | null;
  /** Milliseconds. */
  readonly every: ClauseValue<number> | null;
  readonly timeout: ClauseValue<number> | null;
  /** How many in a row make it unhealthy, and how many ready. */
  readonly failures: ClauseValue<number> | null;
  readonly successes: ClauseValue<number> | null;
}

/** A directory that an instance keeps. */
export interface StateDirectory {
  readonly name: string;
  /** Where the program sees it: absolute, without `.` and `..`. */
  readonly path: string;
  /** How many bytes its file system has; null: as many as the disk has room for. */
  readonly size: number | null;
  /** What it was called before: `NAME`, or `AUTOMATON.NAME`. */
  readonly formerly: string | null;
  readonly site: Site;
}

/** A file or a directory of the machine, and where an instance sees it: absolute, without `.` and `..`. */
export interface SharedPath {
  readonly source: string;
  readonly path: string;
  readonly site: Site;
}

/** A file in /run/secrets. */
export interface SecretFile {
  readonly name: string;
  readonly content: string | SecretText;
  readonly site: Site;
}

/** What an automaton is started after. */
export interface Predecessor {
  readonly automaton: string;
  /** The port that was named; null: none was. */
  readonly port: string | null;
  /** Where it is said. */
  readonly site: Site;
}

/** A file that each instance sees. */
export interface FileContent {
  readonly text: string | SecretText;
  /** Permissions, four octal digits; null: 0644, and with a secret 0400. */
  readonly mode: string | null;
  /** `name` or `name:group`; null: the user that the program runs as. */
  readonly owner: string | null;
}

/** How a program is ended. */
export interface StopClause {
  /** `SIGINT` */
  readonly signal: string;
  /** Milliseconds until SIGKILL; null: as usual. */
  readonly within: number | null;
}

/** What an automaton is beside its name and ports: composition does not read this. */
export interface AutomatonBody {
  readonly runs: ClauseValue<readonly string[]> | null;
  /** Whether what it runs is a job: done when it has ended with 0. */
  readonly once: boolean;
  /** When it runs, as cron writes times; null: it is no job that the clock starts. */
  readonly schedule: string | null;
  readonly env: ReadonlyMap<string, ClauseValue<string | SecretText>>;
  /** By path, sorted. */
  readonly files: ReadonlyMap<string, ClauseValue<FileContent>>;
  /** The signal that tells the program of other texts in them; null: it is replaced. */
  readonly reload: string | null;
  /** `name`, `name:group`, or numbers. */
  readonly user: string | null;
  /** As it is written is relative to the folder of a file; here it is not. */
  readonly directory: string | null;
  /** Sorted by name. */
  readonly state: readonly StateDirectory[];
  /** By path, sorted: how many bytes it may hold; null: as many as the kernel takes. */
  readonly scratch: ReadonlyMap<string, number | null>;
  /** Sorted by name. */
  readonly secrets: readonly SecretFile[];
  /** Bytes, cores and numbers; sorted by name. */
  readonly limits: ReadonlyMap<LimitName, number>;
  /** Sorted, each once. */
  readonly grants: readonly CapabilityName[];
  readonly readOnly: boolean;
  /** Sorted by path. */
  readonly shares: readonly SharedPath[];
  readonly instances: ClauseValue<number> | null;
  /** Milliseconds. */
  readonly settle: ClauseValue<number> | null;
  readonly health: HealthClause | null;
  readonly restart: "always" | "on-failure" | "never" | null;
  readonly update: "roll" | "replace" | null;
  readonly stop: StopClause | null;
  /** Milliseconds in which an instance must get ready. */
  readonly start: number | null;
  /** What its instances are called to themselves; null: as the machine. */
  readonly hostname: ClauseValue<string> | null;
  readonly resolves: "ipv4" | "ipv6" | "both" | null;
  /** Sorted by automaton and port, each once. */
  readonly after: readonly Predecessor[];
}

/** Sites are no part of an automaton's meaning. */
export interface AutomatonValue extends AutomatonBody {
  readonly _tag: "Automaton";
  readonly name: string;
  /** Sorted by name, as are the requirements. */
  readonly provides: readonly ProvidedPort[];
  readonly requires: readonly RequiredPort[];
  readonly site: Site;
  /** What was made of it, if it is what a declaration came out as. No part of what it says. */
  readonly made?: Made;
}

/** Whether an automaton runs elsewhere: all its ports do, and it has no instances. */
export const isExternal = ({ provides }: Pick<AutomatonValue, "provides">): boolean =>
  provides.some(({ at }) => at !== null);

type Face = Exclude<ClauseField, keyof AutomatonBody>;
const face: readonly Face[] = ["name", "provides", "requires"];

/** The fields of a body: those that clauses give, but for its name and ports. */
export const bodyFields: readonly (keyof AutomatonBody)[] = clauseFields.filter(
  (field): field is Exclude<ClauseField, Face> => !(face as readonly string[]).includes(field),
);

/** All fields of an automaton: what is said of it may be its own, or read from elsewhere. */
export const automatonFields: readonly Exclude<keyof AutomatonValue, "made">[] = [
  "_tag",
  ...face,
  ...bodyFields,
  "site",
];

/** Does not compile where no clause gives a field of a body. */
export type FieldOfNoClause<Field extends never = Exclude<keyof AutomatonBody, ClauseField>> = Field;

/** An automaton's body by itself. */
export const bodyOf = (automaton: AutomatonValue): AutomatonBody =>
  Object.fromEntries(bodyFields.map((field) => [field, automaton[field]])) as unknown as AutomatonBody;

export interface CompositionValue {
  readonly _tag: "Composition";
  readonly composition: Composition;
}

export const poison: Value = { _tag: "Poison" };
export const truth = (value: boolean): Value => (value ? yes : no);
export const text = (content: string): Value => ({ _tag: "String", text: content });
export const number = (quantity: Quantity): Value => ({ _tag: "Quantity", quantity });

const yes: Value = { _tag: "Bool", value: true };
const no: Value = { _tag: "Bool", value: false };

/** A record's fields stand in the order of their names, however it was written. */
export const record = (fields: Iterable<readonly [string, Value]>): Value => ({
  _tag: "Record",
  fields: new Map([...fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
});
