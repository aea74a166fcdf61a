/** What the names of a `for` are bound to: of a comprehension, or behind a clause. */
import type { Term } from "../../core/term.ts";
import { elements } from "../../language/rope.ts";
import { bound, childOf, type Environment, type Evaluator, type Thunk } from "./thunk.ts";

/** What the names are bound to, for each element in turn. The first child is what there is for each, its loops and filters follow. */
export const bindingsOf = (
  thunk: Thunk,
  evaluator: Evaluator,
): Generator<Environment | null, void, undefined> => bindingsFrom(thunk, 1, thunk.environment, evaluator);

function* bindingsFrom(
  thunk: Thunk,
  index: number,
  environment: Environment | null,
  evaluator: Evaluator,
): Generator<Environment | null, void, undefined> {
  const qualifier = (thunk.term.node.children as readonly Term[])[index];
  if (qualifier === undefined) return yield environment;
  const { node } = qualifier;
  const inside = childOf(childOf(thunk, index, environment), 0);
  const value = evaluator.value(inside);
  if (node._tag === "Filter") {
    if (value._tag === "Bool" && value.value) yield* bindingsFrom(thunk, index + 1, environment, evaluator);
    return;
  }
  if (node._tag !== "For" || value._tag !== "List") return;
  let at = 0;
  for (const one of elements(value)) {
    const from = { _tag: "Element", list: inside, index: at++ } as const;
    yield* bindingsFrom(thunk, index + 1, bound(node.name, one, from, environment), evaluator);
  }
}

/** The name that the innermost loop binds. */
export const nameBound = (environment: Environment | null, outer: Environment | null): string =>
  environment === null || environment === outer ? "" : environment.name;
