/** From a name to its value, and what to say where there is none. */

import { isOwnName } from "../../core/bindings.ts";
import { specs } from "../../core/clauses.ts";
import type { Candidates } from "../../core/nearest.ts";
import type { Term } from "../../core/term.ts";
import { builtins } from "../builtins/builtins.ts";
import { meant } from "../meant.ts";
import { allFreeNames, occurrences } from "../names.ts";
import { siteAt } from "../site.ts";
import type { Closure, Value } from "../value.ts";
import { internet } from "./internet.ts";
import type { Machine } from "./machine.ts";
import type { Scope } from "./scope.ts";

/** The words of the clauses that may be equations: `env`, `instances` and … */
const clausesWithSelf = ((words: readonly string[]): string =>
  `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`)(
  specs.filter(({ self }) => self).map(({ word }) => `\`${word}\``),
);

const host: Value = { _tag: "Host" };

/** `host`, `internet` and the functions that are built in. */
const builtIn = (name: string): Value | undefined =>
  name === "host"
    ? host
    : name === "internet"
      ? internet
      : builtins.has(name)
        ? { _tag: "Builtin", name }
        : undefined;

/** What a name means: the innermost that binds it, then definitions, then what is built in. */
export const lookup = (name: string, scope: Scope, machine: Machine): Value | undefined => {
  let hops = 0;
  for (let local = scope.locals; local !== null; local = local.outer) {
    if (local.name === name) return local.value;
    if ((++hops & 15) === 0) machine.charge(1);
  }
  if (scope.free !== null) return scope.free.get(name);
  return machine.world.global(name) ?? builtIn(name);
};

/** The value of a name; one that means nothing is reported. */
export const resolve = (name: string, at: number, scope: Scope, machine: Machine): Value =>
  lookup(name, scope, machine) ?? unknown(name, at, scope, machine);

/** `takesText`: a text could stand there alone. */
const unknown = (name: string, at: number, scope: Scope, machine: Machine, takesText = false): Value => {
  const site = siteAt(scope.origin, at);
  if (!isOwnName(name)) {
    const near = meant(name, ...known(scope, machine));
    const isText = near.length === 0 && takesText;
    const hints = isText ? [{ message: `a text stands in quotes: \`"${name}"\``, fix: `"${name}"` }] : near;
    return machine.report("unknown-name", `nothing is called \`${name}\` here`, site, hints);
  }
  const what = name === "self" ? "what an automaton is and observes of itself" : `what an automaton ${name}`;
  return machine.report("unknown-name", `\`${name}\` is not known here`, site, [
    { message: `it is ${what}, in its clauses ${clausesWithSelf}` },
  ]);
};

/** Where a text is taken a name alone that means nothing is perhaps one without quotes: reports it. Null for all else. */
export const bareText = ({ node }: Term, at: number, scope: Scope, machine: Machine): Value | null => {
  if (node._tag !== "Name" || isOwnName(node.name) || lookup(node.name, scope, machine) !== undefined)
    return null;
  return unknown(node.name, at, scope, machine, true);
};

/** All names that mean something here, for "did you mean". */
export const known = (scope: Scope, machine: Machine): readonly Candidates[] => [
  localsOf(scope),
  scope.free === null ? machine.world.globals() : scope.free.keys(),
  builtins.keys(),
  ["host", "internet"],
];

function* localsOf(scope: Scope): Generator<string, void, undefined> {
  for (let local = scope.locals; local !== null; local = local.outer) yield local.name;
}

const namesIn = (term: Term, scope: Scope, machine: Machine): ReadonlySet<string> =>
  allFreeNames(term, (name) => lookup(name, scope, machine)?._tag === "Module");

/**
 * Reports the names in a term that mean nothing, of a term that is not evaluated itself.
 * Of a payload path only the first name is sure to be one; see `FreeNames.paths`.
 */
export const checkNames = (term: Term, at: number, scope: Scope, machine: Machine): void => {
  // In a function all names were looked up when it was made.
  if (scope.free !== null || !machine.firstAt(at)) return;
  for (const name of namesIn(term, scope, machine)) {
    if (lookup(name, scope, machine) !== undefined) continue;
    for (const where of occurrences(term, at, name)) unknown(name, where, scope, machine);
  }
};

/**
 * A term with the values of its free names. Names that mean nothing are reported now,
 * whether or not the term is ever evaluated.
 */
export const capture = (term: Term, at: number, scope: Scope, machine: Machine): Closure => {
  const free = new Map<string, Value>();
  let complete = true;
  for (const name of namesIn(term, scope, machine)) {
    const value = lookup(name, scope, machine);
    if (value === undefined) complete = false;
    else free.set(name, value);
  }
  if (!complete) {
    checkNames(term, at, scope, machine);
    for (const name of namesIn(term, scope, machine)) {
      if (!free.has(name) && occurrences(term, 0, name).length > 0) free.set(name, { _tag: "Poison" });
    }
  }
  return { term, free, site: siteAt(scope.origin, at) };
};
