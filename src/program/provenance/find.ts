/** Where a composition says an element: down the expression, into what holds it. */
import { placeOfValue } from "../../core/syntax/expressions.ts";
import { elements } from "../../language/rope.ts";
import { bindingsOf, nameBound } from "./bindings.ts";
import { holds, type SystemElement } from "./element.ts";
import { pickedFrom } from "./pick.ts";
import { Reducer } from "./reduce.ts";
import type { Step } from "./step.ts";
import { childOf, childrenOf, type Environment, type Evaluator, lookup, type Thunk } from "./thunk.ts";

/** What says an element, and the steps that lead to it, the outermost first. */
export interface Found {
  readonly thunk: Thunk;
  readonly steps: readonly Step[];
}

interface Todo {
  readonly thunk: Thunk;
  readonly steps: readonly Step[];
}

/** Looks for elements in expressions that are compositions. */
export class Finder {
  readonly evaluator: Evaluator;
  readonly reducer: Reducer;

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
    this.reducer = new Reducer(evaluator);
  }

  /** Every place that says the element, in the order of the text. */
  *all(start: Thunk, element: SystemElement): Generator<Found, void, undefined> {
    const todo: Todo[] = [{ thunk: start, steps: [] }];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (!holds(this.evaluator.value(next.thunk), element)) continue;
      const { thunk, steps } = this.reducer.reduce(next.thunk);
      const before = [...next.steps, ...steps];
      const inner = this.#inside(thunk, element, before);
      if (inner === null) yield { thunk, steps: before };
      else todo.push(...[...inner].reverse());
    }
  }

  /** The parts that may hold the element; null where the expression itself says it. */
  #inside(thunk: Thunk, element: SystemElement, before: readonly Step[]): readonly Todo[] | null {
    const { node } = thunk.term;
    switch (node._tag) {
      case "List":
      case "Chunk":
        return this.#items(thunk, before);
      case "Comprehension":
        return this.#elements(thunk, element, before);
      case "Chain":
        return this.#operands(thunk, element, before);
      case "Call":
        return this.#given(thunk, element, before);
      case "Field":
        return [{ thunk: childOf(thunk, 0), steps: before }];
      case "Index": {
        const owner = pickedFrom(thunk, this.evaluator);
        return owner === null ? null : [{ thunk: owner, steps: before }];
      }
      case "Name": {
        const from = lookup(node.name, thunk.environment)?.from;
        return from?._tag === "Element" ? [{ thunk: from.list, steps: before }] : null;
      }
      default:
        return null;
    }
  }

  #items(list: Thunk, before: readonly Step[]): readonly Todo[] {
    return childrenOf(list).map((child, index): Todo => {
      if (child.term.node._tag === "Chunk") return { thunk: child, steps: before };
      const thunk = child.term.node._tag === "Spread" ? childOf(child, 0) : child;
      return { thunk, steps: [...before, { kind: "item", thunk: child, index, list }] };
    });
  }

  #operands(chain: Thunk, element: SystemElement, before: readonly Step[]): readonly Todo[] | null {
    const holding = childrenOf(chain).flatMap((thunk, index): Todo[] =>
      holds(this.evaluator.value(thunk), element)
        ? [{ thunk, steps: [...before, { kind: "operand", thunk, index, chain }] }]
        : [],
    );
    return holding.length === 0 ? null : holding;
  }

  /** Of a call of a composition or of a function that is built in. */
  #given(call: Thunk, element: SystemElement, before: readonly Step[]): readonly Todo[] | null {
    const [callee] = childrenOf(call);
    const { node } = callee!.term;
    const isBuiltin = node._tag === "Name" && this.evaluator.value(callee!)._tag === "Builtin";
    const holding = childrenOf(call).flatMap((child, index): Todo[] => {
      const thunk = child.term.node._tag === "Arg" ? childOf(child, placeOfValue(child.term.node)) : child;
      if (!holds(this.evaluator.value(thunk), element)) return [];
      const step: Step =
        isBuiltin && node.name !== "publish"
          ? { kind: "builtin", thunk: call, name: node.name }
          : { kind: "given", thunk: child, index, call };
      return [{ thunk, steps: [...before, step] }];
    });
    return holding.length === 0 ? null : holding;
  }

  #elements(thunk: Thunk, element: SystemElement, before: readonly Step[]): readonly Todo[] | null {
    const value = this.evaluator.value(thunk);
    if (value._tag !== "List") return null;
    const wanted: number[] = [];
    let at = 0;
    for (const one of elements(value)) {
      if (holds(one, element)) wanted.push(at);
      at++;
    }
    const found: Todo[] = [];
    for (const { body, environment, index } of this.bodies(thunk, wanted)) {
      const name = nameBound(environment, thunk.environment);
      found.push({ thunk: body, steps: [...before, { kind: "element", thunk, index, name, body }] });
    }
    return found;
  }

  /** The body of a comprehension for its elements of these numbers, in rising order. */
  *bodies(
    thunk: Thunk,
    wanted: readonly number[],
  ): Generator<{ body: Thunk; environment: Environment | null; index: number }, void, undefined> {
    let [count, next] = [0, 0];
    for (const environment of bindingsOf(thunk, this.evaluator)) {
      if (next >= wanted.length) return;
      if (count++ !== wanted[next]) continue;
      yield { body: childOf(thunk, 0, environment), environment, index: wanted[next++]! };
    }
  }
}
