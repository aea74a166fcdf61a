/** Clauses that say a value now, or an equation over what the automaton is, its ports, and what it observes of itself. */

import { isOwnName, ownNames } from "../../core/bindings.ts";
import type { Term } from "../../core/term.ts";
import { mentionsAny } from "../names.ts";
import { siteAt } from "../site.ts";
import type { ClauseValue } from "../value.ts";
import type { Check } from "./checks.ts";
import { type Doing, type Draft, trialOf } from "./draft.ts";
import { bareText, capture } from "./lookup.ts";
import { ask, type Machine } from "./machine.ts";
import { closureScope, type Scope } from "./scope.ts";
import { speaking } from "./speaker.ts";

/**
 * What a clause says. An equation is tried once, with all cells as they are at the
 * start, so that what is wrong with it is known before it runs. Null where it failed.
 * `ofEach`: whether it is asked for each instance by itself.
 */
export function* say<T>(
  term: Term,
  at: number,
  scope: Scope,
  machine: Machine,
  check: Check<T>,
  draft: Draft,
  ofEach = true,
): Doing<ClauseValue<T> | null> {
  const site = siteAt(scope.origin, at);
  if (!mentionsAny(term, isOwnName)) {
    // Elements of a command are texts, too; what is told of one here is not told again.
    let place = at + 1;
    for (const element of ofEach && term.node._tag === "List" ? term.node.children : []) {
      bareText(element, place, scope, machine);
      place += element.size;
    }
    const now =
      (ofEach ? bareText(term, at, scope, machine) : null) ??
      machine.immediate(term, at, scope) ??
      (yield ask(term, at, scope));
    const value = check(now, site, machine);
    return value === null ? null : { _tag: "Known", value };
  }
  const trial = trialOf(draft, ofEach);
  const { free, ...rest } = capture(term, at, speaking(scope, trial), machine);
  const others = new Map(free);
  for (const name of ownNames) others.delete(name);
  const closure = { ...rest, free: others };
  const tried = check(yield ask(term, at, speaking(closureScope(closure), trial)), site, machine);
  return tried === null ? null : { _tag: "Equation", closure };
}
