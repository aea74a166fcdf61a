/** Clauses that say a value now, or an equation over what the automaton observes of itself. */
import type { Term } from "../../core/term.ts";
import { mentions } from "../names.ts";
import { siteAt } from "../site.ts";
import type { Said, Value } from "../value.ts";
import type { Check } from "./checks.ts";
import type { Doing } from "./draft.ts";
import { capture } from "./lookup.ts";
import { ask, type Machine } from "./machine.ts";
import { bind, closureScope, type Scope } from "./scope.ts";

const self: Value = { _tag: "Self" };

/**
 * What a clause says. An equation is tried once, with all cells as they are at the
 * start, so that what is wrong with it is known before it runs. Null where it failed.
 */
export function* say<T>(
  term: Term,
  at: number,
  scope: Scope,
  machine: Machine,
  check: Check<T>,
): Doing<Said<T> | null> {
  const site = siteAt(scope.origin, at);
  if (!mentions(term, "self")) {
    const value = check(machine.immediate(term, at, scope) ?? (yield ask(term, at, scope)), site, machine);
    return value === null ? null : { _tag: "Known", value };
  }
  const closure = capture(term, at, bind(scope, "self", self), machine);
  const tried = check(yield ask(term, at, closureScope(closure)), site, machine);
  return tried === null ? null : { _tag: "Equation", closure };
}
