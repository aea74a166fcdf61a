/** Follows an expression to what makes its value: through names, calls, branches, and what is imported. */

import { isOwnName } from "../../core/bindings.ts";
import { placeOfValue } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { shapeOf } from "../../language/evaluation/arguments.ts";
import { mentionsAny } from "../../language/names.ts";
import { asInteger } from "../../language/quantity.ts";
import type { Definition } from "../definition.ts";
import type { Step } from "./step.ts";
import { bound, childOf, childrenOf, type Evaluator, lookup, type Thunk, wholeOf } from "./thunk.ts";

/** An expression that is followed no further, and the steps that led to it, the outermost first. */
export interface Reduced {
  readonly thunk: Thunk;
  readonly steps: readonly Step[];
}

/** More steps than these are not followed. */
const most = 10_000;

/** Whether what it means is known only when the system runs. */
export const readsSelf = ({ term, environment }: Thunk): boolean =>
  mentionsAny(term, (name) => isOwnName(name) && lookup(name, environment)?.from._tag === "Self");

/** The item of a list literal that is its element of an index; null where that cannot be told. */
const itemAt = (list: Thunk, index: number): Step | null => {
  const { node } = list.term;
  if (node._tag !== "List" && node._tag !== "Chunk") return null;
  let from = 0;
  for (const child of childrenOf(list)) {
    const { node: item } = child.term;
    if (item._tag === "Spread") return null;
    const length = item._tag === "Chunk" ? elementsIn(child.term) : 1;
    if (length === null) return null;
    if (index < from + length)
      return item._tag === "Chunk"
        ? itemAt(child, index - from)
        : { kind: "item", thunk: child, index: from, list };
    from += length;
  }
  return null;
};

/** How many elements a chunk has; null where something is spread in it. */
const elementsIn = ({ node }: Term): number | null => {
  if (node._tag === "Spread") return null;
  if (node._tag !== "Chunk") return 1;
  let all = 0;
  for (const child of node.children) {
    const length = elementsIn(child);
    if (length === null) return null;
    all += length;
  }
  return all;
};

/** The function that an expression makes, or names; null where it is none that is written. */
const functionIn = (thunk: Thunk): Thunk | null => {
  const { node } = thunk.term;
  if (node._tag === "Fn" || (node._tag === "LetDecl" && node.callable)) return thunk;
  const from = node._tag === "Name" ? lookup(node.name, thunk.environment)?.from : undefined;
  return from?._tag === "Function" ? from.made : null;
};

/** The name of an argument, written or computed; null where it has none, or none that can be told. */
export const argumentName = (argument: Thunk, evaluator: Evaluator): string | null => {
  const { node } = argument.term;
  if (node._tag !== "Arg") return null;
  if (node.name !== null) return node.name;
  const value = evaluator.value(childOf(argument, 0));
  return value._tag === "String" ? value.text : null;
};

/** The body of a function, among the arguments of a call of it; null where they do not fit. */
export const entered = (fn: Thunk, call: Thunk, evaluator: Evaluator): Thunk | null => {
  const { parameters, body, offset } = shapeOf(fn.term);
  const slots: (Thunk | undefined)[] = parameters.map(() => undefined);
  const indexOf = (wanted: string | null): number => parameters.findIndex(({ name }) => name === wanted);
  let next = 0;
  for (const given of childrenOf(call).slice(1)) {
    const { node } = given.term;
    const index = node._tag === "Arg" ? indexOf(argumentName(given, evaluator)) : next++;
    if (index < 0 || index >= slots.length || slots[index] !== undefined) return null;
    slots[index] = node._tag === "Arg" ? childOf(given, placeOfValue(node)) : given;
  }
  let environment = fn.environment;
  for (const [position, { name, fallback }] of parameters.entries()) {
    const written = slots[position];
    if (written !== undefined)
      environment = bound(name, evaluator.value(written), { _tag: "Argument", written, call }, environment);
    else if (fallback !== null) {
      const { definition, at } = fn;
      const inside: Thunk = { definition, term: fallback.term, at: at + fallback.offset, environment };
      const from = { _tag: "Default", written: inside, call, position } as const;
      environment = bound(name, evaluator.value(inside), from, environment);
    } else return null;
  }
  return { definition: fn.definition, term: body, at: fn.at + offset, environment };
};

/** The body of a `let … in`, which knows one name more. */
const inLet = (thunk: Thunk, evaluator: Evaluator): Thunk => {
  const { node } = thunk.term;
  if (node._tag !== "Let") throw new Error("not a let");
  const last = node.children.length - 1;
  if (node.callable) {
    const from = { _tag: "Function", made: thunk } as const;
    return childOf(thunk, last, bound(node.name, evaluator.functionOf(thunk), from, thunk.environment));
  }
  const written = childOf(thunk, last - 1);
  const from = { _tag: "Local", written } as const;
  return childOf(thunk, last, bound(node.name, evaluator.value(written), from, thunk.environment));
};

/** Deeper within one another than this, expressions are not followed. */
const deepest = 500;

/** Reduces expressions. */
export class Reducer {
  readonly evaluator: Evaluator;
  #depth = 0;

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
  }

  /** What makes the value of an expression, as far as that can be followed. */
  reduce(start: Thunk): Reduced {
    const steps: Step[] = [];
    let thunk = start;
    this.#depth++;
    while (steps.length < most && this.#depth < deepest) {
      const next = readsSelf(thunk) ? null : this.#next(thunk, steps);
      if (next === null) break;
      thunk = next;
    }
    this.#depth--;
    return { thunk, steps };
  }

  /** What an expression has its value from, with the steps to it; null where it makes that itself. */
  #next(thunk: Thunk, steps: Step[]): Thunk | null {
    const { node } = thunk.term;
    switch (node._tag) {
      case "Name":
        return this.#named(thunk, node.name, steps);
      case "Field":
        return this.#field(thunk, node.name, steps);
      case "Index":
        return this.#indexed(thunk, steps);
      case "Call":
        return this.#called(thunk, steps);
      case "Let":
        return inLet(thunk, this.evaluator);
      case "If": {
        const condition = this.evaluator.value(childOf(thunk, 0));
        if (condition._tag !== "Bool") return null;
        const taken = childOf(thunk, condition.value ? 1 : 2);
        steps.push({ kind: "branch", thunk: taken, taken: condition.value });
        return taken;
      }
      default:
        return null;
    }
  }

  #named(thunk: Thunk, name: string, steps: Step[]): Thunk | null {
    const known = lookup(name, thunk.environment);
    if (known === undefined) return this.#global(thunk.definition.file, name, steps);
    const { from } = known;
    switch (from._tag) {
      case "Argument":
        steps.push({ kind: "argument", thunk: from.written, parameter: name, call: from.call });
        return from.written;
      case "Default":
        steps.push({
          kind: "default",
          thunk: from.written,
          parameter: name,
          call: from.call,
          position: from.position,
        });
        return from.written;
      case "Local":
        return from.written;
      case "Element": {
        const list = this.reduce(from.list);
        const item = itemAt(list.thunk, from.index);
        if (item === null) return null;
        steps.push(...list.steps, item);
        return item.thunk;
      }
      case "Function":
      case "Self":
        return null;
    }
  }

  #global(file: string, name: string, steps: Step[]): Thunk | null {
    const found = this.evaluator.definitionOf(file, name);
    if (found === null) return null;
    if (found.by !== null) steps.push({ kind: "import", thunk: wholeOf(found.by)! });
    return this.#declared(found.definition, steps);
  }

  #declared(definition: Definition, steps: Step[]): Thunk | null {
    const whole = wholeOf(definition);
    if (whole === null) return null;
    const { node } = whole.term;
    if (node._tag === "Import") return null;
    steps.push({ kind: "declaration", thunk: whole });
    if (node._tag === "LetDecl" && !node.callable) return childOf(whole, 0);
    return node._tag === "SystemDecl" ? childOf(whole, 0) : whole;
  }

  #field(thunk: Thunk, name: string, steps: Step[]): Thunk | null {
    const owner = childOf(thunk, 0);
    const value = this.evaluator.value(owner);
    if (value._tag === "Module") {
      const found = this.evaluator.definitionOf(value.file, name);
      if (found === null) return null;
      const imported = this.#importOf(owner);
      if (imported !== null) steps.push({ kind: "import", thunk: imported });
      return this.#declared(found.definition, steps);
    }
    if (value._tag !== "Record") return null;
    return this.#entry(this.reduce(owner), name, steps);
  }

  #importOf({ definition, term }: Thunk): Thunk | null {
    const { node } = term;
    const found =
      node._tag === "Name" ? this.evaluator.workspace.lookup(definition.file, node.name) : undefined;
    return found === undefined ? null : wholeOf(found);
  }

  #entry({ thunk, steps: before }: Reduced, name: string, steps: Step[]): Thunk | null {
    if (thunk.term.node._tag !== "Record") return null;
    // The last one of a name counts.
    for (const child of [...childrenOf(thunk)].reverse()) {
      const { node } = child.term;
      if (node._tag === "Entry" && node.name === name) {
        steps.push(...before);
        return childOf(child, 0);
      }
      if (node._tag !== "Spread") continue;
      const spread = childOf(child, 0);
      const value = this.evaluator.value(spread);
      if (value._tag === "Record" && value.fields.has(name))
        return this.#entry(this.reduce(spread), name, steps);
    }
    return null;
  }

  #indexed(thunk: Thunk, steps: Step[]): Thunk | null {
    const index = this.evaluator.value(childOf(thunk, 1));
    const owner = this.reduce(childOf(thunk, 0));
    if (index._tag === "String") return this.#entry(owner, index.text, steps);
    const position = index._tag === "Quantity" ? asInteger(index.quantity) : null;
    const item = position === null ? null : itemAt(owner.thunk, position);
    if (item === null) return null;
    steps.push(...owner.steps, item);
    return item.thunk;
  }

  #called(thunk: Thunk, steps: Step[]): Thunk | null {
    const callee = this.reduce(childOf(thunk, 0));
    const made = functionIn(callee.thunk);
    const body = made === null ? null : entered(made, thunk, this.evaluator);
    if (body === null) return null;
    steps.push({ kind: "call", thunk });
    return body;
  }
}
