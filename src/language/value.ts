/**
 * The values of the language. All are immutable plain data; a function is a term with
 * the values of its free names, so that equality of values is decidable and a
 * definition that comes out the same stops the way up.
 */
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
  | { readonly _tag: "Bool"; readonly value: boolean }
  | ListValue
  | { readonly _tag: "Record"; readonly fields: ReadonlyMap<string, Value> }
  | FnValue
  | { readonly _tag: "Builtin"; readonly name: string }
  | { readonly _tag: "Protocol"; readonly session: Session }
  | { readonly _tag: "Type"; readonly payload: Payload }
  | AutomatonValue
  | CompositionValue
  | { readonly _tag: "Module"; readonly file: string; readonly fields: ReadonlyMap<string, Value> }
  /** `self`, until a field of it is asked. */
  | { readonly _tag: "Self" }
  | { readonly _tag: "Host" }
  /** Stands for what failed and was reported; everything made of it is poison, silently. */
  | { readonly _tag: "Poison" };

/**
 * A rope: of a literal it mirrors the chunks of the expression, so that versions of a
 * long list share. `kids` are elements at level 0, ropes above.
 */
export interface ListValue {
  readonly _tag: "List";
  readonly length: number;
  readonly level: number;
  readonly kids: readonly Value[];
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
  /** A `Fn` term, or the `LetDecl`/`Let` whose kids are parameters and a value. */
  readonly closure: Closure;
}

/** What a clause says: now, or as an equation over the automaton's own observed cells. */
export type Said<T> =
  | { readonly _tag: "Known"; readonly value: T }
  | { readonly _tag: "Equation"; readonly closure: Closure };

export interface ProvidedPort {
  readonly name: string;
  readonly protocol: Session;
  /** How the protocol was named in the clause, for people. */
  readonly label: string;
  readonly transport: Transport;
  readonly number: number;
  readonly site: Site;
}

export interface RequiredPort {
  readonly name: string;
  readonly protocol: Session;
  readonly label: string;
  readonly optional: boolean;
  readonly site: Site;
}

export interface HealthClause {
  readonly how: "tcp" | "http" | "exec";
  readonly path: Said<string> | null;
  readonly argv: Said<readonly string[]> | null;
  /** Milliseconds. */
  readonly every: Said<number> | null;
  readonly timeout: Said<number> | null;
}

/** Sites are no part of an automaton's meaning. */
export interface AutomatonValue {
  readonly _tag: "Automaton";
  readonly name: string;
  /** Sorted by name, as are the requirements. */
  readonly provides: readonly ProvidedPort[];
  readonly requires: readonly RequiredPort[];
  readonly runs: Said<readonly string[]> | null;
  readonly env: ReadonlyMap<string, Said<string>>;
  readonly instances: Said<number> | null;
  /** Milliseconds. */
  readonly settle: Said<number> | null;
  readonly health: HealthClause | null;
  readonly restart: "always" | "on-failure" | "never" | null;
  readonly site: Site;
  /** What was made of it, if it is what a declaration came out as. No part of what it says. */
  readonly made?: Made;
}

/** All fields of an automaton: what is said of it may be its own, or read from elsewhere. */
export const automatonFields: readonly Exclude<keyof AutomatonValue, "made">[] = [
  ...(["_tag", "name", "provides", "requires", "runs", "env"] as const),
  ...(["instances", "settle", "health", "restart", "site"] as const),
];

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
