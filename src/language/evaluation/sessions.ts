/** Protocols and payload types in the midst of a program. */
import type { Term } from "../../core/term.ts";
import { buildPayload, buildSession } from "../protocol/build.ts";
import type { Scope as SessionScope } from "../protocol/scope.ts";
import { siteAt } from "../site.ts";
import type { Value } from "../value.ts";
import { known, lookup } from "./lookup.ts";
import { ask, type Machine } from "./machine.ts";
import type { Scope } from "./scope.ts";

const scopeOf = (scope: Scope, machine: Machine): SessionScope => ({
  lookup: (name) => lookup(name, scope, machine),
  names: () => known(scope, machine),
  evaluate: (term, site) => machine.aside(ask(term, site.at, scope)),
  limit: machine.world.limits.states,
});

/** The protocol that a session term, or an expression in its place, means. */
export const evaluateSession = (term: Term, at: number, scope: Scope, machine: Machine): Value => {
  const { value, problems } = buildSession(term, siteAt(scope.origin, at), scopeOf(scope, machine));
  machine.take(problems);
  return machine.charge(8 * term.size) ? value : { _tag: "Poison" };
};

export const evaluatePayload = (term: Term, at: number, scope: Scope, machine: Machine): Value => {
  const { value, problems } = buildPayload(term, siteAt(scope.origin, at), scopeOf(scope, machine));
  machine.take(problems);
  return value;
};
